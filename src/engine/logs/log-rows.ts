import type { Failure } from '../../core/task/failure.ts';
import type { TaskStatus } from '../../core/task/states.ts';
import type { LogLevel } from '../../core/task/task.ts';

export interface NewLogLine {
  id: string;
  epoch: number;
  seq: number;
  attempt: number;
  /** performance.now() of this process, from which the age of the line is computed. */
  writtenAt: number;
  level: LogLevel;
  message: string;
  data: unknown;
}

export interface LogRow {
  taskId: string;
  seq: number;
  attempt: number;
  at: Date;
  level: LogLevel;
  message: string;
  data: unknown;
  /** The task has further lines. */
  more: boolean;
}

/** Selects lines of one task. */
export interface LineFilter {
  readonly levels?: readonly LogLevel[];
  /** Of LIKE, for the message, in any case. */
  readonly pattern?: string;
  readonly afterSeq: number;
  readonly beforeSeq?: number;
}

/** Limits for each task; a page holds at least one line. */
export interface LogPageBounds {
  readonly lines: number;
  readonly bytes: number;
}

/** One row of the audit. */
export interface TransitionRow {
  taskId: string;
  version: number;
  attempt: number;
  from: TaskStatus | null;
  to: TaskStatus;
  reason: string;
  actor: string;
  detail: Failure | null;
  at: Date;
}

/** The lines of one page of a stream; the next page is read at the next look. */
export const LINES_PER_PAGE = 200;

/** The rows after a position in a log. Times have the format of JSON. */
export interface LogPageRow {
  id: string;
  /** Null when the task was deleted. */
  status: TaskStatus | null;
  attempt: number;
  error: Failure | null;
  progress: number | null;
  step: string | null;
  timeoutMs: number;
  lines: { seq: number; at: string; level: LogLevel; message: string; data: unknown }[];
  transitions: (Omit<TransitionRow, 'taskId' | 'at'> & { at: string })[];
}
