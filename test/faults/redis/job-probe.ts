import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

const EVERY_MS = 100;
const LOOK_MS = 5;
const PATIENCE_MS = 2_000;
const PREFIX = 'contenthub';
const QUEUE = 'default';

/** A job without tasks: when it was added (epoch milliseconds), and after how many milliseconds a worker had ended it. */
export interface ProbeResult {
  at: number;
  /** Undefined when it could not be added, or no worker took it. */
  ms: number | undefined;
}

/** Adds jobs without tasks and measures how soon a worker takes them, which no poll of PostgreSQL can do. */
export class JobProbe {
  private readonly client: Redis;
  private queue: Queue | undefined;
  private stopped = false;
  private probing: Promise<void> | undefined;
  readonly probes: ProbeResult[] = [];

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
    this.probing = this.probe();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.probing;
    this.client.disconnect();
  }

  /** Adds `times` more jobs for this task. */
  async again(id: string, times: number): Promise<void> {
    const job = () => ({ name: 'job', data: { ids: [id] }, opts: { jobId: `again-${randomUUID()}`, priority: 6 } });
    await this.open()?.addBulk(Array.from({ length: times }, job));
  }

  private async probe(): Promise<void> {
    while (!this.stopped) {
      const at = Date.now();
      const taken = await this.once().catch(() => false);
      this.probes.push({ at, ms: taken ? Date.now() - at : undefined });
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

  /** BullMQ waits without end for a connection that was never open. */
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
