import { BullModule, getQueueToken } from '@nestjs/bullmq';
import type { LazyModuleLoader } from '@nestjs/core';
import type { Queue } from 'bullmq';
import { randomUUID } from 'node:crypto';
import type { RedisLink } from '../../../platform/redis/redis-link.ts';

/** Enough to look at, little to keep. */
const EVENTS_KEPT = 100;
const COUNT_EVERY_MS = 1_000;
/** Nobody is idle while so many wait, so nobody needs further ones: without workers Redis must not fill up. */
const MOST_WAITING = 10_000;

interface Known {
  queue: Queue;
  countedAt: number;
  full: boolean;
}

/** The BullMQ queues of this process, each from the first ticket on. Only asked for while Redis answers. */
export class TicketQueues {
  private readonly known = new Map<string, Promise<Known>>();

  constructor(
    private readonly link: RedisLink,
    private readonly modules: LazyModuleLoader,
  ) {}

  async get(name: string): Promise<Queue> {
    return (await this.find(name)).queue;
  }

  async all(): Promise<Queue[]> {
    return (await Promise.all(this.known.values())).map(({ queue }) => queue);
  }

  /** Puts a ticket without tasks into a queue, before all others. */
  async ringEmpty(name: string): Promise<void> {
    await (await this.get(name)).add('canary', { ids: [] }, { jobId: `canary-${randomUUID()}`, priority: 1 });
  }

  /** The queue, or undefined when it holds more tickets than anybody needs. */
  async withRoom(name: string): Promise<Queue | undefined> {
    const known = await this.find(name);
    const now = performance.now();
    if (now - known.countedAt >= COUNT_EVERY_MS) {
      known.countedAt = now;
      known.queue.getJobCountByTypes('waiting', 'prioritized').then(
        (count) => (known.full = count >= MOST_WAITING),
        () => undefined, // the next second asks again
      );
    }
    return known.full ? undefined : known.queue;
  }

  async close(): Promise<void> {
    await Promise.all((await this.all()).map((queue) => queue.close()));
  }

  private find(name: string): Promise<Known> {
    const known = this.known.get(name);
    if (known) return known;
    const opened = this.open(name);
    this.known.set(name, opened);
    opened.catch(() => this.known.delete(name)); // whoever asks again tries again
    return opened;
  }

  private async open(name: string): Promise<Known> {
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
    const queue = module.get<Queue>(getQueueToken(name), { strict: false });
    queue.on('error', () => undefined); // the link sees to it
    return { queue, countedAt: Number.NEGATIVE_INFINITY, full: false };
  }
}
