import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

const EVERY_MS = 100;
const LOOK_MS = 5;
const PATIENCE_MS = 2_000;
const PREFIX = 'contenthub';
const QUEUE = 'default';

/** A ticket that names no task, from the moment it was put until a worker had taken it: epoch milliseconds, and how many. */
export interface Ring {
  at: number;
  /** Undefined when it could not be put, or nobody took it. */
  ms: number | undefined;
}

/** Puts tickets into Redis by itself, and sees how soon a worker takes them: no poll of PostgreSQL can help them there. */
export class Ringer {
  private readonly client: Redis;
  private queue: Queue | undefined;
  private stopped = false;
  private ringing: Promise<void> | undefined;
  readonly rings: Ring[] = [];

  constructor(url: string) {
    this.client = new Redis(url, {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: 500,
      retryStrategy: () => EVERY_MS,
    });
    this.client.on('error', () => undefined);
  }

  start(): void {
    this.ringing = this.ring();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.ringing;
    this.client.disconnect();
  }

  /** Tickets for this task, each a job of its own. */
  async again(id: string, times: number): Promise<void> {
    const job = () => ({ name: 'ticket', data: { ids: [id] }, opts: { jobId: `again-${randomUUID()}`, priority: 6 } });
    await this.open()?.addBulk(Array.from({ length: times }, job));
  }

  private async ring(): Promise<void> {
    while (!this.stopped) {
      const at = Date.now();
      const taken = await this.once().catch(() => false);
      this.rings.push({ at, ms: taken ? Date.now() - at : undefined });
      await delay(EVERY_MS);
    }
  }

  private async once(): Promise<boolean> {
    const jobId = `probe-${randomUUID()}`;
    const until = performance.now() + PATIENCE_MS;
    const queue = this.open();
    if (queue === undefined) return false;
    await queue.add('probe', { ids: [] }, { jobId, priority: 1 });
    while (performance.now() < until) {
      if ((await this.client.exists(`${PREFIX}:${QUEUE}:${jobId}`)) === 0) return true;
      await delay(LOOK_MS);
    }
    return false;
  }

  /** BullMQ waits for ever for a connection that was never there. */
  private open(): Queue | undefined {
    if (this.client.status !== 'ready') return undefined;
    if (this.queue === undefined) {
      const defaultJobOptions = { removeOnComplete: true, removeOnFail: true };
      this.queue = new Queue(QUEUE, { connection: this.client, prefix: PREFIX, skipVersionCheck: true, defaultJobOptions });
      this.queue.on('error', () => undefined);
    }
    return this.queue;
  }
}
