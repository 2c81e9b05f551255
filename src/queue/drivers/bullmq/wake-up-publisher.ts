import { BullModule, getQueueToken } from '@nestjs/bullmq';
import type { LazyModuleLoader } from '@nestjs/core';
import type { Queue } from 'bullmq';
import { within } from '../../../platform/lifecycle/with-timeout.ts';
import type { RedisLink } from '../../../platform/redis/redis-link.ts';
import type { WakeUp } from '../../task-queue.ts';
import { MAX_IDS, toJobs } from './wake-up-job.ts';

export interface WakeUpPublisherOptions {
  readonly link: RedisLink;
  readonly modules: LazyModuleLoader;
  /** Announces what Redis does not take. */
  readonly fallback: (wakeUps: readonly WakeUp[]) => void;
}

const PUBLISH_MS = 500;
const COUNT_EVERY_MS = 1_000;
/** With this many waiting jobs every worker is busy. Without workers, Redis must not fill up. */
const MAX_WAITING_JOBS = 10_000;
const EVENTS_KEPT = 100;

interface KnownQueue {
  readonly queue: Queue;
  countedAt: number;
  full: boolean;
}

/**
 * Adds jobs to the BullMQ queues. Wake-ups announced during a round trip form the next batch. A batch that Redis does not
 * take within 500 ms goes to the fallback, as does everything until Redis answers again.
 */
export class WakeUpPublisher {
  private readonly link: RedisLink;
  private readonly modules: LazyModuleLoader;
  private readonly fallback: WakeUpPublisherOptions['fallback'];
  private readonly queues = new Map<string, Promise<KnownQueue>>();
  private readonly outgoing = new Map<number, WakeUp[]>();
  private publishing: Promise<void> | undefined;

  constructor({ link, modules, fallback }: WakeUpPublisherOptions) {
    this.link = link;
    this.modules = modules;
    this.fallback = fallback;
  }

  publish(wakeUps: readonly WakeUp[], maxIds = MAX_IDS): void {
    if (!this.link.up) return this.fallback(wakeUps);
    const batch = this.outgoing.get(maxIds) ?? [];
    this.outgoing.set(maxIds, batch);
    for (const wakeUp of wakeUps) batch.push(wakeUp);
    this.publishing ??= this.publishAll();
  }

  async queue(name: string): Promise<Queue> {
    return (await this.find(name)).queue;
  }

  /** Resolves when everything published so far is in Redis or went to the fallback. */
  async flush(): Promise<void> {
    await this.publishing;
  }

  async close(): Promise<void> {
    await this.flush();
    const queues = await Promise.all(this.queues.values());
    if (this.link.up) await Promise.all(queues.map(({ queue }) => queue.close()));
  }

  private async publishAll(): Promise<void> {
    await new Promise(setImmediate); // a caller that stores many tasks announces them one by one
    while (this.outgoing.size > 0) {
      const batches = [...this.outgoing];
      this.outgoing.clear();
      await Promise.all(batches.map(([maxIds, batch]) => this.publishBatch(batch, maxIds)));
    }
    this.publishing = undefined;
  }

  private async publishBatch(batch: readonly WakeUp[], maxIds: number): Promise<void> {
    if (!this.link.up) return this.fallback(batch);
    const byQueue = [...Map.groupBy(batch, ({ queue }) => queue)];
    try {
      await within(PUBLISH_MS, Promise.all(byQueue.map(([name, wakeUps]) => this.add(name, wakeUps, maxIds))));
    } catch (error) {
      this.link.fail(error as Error);
      this.fallback(batch);
    }
  }

  private async add(name: string, wakeUps: readonly WakeUp[], maxIds: number): Promise<void> {
    const known = await this.find(name);
    this.countWaiting(known);
    if (known.full) this.fallback(wakeUps);
    else await known.queue.addBulk(toJobs(wakeUps, maxIds));
  }

  private countWaiting(known: KnownQueue): void {
    const now = performance.now();
    if (now - known.countedAt < COUNT_EVERY_MS) return;
    known.countedAt = now;
    known.queue.getJobCountByTypes('waiting', 'prioritized').then(
      (count) => (known.full = count >= MAX_WAITING_JOBS),
      () => undefined, // counted again in a second
    );
  }

  private find(name: string): Promise<KnownQueue> {
    const known = this.queues.get(name);
    if (known) return known;
    const opened = this.open(name);
    this.queues.set(name, opened);
    opened.catch(() => this.queues.delete(name)); // the next call tries again
    return opened;
  }

  private async open(name: string): Promise<KnownQueue> {
    const { client, prefix } = this.link;
    const registration = BullModule.registerQueue({
      name,
      prefix,
      connection: client,
      skipVersionCheck: true,
      streams: { events: { maxLen: EVENTS_KEPT } },
      defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
    });
    const module = await this.modules.load(() => Promise.resolve(registration), { logger: false });
    const queue = module.get<Queue>(getQueueToken(name));
    queue.on('error', () => undefined); // the link reports the state of its client
    return { queue, countedAt: Number.NEGATIVE_INFINITY, full: false };
  }
}
