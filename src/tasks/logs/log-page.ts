import { countUpTo, inOrderOfTime } from '../../core/task/log-order.ts';
import { isTerminal, publicStatus, type TaskStatus } from '../../core/task/states.ts';
import type { Page } from '../../platform/http/sse-broadcaster.ts';
import { sseFrame } from '../../platform/http/sse-stream.ts';
import type { LogLine } from './log-line.view.ts';
import { LINES_PER_PAGE, type LogPageRow } from '../../engine/logs/log-rows.ts';
import { toTransitionView } from './transition.view.ts';

/** The position of a reader in the log of one task. */
export interface LogPosition {
  readonly id: string;
  readonly seq: number;
  readonly version: number;
  /** As last sent: `progress/step`. */
  readonly progress: string;
}

/** The frames after a position. */
export function toLogPage(row: LogPageRow, position: LogPosition): Page<LogPosition> {
  const { id, status } = row;
  if (status === null) return { text: sseFrame({ event: 'bye', data: { reason: 'gone' } }), position, more: false, last: true };
  const lines = row.lines.map(toLine);
  const lastLine = lines.at(-1);
  const more = lines.length === LINES_PER_PAGE;
  // A transition waits when lines of the next page may belong before it.
  const shown = more && lastLine ? row.transitions.slice(0, countUpTo(row.transitions, lastLine)) : row.transitions;
  const transitions = shown.map((transition) =>
    toTransitionView({ ...transition, taskId: id, at: new Date(transition.at) }, row.timeoutMs),
  );
  const frames = inOrderOfTime(lines, transitions).map((item) =>
    'seq' in item ? sseFrame({ event: 'log', id: String(item.seq), data: item }) : sseFrame({ event: 'transition', data: item }),
  );
  const progress = `${row.progress}/${row.step}`;
  const last = !more && isTerminal(status);
  if (last) frames.push(sseFrame({ event: 'end', data: endOf(row, status) }));
  else if (progress !== position.progress && row.progress !== null)
    frames.push(sseFrame({ event: 'progress', data: { progress: row.progress, step: row.step } }));
  return {
    text: frames.join(''),
    position: { id, seq: lastLine?.seq ?? position.seq, version: transitions.at(-1)?.version ?? position.version, progress },
    more,
    last,
  };
}

function toLine({ seq, at, level, message, data }: LogPageRow['lines'][number]): LogLine & { seq: number } {
  return { seq, timestamp: new Date(at), level, message, ...(data !== null && { data }) };
}

function endOf({ id, attempt, error }: LogPageRow, status: TaskStatus): object {
  return {
    executionId: id,
    status: publicStatus(status),
    attempt,
    error: error && { class: error.class, code: error.code, message: error.message },
  };
}
