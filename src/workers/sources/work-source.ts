import type { ClaimedTask } from '../../core/task/task.ts';
import type { TaskProcess } from '../isolation/task-process.ts';

/** A claimed task, and its child process if it does not run in this one. */
export interface Work {
  readonly task: ClaimedTask;
  readonly process?: Promise<TaskProcess>;
}

/** Slots of a waiting worker for tasks that another transaction claims. Call `start` or `fail` once. */
export interface ReservedSlots {
  readonly count: number;
  /** Runs the claimed tasks, at most `count`. */
  start(work: readonly Work[]): void;
  /** The claim failed, perhaps after its commit. */
  fail(error: unknown): void;
}

/** Reserves up to `count` free slots; undefined when none is free. */
export type ReserveFree = (count: number) => ReservedSlots | undefined;

/** The source of a worker's tasks. */
export interface WorkSource {
  /** Leases up to `limit` tasks; none when nothing is ready. */
  claim(limit: number): Promise<Work[]>;
  /** Resolves when work may be available. `reserve`: for tasks that come without a claim of the source meanwhile. */
  wait(signal: AbortSignal, reserve: ReserveFree): Promise<void>;
  /** Called when one of its tasks has ended here. */
  ended?(task: ClaimedTask): void;
}
