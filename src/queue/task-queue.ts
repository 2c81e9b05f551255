import type { ClaimedTask } from '../core/task/task.ts';

/** What a driver carries: it only says "look now". Losing it costs at most one poll interval. */
export interface Ticket {
  readonly id: string;
  readonly queue: string;
}

export interface QueueCount {
  readonly queue: string;
  readonly status: string;
  readonly count: number;
}

/** Where drivers get tasks from: the one statement that leases them, in PostgreSQL. Implemented by the tasks module. */
export abstract class ClaimSource {
  abstract claim(queue: string, limit: number, owner: string): Promise<ClaimedTask[]>;
  abstract counts(): Promise<QueueCount[]>;
}

/** The queue port. Drivers differ in how workers learn that there is work, never in what is true. */
export abstract class TaskQueue {
  /** After commit; fire and forget. */
  abstract announce(tickets: readonly Ticket[]): void;
  /** Leases up to `limit` tasks of a queue; an empty answer means none is ready. */
  abstract claim(queue: string, limit: number, owner: string): Promise<ClaimedTask[]>;
  /** Resolves when work may be there: news, the poll interval, or the signal. */
  abstract waitForWork(queue: string, signal: AbortSignal): Promise<void>;
  abstract counts(): Promise<QueueCount[]>;
  abstract close(): Promise<void>;
}
