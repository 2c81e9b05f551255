import type { LazyModuleLoader } from '@nestjs/core';
import type { Queue } from 'bullmq';
import type { ClaimedTask } from '../../core/task/task.ts';
import { RedisLink } from '../../platform/redis/redis-link.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import { type ClaimRequest, TaskQueue, type WakeUp } from '../task-queue.ts';
import { WakeUpConsumer } from './bullmq/wake-up-consumer.ts';
import { WakeUpPublisher } from './bullmq/wake-up-publisher.ts';
import { startWakeUpWorkers } from './bullmq/wake-up-workers.ts';
import type { PostgresTaskQueue } from './postgres.ts';

export interface BullmqQueueOptions {
  /** Claims for this driver, and wakes worker loops while Redis does not answer. */
  readonly fallback: PostgresTaskQueue;
  readonly pollIntervalMs: number;
  readonly redisUrl: string;
  readonly redisPrefix: string;
  readonly logger: Logger;
  readonly modules: LazyModuleLoader;
}

/** Queues without jobs: agents lease over HTTP, quarantined tasks are claimed from all queues, and BullMQ allows no colon. */
const WITHOUT_JOBS = /^(agents(-.*)?|quarantine)$|:/;
const hasJobs = (queue: string): boolean => !WITHOUT_JOBS.test(queue);

/**
 * Wakes worker loops by BullMQ jobs that name ready tasks. Tasks are claimed from PostgreSQL as under every driver. While
 * Redis does not answer, this driver does what the postgres driver does.
 */
export class BullmqTaskQueue extends TaskQueue {
  override readonly driver = 'bullmq';
  private readonly fallback: PostgresTaskQueue;
  private readonly pollIntervalMs: number;
  private readonly modules: LazyModuleLoader;
  private readonly link: RedisLink;
  private readonly publisher: WakeUpPublisher;
  private readonly consumers = new Map<string, WakeUpConsumer>();
  private closeWorkers: (() => Promise<void>) | undefined;

  constructor({ fallback, pollIntervalMs, redisUrl, redisPrefix, logger, modules }: BullmqQueueOptions) {
    super();
    this.fallback = fallback;
    this.pollIntervalMs = pollIntervalMs;
    this.modules = modules;
    this.link = new RedisLink({ url: redisUrl, prefix: redisPrefix, logger });
    this.publisher = new WakeUpPublisher({ link: this.link, modules, fallback: (wakeUps) => fallback.announce(wakeUps) });
    this.link.onChange((up) => {
      for (const consumer of this.consumers.values()) {
        if (up) consumer.restart();
        else consumer.pause();
      }
    });
  }

  override async start(slots: Readonly<Record<string, number>>): Promise<void> {
    const { pollIntervalMs, link, modules, publisher } = this;
    for (const [queue, count] of Object.entries(slots).filter(([name]) => hasJobs(name))) {
      const wake = () => this.fallback.wake(queue);
      const republish = (wakeUps: readonly WakeUp[], maxIds: number) => publisher.publish(wakeUps, maxIds);
      this.consumers.set(queue, new WakeUpConsumer({ queue, slots: count, pollIntervalMs, wake, republish }));
    }
    this.closeWorkers = await startWakeUpWorkers([...this.consumers.values()], { link, modules, publisher });
  }

  override announce(wakeUps: readonly WakeUp[]): void {
    const [byJob, byNotify] = [wakeUps.filter(({ queue }) => hasJobs(queue)), wakeUps.filter(({ queue }) => !hasJobs(queue))];
    if (byJob.length > 0) this.publisher.publish(byJob);
    if (byNotify.length > 0) this.fallback.announce(byNotify);
  }

  override claim(request: ClaimRequest): Promise<ClaimedTask[]> {
    const claim = (limit: number) => this.fallback.claim({ ...request, limit });
    return this.activeConsumer(request.queue)?.claim(request.limit, claim) ?? this.fallback.claim(request);
  }

  override waitForWork(queue: string, signal: AbortSignal): Promise<void> {
    const wait = () => this.fallback.waitForWork(queue, signal);
    return this.activeConsumer(queue)?.whileWaiting(wait, signal) ?? wait();
  }

  override settled({ id, queue }: Pick<ClaimedTask, 'id' | 'queue'>): void {
    this.consumers.get(queue)?.settled(id);
  }

  override problems(): string[] {
    return this.link.problems();
  }

  /** The queues that have jobs, as BullMQ sees them; undefined while Redis does not answer. */
  async boardQueues(names: readonly string[]): Promise<Queue[] | undefined> {
    if (!this.link.up) return undefined;
    return Promise.all(names.filter(hasJobs).map((name) => this.publisher.queue(name)));
  }

  override async close(): Promise<void> {
    await this.fallback.close();
    for (const consumer of this.consumers.values()) consumer.close();
    await this.publisher.flush();
    await this.closeWorkers?.();
    await this.publisher.close();
    this.link.close();
  }

  private activeConsumer(queue: string): WakeUpConsumer | undefined {
    return this.link.up ? this.consumers.get(queue) : undefined;
  }
}
