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
  /** Resolves after a wake-up, after the poll interval, or when the signal aborts. */
  abstract waitForWork(queue: string, signal: AbortSignal): Promise<void>;
  /** Called at the end of each attempt in this process, whatever its outcome. */
  settled(_task: Pick<ClaimedTask, 'id' | 'queue'>): void {}
  /** Sentences for an operator about what is degraded. Never a reason to stop. */
  problems(): string[] {
    return [];
  }
  abstract close(): Promise<void>;
}
