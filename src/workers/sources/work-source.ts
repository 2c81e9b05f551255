import type { ClaimedTask } from '../../core/task/task.ts';
import type { TaskProcess } from '../isolation/task-process.ts';

/** A claimed task, and its child process if it does not run in this one. */
export interface Work {
  readonly task: ClaimedTask;
  readonly process?: Promise<TaskProcess>;
}

/** The source of a worker's tasks. */
export interface WorkSource {
  /** Leases up to `limit` tasks; none when nothing is ready. */
  claim(limit: number): Promise<Work[]>;
  /** Resolves when work may be available. */
  wait(signal: AbortSignal): Promise<void>;
  /** Called when one of its tasks has ended here. */
  ended?(task: ClaimedTask): void;
}
