import type { ClaimedTask } from '../core/task/task.ts';

/** Announces a ready task. The row in PostgreSQL is the task; a lost wake-up costs at most one poll interval. */
export interface WakeUp {
  readonly id: string;
  readonly queue: string;
  /** 1–10; the default priority unless given. */
  readonly priority?: number;
}

/** The request of a worker. */
export interface ClaimRequest {
  readonly queue: string;
  /** Maximum number of tasks. */
  readonly limit: number;
  /** Names of the task definitions that the claimer has. Tasks of other names stay ready. */
  readonly names: readonly string[];
  /** Claims no other tasks than these. Ignored while a ready task of the queue is in a dispatch group. */
  readonly ids?: readonly string[];
  /** The lease owner. */
  readonly owner: string;
  readonly leaseSeconds: number;
}

/** The position of a ready task: the smaller rank is claimed first, then the smaller id. */
export interface RankedTask {
  readonly id: string;
  /** Epoch seconds: when the task became due, less the head start of its priority. */
  readonly rank: number;
}

/** Leases tasks in PostgreSQL. The engine's TaskClaims; drivers pass requests on to it. */
export abstract class ClaimSource {
  abstract claim(request: ClaimRequest): Promise<ClaimedTask[]>;
  /** The first tasks that `claim` would take, without leasing them. Tasks in dispatch groups are left out. */
  abstract firstReady(request: Pick<ClaimRequest, 'queue' | 'limit' | 'names'>): Promise<RankedTask[]>;
}

/**
 * Slots of a worker loop, reserved for tasks that a submission claims in its own transaction. Call `start` or `fail` once: both give
 * back the slots that no task fills.
 */
export interface SlotReservation {
  /** For the claim; its limit is the number of reserved slots. */
  readonly request: ClaimRequest;
  /** Runs the claimed tasks like those of any claim. Called after the commit. */
  start(tasks: readonly ClaimedTask[]): void;
  /** The transaction failed, perhaps after its commit. */
  fail(error: unknown): void;
}

/** Reserves slots of a waiting worker loop for `count` tasks of this name, or fewer. Undefined when it cannot run them at once. */
export type ReserveSlots = (name: string, count: number) => SlotReservation | undefined;

/** The queue port. Drivers differ in how worker loops learn that there is work; the claim is the same for all. */
export abstract class TaskQueue {
  /** The value of QUEUE_DRIVER that selects this driver. */
  abstract readonly driver: 'bullmq' | 'postgres' | 'memory';
  /** Wakes worker loops. Called after the commit; it never waits and never throws. */
  abstract announce(wakeUps: readonly WakeUp[]): void;
  /**
   * Called once before the first claim, by a process that runs workers. `slots`: how many tasks of each queue run at once.
   * @throws when this process may not claim; the start of the process fails then.
   */
  start(_slots: Readonly<Record<string, number>>): Promise<void> {
    return Promise.resolve();
  }
  /** Leases tasks of a queue. After an answer below the limit, call `waitForWork` before the next claim. */
  abstract claim(request: ClaimRequest): Promise<ClaimedTask[]>;
  /**
   * Resolves after a wake-up, after the poll interval, or when the signal aborts. `reserve`: offers the free slots of the loop while
   * it waits.
   */
  abstract waitForWork(queue: string, signal: AbortSignal, reserve?: ReserveSlots): Promise<void>;
  /**
   * Reserves slots of a loop of this process that waits for tasks of the queue: its last claim found fewer tasks than it has slots,
   * and none was announced since. Undefined without such a loop; then announce the tasks.
   */
  reserve(_queue: string, _name: string, _count: number): SlotReservation | undefined {
    return undefined;
  }
  /** Called at the end of each attempt in this process, whatever its outcome. */
  settled(_task: Pick<ClaimedTask, 'id' | 'queue'>): void {}
  /** Sentences for an operator about what is degraded. Never a reason to stop. */
  problems(): string[] {
    return [];
  }
  abstract close(): Promise<void>;
}
