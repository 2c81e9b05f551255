import type { ClaimedTask } from '../../core/task/task.ts';
import { ConfigurationError } from '../../platform/config/configuration-error.ts';
import type { SessionClient } from '../../platform/database/connections.ts';
import { endWithin } from '../../platform/database/end-connections.ts';
import type { Pools } from '../../platform/database/pools.ts';
import { type ClaimRequest, type ClaimSource, TaskQueue, type WakeUp } from '../task-queue.ts';
import { WaitingWorkers } from '../waiting-workers.ts';

/** Advisory locks are per database. The process that holds this one is the only one with this driver there. */
const SINGLE_PROCESS_LOCK = 6_001_270;
/** The session of a process killed a moment ago may still hold the lock. */
const LOCK_WAIT_MS = 3_000;
/** Time limit at shutdown; the server releases the lock when the connection closes. */
const END_MS = 1_000;

export interface MemoryQueueOptions {
  readonly source: ClaimSource;
  readonly pools: Pools;
  readonly pollIntervalMs: number;
}

/** For a single process: wake-ups stay in memory and need no NOTIFY. Tasks are rows as with every driver. */
export class MemoryTaskQueue extends TaskQueue {
  override readonly driver = 'memory';
  private readonly source: ClaimSource;
  private readonly pools: Pools;
  private readonly workers: WaitingWorkers;
  private lockHolder: SessionClient | undefined;

  constructor({ source, pools, pollIntervalMs }: MemoryQueueOptions) {
    super();
    this.source = source;
    this.pools = pools;
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
    for (const queue of new Set(wakeUps.map((wakeUp) => wakeUp.queue))) this.workers.wake(queue);
  }

  override claim(request: ClaimRequest): Promise<ClaimedTask[]> {
    this.workers.beginClaim(request.queue);
    return this.source.claim(request);
  }

  override waitForWork(queue: string, signal: AbortSignal): Promise<void> {
    return this.workers.wait(queue, signal);
  }

  override async close(): Promise<void> {
    this.workers.wakeAll();
    if (this.lockHolder) await endWithin(this.lockHolder, END_MS);
  }
}

function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '55P03';
}
