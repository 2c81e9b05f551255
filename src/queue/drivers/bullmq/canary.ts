import type { RedisLink } from '../../../platform/redis/redis-link.ts';
import type { Logger } from '../../../platform/telemetry/logger.ts';
import type { TicketQueues } from './ticket-queues.ts';
import type { TicketReader } from './ticket-reader.ts';

export interface CanaryOptions {
  readonly link: Pick<RedisLink, 'up' | 'fail'>;
  readonly queues: Pick<TicketQueues, 'ringEmpty'>;
  /** By queue. */
  readonly readers: ReadonlyMap<string, Pick<TicketReader, 'listening' | 'heardAt' | 'replace'>>;
  readonly logger: Pick<Logger, 'warn'>;
}

const EVERY_MS = 30_000;
/** A fetch is over after 5 s at the latest. */
const PATIENCE_MS = 10_000;

/**
 * Every 30 s a ticket without tasks is put into each queue somebody waits on here. A fetch must come back then, with it or,
 * when another process was faster, without; a reader whose fetch does not come back is deaf although Redis answers, and
 * gets a new BullMQ worker.
 */
export class Canary {
  private readonly timer: NodeJS.Timeout;
  private readonly checks = new Set<NodeJS.Timeout>();

  constructor(private readonly options: CanaryOptions) {
    this.timer = setInterval(() => this.sing(), EVERY_MS);
  }

  close(): void {
    clearInterval(this.timer);
    for (const check of this.checks) clearTimeout(check);
  }

  private sing(): void {
    const { link, queues, readers } = this.options;
    for (const [queue, reader] of readers) {
      if (!link.up || !reader.listening) continue;
      this.checkLater(queue, performance.now());
      queues.ringEmpty(queue).catch((error: Error) => link.fail(error));
    }
  }

  private checkLater(queue: string, sungAt: number): void {
    const check = setTimeout(() => {
      this.checks.delete(check);
      const { link, readers, logger } = this.options;
      const reader = readers.get(queue);
      if (!link.up || !reader?.listening || reader.heardAt >= sungAt) return;
      logger.warn({ queue }, 'Redis answers but its tickets do not arrive: a new BullMQ worker reads them');
      void reader.replace();
    }, PATIENCE_MS);
    this.checks.add(check);
  }
}
