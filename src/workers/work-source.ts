import type { ClaimedTask } from '../core/task/task.ts';
import type { TaskProcess } from './isolation/task-process.ts';

/** A claimed task, and the process that is to run it when that is not this one. */
export interface Work {
  readonly task: ClaimedTask;
  readonly process?: Promise<TaskProcess>;
}

/** Where a worker's tasks come from. */
export interface WorkSource {
  /** Leases up to `limit` tasks; none: nothing is ready. */
  claim(limit: number): Promise<Work[]>;
  /** Resolves when work may be there. */
  wait(signal: AbortSignal): Promise<void>;
  /** One of its tasks ended here. */
  ended?(task: ClaimedTask): void;
}
