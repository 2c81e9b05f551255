import { useEffect, useReducer } from 'react';
import type { LogLine, TransitionView } from '../api/schema/types.gen.ts';
import { EMPTY_LOG, type Line, lineOf, type LogState, reduceLog, transitionLine } from './log-lines.ts';
import { ResumingSource } from './resuming-source.ts';

/** At most ten renders a second. */
const FLUSH_MS = 100;

/** Replays the log after a line and follows it; null waits until the line is known. A new connection continues after the last line that was received. */
export function useLogStream(executionId: string, from: number | null): LogState {
  const [state, dispatch] = useReducer(reduceLog, EMPTY_LOG);
  useEffect(() => {
    dispatch({ clear: true });
    if (from === null) return;
    let waiting: Line[] = [];
    const flush = (): void => {
      if (waiting.length === 0) return;
      dispatch({ add: waiting });
      waiting = [];
    };
    const timer = setInterval(flush, FLUSH_MS);
    const take = (name: string, data: unknown): void => {
      if (name === 'log') waiting.push(lineOf(data as LogLine));
      else if (name === 'transition') {
        const line = transitionLine(data as TransitionView);
        if (line) waiting.push(line);
      } else end();
    };
    const end = (): void => {
      flush();
      dispatch({ end: true });
      source.close();
    };
    const source = new ResumingSource({
      address: (after) => `/executions/${executionId}/logs/stream?after=${after ?? from}`,
      events: ['log', 'transition', 'end'],
      onEvent: take,
      onState: (state) => dispatch({ lost: state === 'lost' }),
      onGone: end,
    });
    source.open();
    return () => {
      clearInterval(timer);
      source.close();
    };
  }, [executionId, from]);
  return state;
}
