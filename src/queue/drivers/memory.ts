import { DEFAULT_PRIORITY, HEAD_START_SECONDS } from '../../core/task/priority.ts';
import type { ClaimedTask } from '../../core/task/task.ts';
import { ConfigurationError } from '../../platform/config/configuration-error.ts';
import type { Notifications } from '../../platform/database/notifications.ts';
import type { SessionClient } from '../../platform/database/connections.ts';
import type { Pools } from '../../platform/database/pools.ts';
import type { ClaimRequest, ClaimSource, RankedTask, WakeUp } from '../task-queue.ts';
import { MemoryTaskQueue } from './memory-task-queue.ts';
import { PostgresTaskQueue } from './postgres.ts';

/** Tickets of one queue, about 100 bytes each. What finds no room is found in PostgreSQL when the rest is done. */
const CAPACITY = 10_000;
/** Advisory locks are per database; whoever holds this one is the only process with this driver there. */
const ONE_PROCESS = 6_001_270;
/** The connection of a process that was killed just now may still be there. */
const PATIENCE_MS = 3_000;

export interface MemoryQueueOptions {
  readonly source: ClaimSource;
  readonly notifications: Notifications;
  readonly pools: Pools;
  readonly pollIntervalMs: number;
}

/**
 * For a single process: tickets wait in a heap per queue, which says whether there is work and for how many slots. Which
 * tasks those are is decided by the claim statement alone, by the same order, so that pauses and limits hold for every
 * driver. A heap that runs dry is filled from PostgreSQL.
 */
export class InProcessTaskQueue extends PostgresTaskQueue {
  override readonly driver = 'memory';
  private readonly heaps = new Map<string, MemoryTaskQueue>();
  private readonly tickets: ClaimSource;
  private readonly pools: Pools;
  private holder: SessionClient | undefined;

  constructor({ source, notifications, pools, pollIntervalMs }: MemoryQueueOptions) {
    super(source, notifications, pollIntervalMs);
    this.tickets = source;
    this.pools = pools;
  }

  override async start(): Promise<void> {
    const client = this.pools.sessionClient('memory-queue');
    try {
      await client.open();
      await client.query(`SET lock_timeout = ${PATIENCE_MS}`);
      await client.query('SELECT pg_advisory_lock($1)', [ONE_PROCESS]);
      this.holder = client;
    } catch (error) {
      await client.end();
      if (!isLockTimeout(error)) throw error;
      const mend = 'Stop that one, or set QUEUE_DRIVER=auto for both.';
      throw new ConfigurationError(`QUEUE_DRIVER=memory, but another process works on this database with it. ${mend}`, { cause: error });
    }
  }

  override announce(tickets: readonly WakeUp[]): void {
    const now = Date.now();
    for (const { id, queue, priority = DEFAULT_PRIORITY } of tickets) {
      this.heapOf(queue).put({ id, rank: now - priority * HEAD_START_SECONDS * 1_000 });
    }
    super.announce(tickets);
  }

  override async claim(request: ClaimRequest): Promise<ClaimedTask[]> {
    const { queue, limit } = request;
    const heap = this.heapOf(queue);
    if (heap.size < limit) for (const ticket of await this.tickets.ready(queue, CAPACITY)) heap.put(ticket);
    const taken = take(heap, limit);
    try {
      return taken.length === 0 ? [] : await this.tickets.claim({ ...request, limit: taken.length });
    } finally {
      for (const _ of taken) heap.taskDone();
    }
  }

  /** Once the claims in flight are answered. */
  override async close(): Promise<void> {
    await super.close();
    for (const heap of this.heaps.values()) heap.clear();
    await Promise.all([...this.heaps.values()].map((heap) => heap.join()));
    await this.holder?.end();
  }

  private heapOf(queue: string): MemoryTaskQueue {
    const heap = this.heaps.get(queue) ?? new MemoryTaskQueue(CAPACITY);
    this.heaps.set(queue, heap);
    return heap;
  }
}

function take(heap: MemoryTaskQueue, limit: number): RankedTask[] {
  const taken: RankedTask[] = [];
  for (let next = limit > 0 ? heap.get() : undefined; next; next = taken.length < limit ? heap.get() : undefined) taken.push(next);
  return taken;
}

function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '55P03';
}
