import { Injectable } from '@nestjs/common';
import { Logger } from '../telemetry/logger.ts';
import { OutageLog } from './outage-log.ts';

export type FailureReporter = (error: unknown, consecutive: number) => void;

/** Logs failed rounds of loops: none during an outage of the database, else the 1st, 2nd, 4th, 8th … failure in a row. */
@Injectable()
export class FailureLog {
  constructor(
    private readonly outages: OutageLog,
    private readonly logger: Logger,
  ) {}

  of(loop: string): FailureReporter {
    return (error, consecutive) => {
      if (this.outages.notice(error) || !Number.isInteger(Math.log2(consecutive))) return;
      this.logger.warn({ err: error, loop, consecutive }, 'a loop failed and will be retried');
    };
  }
}
