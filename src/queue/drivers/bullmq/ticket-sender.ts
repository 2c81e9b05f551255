import type { RedisLink } from '../../../platform/redis/redis-link.ts';
import type { WakeUp } from '../../task-queue.ts';
import { toJobs } from './ticket-job.ts';
import type { TicketQueues } from './ticket-queues.ts';
import { within } from '../../../platform/lifecycle/with-timeout.ts';

const SEND_MS = 500;

/**
 * Puts tickets into Redis. What is announced while a batch is on its way goes with the next, so there is one at a time;
 * what does not arrive within 500 ms goes the other way, and so does everything else until Redis answers again.
 */
export class TicketSender {
  private gathered: WakeUp[] = [];
  private sending: Promise<void> | undefined;

  constructor(
    private readonly link: RedisLink,
    private readonly queues: TicketQueues,
    private readonly otherWay: (tickets: readonly WakeUp[]) => void,
  ) {}

  send(tickets: readonly WakeUp[]): void {
    if (!this.link.up) return this.otherWay(tickets);
    for (const ticket of tickets) this.gathered.push(ticket);
    this.sending ??= this.sendAll();
  }

  async close(): Promise<void> {
    await this.sending;
  }

  private async sendAll(): Promise<void> {
    await new Promise(setImmediate); // whoever stores many tasks announces them one by one
    while (this.gathered.length > 0) {
      const batch = this.gathered;
      this.gathered = [];
      if (this.link.up) await this.put(batch);
      else this.otherWay(batch);
    }
    this.sending = undefined;
  }

  private async put(batch: readonly WakeUp[]): Promise<void> {
    const byQueue = [...Map.groupBy(batch, ({ queue }) => queue)];
    try {
      await within(SEND_MS, Promise.all(byQueue.map(([name, tickets]) => this.add(name, tickets))));
    } catch (error) {
      this.link.fail(error as Error);
      this.otherWay(batch);
    }
  }

  private async add(name: string, tickets: readonly WakeUp[]): Promise<void> {
    const queue = await this.queues.withRoom(name);
    if (queue) await queue.addBulk(toJobs(tickets));
    else this.otherWay(tickets);
  }
}
