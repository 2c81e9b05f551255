import { useEffect, useReducer } from 'react';
import type { LogLine, TransitionView } from '../api/schema/types.gen.ts';
import { EMPTY_LOG, type Line, lineOf, type LogState, reduceLog, transitionLine } from './log-lines.ts';

/** At most ten renders a second. */
const FLUSH_MS = 100;

/**
 * Replays the log after a line and follows it; null waits until the line is known. After a lost connection the browser continues by
 * Last-Event-ID.
 */
export function useLogStream(executionId: string, after: number | null): LogState {
  const [state, dispatch] = useReducer(reduceLog, EMPTY_LOG);
  useEffect(() => {
    dispatch({ clear: true });
    if (after === null) return;
    const source = new EventSource(`/executions/${executionId}/logs/stream?after=${after}`);
    let waiting: Line[] = [];
    const flush = (): void => {
      if (waiting.length === 0) return;
      dispatch({ add: waiting });
      waiting = [];
    };
    const timer = setInterval(flush, FLUSH_MS);
    const on = <T>(name: string, take: (data: T) => void): void =>
      source.addEventListener(name, (message) => take(JSON.parse((message as MessageEvent<string>).data) as T));
    on<LogLine>('log', (line) => waiting.push(lineOf(line)));
    on<TransitionView>('transition', (change) => {
      const line = transitionLine(change);
      if (line) waiting.push(line);
    });
    on<object>('end', () => {
      flush();
      dispatch({ end: true });
      source.close();
    });
    return () => {
      clearInterval(timer);
      source.close();
    };
  }, [executionId, after]);
  return state;
}
