import type { ClaimedTask } from '../../core/task/task.ts';
import { ConfigurationError } from '../../platform/config/configuration-error.ts';
import type { SessionClient } from '../../platform/database/connections.ts';
import { endWithin } from '../../platform/database/end-connections.ts';
import type { Pools } from '../../platform/database/pools.ts';
import { type ClaimRequest, type ClaimSource, TaskQueue, type WakeUp } from '../task-queue.ts';
import { WaitingWorkers } from '../waiting-workers.ts';
import { MemoryTaskQueue } from './memory/memory-task-queue.ts';

/** Advisory locks are per database. The process that holds this one is the only one with this driver there. */
const SINGLE_PROCESS_LOCK = 6_001_270;
/** The session of a process killed a moment ago may still hold the lock. */
const LOCK_WAIT_MS = 3_000;
/** Tasks in the heap of a queue. PostgreSQL has the others. */
const CAPACITY = 1_000;
/** Time limit at shutdown; the server releases the lock when the connection closes. */
const END_MS = 1_000;

export interface MemoryQueueOptions {
  readonly source: ClaimSource;
  readonly pools: Pools;
  readonly pollIntervalMs: number;
}

/** The heap of a queue, and when it was filled. */
interface QueueHeap {
  readonly tasks: MemoryTaskQueue;
  filledAt: number;
  /** Something was announced since the heap was filled. */
  stale: boolean;
  /** The last claim. The next one waits for it, or it would fill the heap with tasks that are being claimed. */
  lastClaim: Promise<unknown>;
}

/**
 * For a single process: wake-ups stay in memory and need no NOTIFY. A claim takes the tasks that come first in the heap of its queue.
 * The heap is filled from PostgreSQL, whose rows decide in which order tasks of dispatch groups start, as under every driver.
 */
export class InProcessTaskQueue extends TaskQueue {
  override readonly driver = 'memory';
  private readonly source: ClaimSource;
  private readonly pools: Pools;
  private readonly pollIntervalMs: number;
  private readonly workers: WaitingWorkers;
  private readonly heaps = new Map<string, QueueHeap>();
  private lockHolder: SessionClient | undefined;
  private closed = false;

  constructor({ source, pools, pollIntervalMs }: MemoryQueueOptions) {
    super();
    this.source = source;
    this.pools = pools;
    this.pollIntervalMs = pollIntervalMs;
    this.workers = new WaitingWorkers(pollIntervalMs);
  }

  override async start(): Promise<void> {
    const client = this.pools.sessionClient('memory-queue');
    try {
      await client.open();
      await client.query(`SET lock_timeout = ${LOCK_WAIT_MS}`);
      await client.query('SELECT pg_advisory_lock($1)', [SINGLE_PROCESS_LOCK]);
      this.lockHolder = client;
    } catch (error) {
      await endWithin(client, END_MS);
      if (!isLockTimeout(error)) throw error;
      const remedy = 'Stop that process, or set QUEUE_DRIVER=auto for both.';
      throw new ConfigurationError(`QUEUE_DRIVER=memory, but another process uses it on this database. ${remedy}`, { cause: error });
    }
  }

  override announce(wakeUps: readonly WakeUp[]): void {
    for (const queue of new Set(wakeUps.map((wakeUp) => wakeUp.queue))) {
      const heap = this.heaps.get(queue);
      if (heap) heap.stale = true;
      this.workers.wake(queue);
    }
  }

  override claim(request: ClaimRequest): Promise<ClaimedTask[]> {
    const heap = this.heapOf(request.queue);
    const claimed = heap.lastClaim.then(() => this.claimNext(heap, request));
    heap.lastClaim = claimed.catch(() => undefined);
    return claimed;
  }

  override waitForWork(queue: string, signal: AbortSignal): Promise<void> {
    return this.workers.wait(queue, signal);
  }

  /** Another process may claim only after the claims of this one are answered. */
  override async close(): Promise<void> {
    this.closed = true;
    this.workers.wakeAll();
    for (const { tasks } of this.heaps.values()) tasks.clear();
    await Promise.all([...this.heaps.values()].map(({ tasks }) => tasks.join()));
    if (this.lockHolder) await endWithin(this.lockHolder, END_MS);
  }

  private heapOf(queue: string): QueueHeap {
    const heap = this.heaps.get(queue) ?? { tasks: new MemoryTaskQueue(CAPACITY), filledAt: 0, stale: true, lastClaim: Promise.resolve() };
    this.heaps.set(queue, heap);
    return heap;
  }

  private async claimNext(heap: QueueHeap, request: ClaimRequest): Promise<ClaimedTask[]> {
    if (this.closed) return [];
    this.workers.beginClaim(request.queue);
    const filled = await this.fillIfNeeded(heap, request);
    const first = await this.claimFirst(heap.tasks, request);
    if (first.length === request.limit || filled) return first;
    // The heap had fewer tasks, or some were cancelled, paused or put into quarantine after it was filled.
    await this.fill(heap, request);
    return [...first, ...(await this.claimFirst(heap.tasks, { ...request, limit: request.limit - first.length }))];
  }

  private async fillIfNeeded(heap: QueueHeap, request: ClaimRequest): Promise<boolean> {
    const current = !heap.stale && performance.now() - heap.filledAt < this.pollIntervalMs;
    if (current && heap.tasks.size >= request.limit) return false;
    await this.fill(heap, request);
    return true;
  }

  private async fill(heap: QueueHeap, { queue, names }: ClaimRequest): Promise<void> {
    heap.stale = false;
    heap.filledAt = performance.now();
    const ready = await this.source.firstReady({ queue, limit: CAPACITY, names });
    heap.tasks.clear();
    if (this.closed) return;
    for (const task of ready) heap.tasks.put(task);
  }

  /** Claims up to `limit` tasks, the first of the heap. */
  private async claimFirst(tasks: MemoryTaskQueue, request: ClaimRequest): Promise<ClaimedTask[]> {
    const ids: string[] = [];
    for (let next = tasks.get(); next; next = ids.length < request.limit ? tasks.get() : undefined) ids.push(next.id);
    try {
      return await this.source.claim({ ...request, ids });
    } finally {
      for (const _ of ids) tasks.taskDone();
    }
  }
}

function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '55P03';
}
