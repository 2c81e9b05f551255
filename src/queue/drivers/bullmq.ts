import type { LazyModuleLoader } from '@nestjs/core';
import type { Queue } from 'bullmq';
import type { ClaimedTask } from '../../core/task/task.ts';
import type { Notifications } from '../../platform/database/notifications.ts';
import { RedisLink } from '../../platform/redis/redis-link.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { ClaimRequest, ClaimSource, WakeUp } from '../task-queue.ts';
import { Canary } from './bullmq/canary.ts';
import { TicketQueues } from './bullmq/ticket-queues.ts';
import { TicketReader } from './bullmq/ticket-reader.ts';
import { TicketSender } from './bullmq/ticket-sender.ts';
import { PostgresTaskQueue } from './postgres.ts';

export interface BullmqQueueOptions {
  readonly source: ClaimSource;
  readonly notifications: Notifications;
  readonly pollIntervalMs: number;
  readonly redisUrl: string;
  readonly redisPrefix: string;
  readonly logger: Logger;
  readonly modules: LazyModuleLoader;
}

/** Names whose news need no tickets: remote agents ask by themselves, and for quarantine there are no claims to count. */
const WITHOUT_TICKETS = /^(agents(-.*)?|quarantine)$|:/;

/**
 * Tells workers by tickets in Redis that there is work. The tasks are claimed from PostgreSQL all the same, by the poll
 * interval also without a ticket; while Redis does not answer this is the driver it extends.
 */
export class BullmqTaskQueue extends PostgresTaskQueue {
  override readonly driver = 'bullmq';
  private readonly link: RedisLink;
  private readonly queues: TicketQueues;
  private readonly sender: TicketSender;
  private readonly canary: Canary;
  private readonly readers = new Map<string, TicketReader>();

  constructor({ source, notifications, pollIntervalMs, redisUrl, redisPrefix, logger, modules }: BullmqQueueOptions) {
    super(source, notifications, pollIntervalMs);
    this.link = new RedisLink({ url: redisUrl, prefix: redisPrefix, logger });
    this.queues = new TicketQueues(this.link, modules);
    this.sender = new TicketSender(this.link, this.queues, (tickets) => super.announce(tickets));
    this.canary = new Canary({ link: this.link, queues: this.queues, readers: this.readers, logger });
    this.link.onUp(() => this.readers.forEach((reader) => void reader.replace()));
  }

  /** Those of these queues that have tickets, as BullMQ sees them; undefined while Redis does not answer. */
  async boardQueues(names: readonly string[]): Promise<Queue[] | undefined> {
    if (!this.link.up) return undefined;
    return Promise.all(names.filter((name) => !WITHOUT_TICKETS.test(name)).map((name) => this.queues.get(name)));
  }

  override announce(tickets: readonly WakeUp[]): void {
    const apart = tickets.filter(({ queue }) => WITHOUT_TICKETS.test(queue));
    if (apart.length > 0) super.announce(apart);
    if (apart.length < tickets.length) this.sender.send(tickets.filter(({ queue }) => !WITHOUT_TICKETS.test(queue)));
  }

  override claim(request: ClaimRequest): Promise<ClaimedTask[]> {
    const claim = () => super.claim(request);
    const { queue, limit } = request;
    return WITHOUT_TICKETS.test(queue) ? claim() : this.readerOf(queue).whileClaiming(limit, claim);
  }

  override waitForWork(queue: string, signal: AbortSignal): Promise<void> {
    const wait = () => super.waitForWork(queue, signal);
    return WITHOUT_TICKETS.test(queue) ? wait() : this.readerOf(queue).whileWaiting(wait);
  }

  override settled({ id, queue }: Pick<ClaimedTask, 'id' | 'queue'>): void {
    this.readers.get(queue)?.settled(id);
  }

  override problems(): string[] {
    return this.link.problems();
  }

  override async close(): Promise<void> {
    this.canary.close();
    await super.close();
    await Promise.all([...this.readers.values()].map((reader) => reader.close()));
    await this.sender.close();
    if (this.link.up) await this.queues.close();
    this.link.close();
  }

  private readerOf(queue: string): TicketReader {
    const known = this.readers.get(queue);
    if (known) return known;
    const ports = {
      link: this.link,
      wake: (name: string) => this.wake(name),
      ringAgain: (tickets: readonly WakeUp[]) => this.sender.send(tickets),
    };
    const reader = new TicketReader(queue, ports);
    this.readers.set(queue, reader);
    return reader;
  }
}
