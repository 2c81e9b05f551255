import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { timerMs } from '../../core/time/timer-ms.ts';
import { Logger } from '../telemetry/logger.ts';
import { Pools } from './pools.ts';
import { isOutage } from './transient.ts';

interface Outage {
  readonly since: number;
  lastFailureAt: number;
  failures: number;
}

const PROBE_EVERY_MS = 250;
/** An outage ends after this long without a failure, so that a server that refuses some connections is one outage and not many. */
const STEADY_MS = 1_000;

/**
 * Logs two lines for each outage of PostgreSQL: one at its start, one at its end. Every loop and request of a process
 * fails during an outage; logged one by one, the failures of 5 s were more than 100 lines with stacks.
 */
@Injectable()
export class OutageLog implements OnModuleDestroy {
  private outage: Outage | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly pools: Pools,
    private readonly logger: Logger,
  ) {}

  /** Counts an error of an outage. False: the caller logs it. */
  notice(error: unknown): boolean {
    if (!isOutage(error)) return false;
    const now = performance.now();
    if (this.outage) {
      this.outage.failures += 1;
      this.outage.lastFailureAt = now;
    } else if (!this.closed) {
      this.outage = { since: now, lastFailureAt: now, failures: 1 };
      this.logger.warn({ reason: reasonOf(error) }, 'PostgreSQL does not answer: loops and requests are retried');
      this.probeLater();
    }
    return true;
  }

  onModuleDestroy(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private probeLater(): void {
    this.timer = setTimeout(() => void this.probe(), timerMs(PROBE_EVERY_MS));
    this.timer.unref();
  }

  private async probe(): Promise<void> {
    const { outage } = this;
    if (this.closed || !outage) return;
    const answers = await this.pools.engine.query('SELECT 1').then(
      () => true,
      () => false,
    );
    const now = performance.now();
    if (!answers) outage.lastFailureAt = now;
    if (now - outage.lastFailureAt < STEADY_MS) return this.closed ? undefined : this.probeLater();
    this.outage = undefined;
    const seconds = Math.round((outage.lastFailureAt - outage.since) / 100) / 10;
    this.logger.info({ seconds, failures: outage.failures }, 'PostgreSQL answers again');
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as Error & { code?: unknown };
  return typeof code === 'string' ? `${code}: ${message}` : message;
}
