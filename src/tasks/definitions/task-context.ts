import type { Failure } from '../../core/task/failure.ts';
import type { LogLevel } from '../../core/task/task.ts';

export interface TaskLog {
  debug(message: string, data?: unknown): void;
  info(message: string, data?: unknown): void;
  warn(message: string, data?: unknown): void;
  error(message: string, data?: unknown): void;
  /** Lines of at most 8 kB, 10,000 per attempt; further lines are counted. */
  write(level: LogLevel, message: string, data?: unknown): void;
}

/** The interface between an attempt and its handler. */
export interface TaskContext<Params = unknown> {
  readonly id: string;
  readonly name: string;
  readonly params: Params;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Why the previous attempt failed or its result was rejected; null for the first attempt. */
  readonly previousFailure: Failure | null;
  /** Id of the principal who submitted the task. */
  readonly createdBy: string;
  /** W3C traceparent of the request that submitted the task, for the requests that the handler sends; null without one. */
  readonly traceContext: string | null;
  /**
   * Aborts when the task is cancelled, when its time limit is reached, or when its lease is lost. Later results of the
   * handler have no effect.
   */
  readonly signal: AbortSignal;
  readonly log: TaskLog;
  /** 0–100 and a code for the step; written at most four times a second. */
  progress(this: void, percent: number, step?: string): void;
  /** Runs `work` once for these inputs across all attempts: a later attempt gets the stored output. */
  checkpoint<T>(this: void, step: string, inputs: unknown, work: () => Promise<T>): Promise<T>;
}
