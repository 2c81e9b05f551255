import type { ClaimedTask } from '../core/task/task.ts';

/** What a driver carries: it only says "look now". Losing it costs at most one poll interval. */
export interface WakeUp {
  readonly id: string;
  readonly queue: string;
  /** Of the task's last claim, where it is known: a task announced twice is one ticket then. */
  readonly epoch?: number;
  /** 1–10; the default priority unless given. */
  readonly priority?: number;
}

/** The place of a ready task: the smaller rank is claimed first, then the smaller id. */
export interface RankedTask {
  readonly id: string;
  /** Epoch milliseconds: the time from which it waits, less the head start of its priority. */
  readonly rank: number;
}

/** What a worker asks for. */
export interface ClaimRequest {
  readonly queue: string;
  /** How many tasks at most. */
  readonly limit: number;
  /** Names of the task definitions that the claimer has. Tasks of other names stay ready. */
  readonly names: readonly string[];
  /** Signs the leases. */
  readonly owner: string;
  readonly leaseSeconds: number;
}

/** Leases tasks in PostgreSQL. The engine's TaskClaims; drivers pass requests on to it. */
export abstract class ClaimSource {
  abstract claim(request: ClaimRequest): Promise<ClaimedTask[]>;
  /** The first `limit` ready tasks of a queue, without leasing any. */
  abstract ready(queue: string, limit: number): Promise<RankedTask[]>;
}

/** The queue port. Drivers differ in how workers learn that there is work, never in what is true. */
export abstract class TaskQueue {
  /** What QUEUE_DRIVER calls it. */
  abstract readonly driver: 'bullmq' | 'postgres' | 'memory';
  /** After commit; fire and forget. */
  abstract announce(tickets: readonly WakeUp[]): void;
  /** Called once by a process that will claim, before it does. @throws when it may not: the start is refused. */
  start(): Promise<void> {
    return Promise.resolve();
  }
  /** Leases tasks of a queue. Returns none when none may start now. */
  abstract claim(request: ClaimRequest): Promise<ClaimedTask[]>;
  /** Resolves when work may be there: news, the poll interval, or the signal. */
  abstract waitForWork(queue: string, signal: AbortSignal): Promise<void>;
  /** An attempt ended in this process, however it ended. */
  settled(_task: Pick<ClaimedTask, 'id' | 'queue'>): void {}
  /** What works less well than it should, in sentences for an operator; no reason to stop. */
  problems(): string[] {
    return [];
  }
  abstract close(): Promise<void>;
}
