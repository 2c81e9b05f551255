import { Injectable } from '@nestjs/common';
import { FailureLog } from '../../platform/database/failure-log.ts';
import type { Loop } from '../../platform/lifecycle/loop.ts';
import { LoopRegistry } from '../../platform/lifecycle/loop-registry.ts';
import { Logger } from '../../platform/telemetry/logger.ts';
import { RetentionService } from './retention.service.ts';

const NAME = 'cleaner';
const INTERVAL_MS = 600_000;
/** The first round over a table of millions of rows takes hours. */
const LATE_AFTER_MS = 6 * 3_600_000;

/** Deletes what the retention settings no longer keep. */
@Injectable()
export class CleanerLoop {
  readonly loop: Loop;

  constructor(
    private readonly retention: RetentionService,
    private readonly logger: Logger,
    loops: LoopRegistry,
    failures: FailureLog,
  ) {
    const run = (signal: AbortSignal): Promise<void> => this.clean(signal);
    const timing = { name: NAME, intervalMs: INTERVAL_MS, lateAfterMs: LATE_AFTER_MS };
    this.loop = loops.create({ ...timing, jitter: 0.1, run, onError: failures.of(NAME) });
  }

  private async clean(signal: AbortSignal): Promise<void> {
    const count = await this.retention.sweep(signal);
    if (count > 0) this.logger.info({ count }, 'deleted tasks past their retention');
  }
}
