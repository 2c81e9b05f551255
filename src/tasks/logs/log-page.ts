import { countUpTo, inOrderOfTime } from '../../core/task/log-order.ts';
import { isTerminal, publicStatus, type TaskStatus } from '../../core/task/states.ts';
import type { Failure } from '../../core/task/failure.ts';
import type { LogLevel } from '../../core/task/task.ts';
import type { Page } from '../../platform/http/sse-broadcaster.ts';
import { sseFrame } from '../../platform/http/sse-stream.ts';
import type { LogLine } from './log-line.view.ts';
import { LINES_PER_PAGE } from '../../engine/logs/log-page.sql.ts';
import type { TransitionRow } from '../../engine/logs/task-log-store.ts';
import { toTransitionView } from './transition.view.ts';

/** How much of one task's log a reader has. */
export interface LogPosition {
  readonly id: string;
  readonly seq: number;
  readonly version: number;
  /** As last told: `progress/step`. */
  readonly progress: string;
}

type StoredLine = { seq: number; at: string; level: LogLevel; message: string; data: unknown };

/** One row of SELECT_LOG_PAGES; without a status there is no such task any more. */
export interface LogPageRow {
  id: string;
  status: TaskStatus | null;
  attempt: number;
  error: Failure | null;
  progress: number | null;
  step: string | null;
  timeoutMs: number;
  lines: StoredLine[];
  transitions: (Omit<TransitionRow, 'taskId' | 'at'> & { at: string })[];
}

/** The frames of what came after a position. */
export function toLogPage(news: LogPageRow, position: LogPosition): Page<LogPosition> {
  const { id, status } = news;
  if (status === null) return { text: sseFrame({ event: 'bye', data: { reason: 'gone' } }), position, more: false, last: true };
  const lines = news.lines.map(toLine);
  const lastLine = lines.at(-1);
  const more = lines.length === LINES_PER_PAGE;
  // Transitions that may belong behind lines still to come wait for them.
  const told = more && lastLine ? news.transitions.slice(0, countUpTo(news.transitions, lastLine)) : news.transitions;
  const transitions = told.map((row) => toTransitionView({ ...row, taskId: id, at: new Date(row.at) }, news.timeoutMs));
  const frames = inOrderOfTime(lines, transitions).map((item) =>
    'seq' in item ? sseFrame({ event: 'log', id: String(item.seq), data: item }) : sseFrame({ event: 'transition', data: item }),
  );
  const progress = `${news.progress}/${news.step}`;
  const last = !more && isTerminal(status);
  if (last) frames.push(sseFrame({ event: 'end', data: endOf(news, status) }));
  else if (progress !== position.progress && news.progress !== null)
    frames.push(sseFrame({ event: 'progress', data: { progress: news.progress, step: news.step } }));
  return {
    text: frames.join(''),
    position: { id, seq: lastLine?.seq ?? position.seq, version: transitions.at(-1)?.version ?? position.version, progress },
    more,
    last,
  };
}

function toLine({ seq, at, level, message, data }: StoredLine): LogLine & { seq: number } {
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
