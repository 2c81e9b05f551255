import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { FailureLog } from '../../platform/database/failure-log.ts';
import type { Loop } from '../../platform/lifecycle/loop.ts';
import { LoopRegistry } from '../../platform/lifecycle/loop-registry.ts';
import { CleansUp, type RetentionRule } from '../../platform/lifecycle/retention-rule.ts';
import { Logger } from '../../platform/telemetry/logger.ts';
import { RetentionService } from './retention.service.ts';

const NAME = 'cleaner';
const INTERVAL_MS = 600_000;
/** The first round over a table of millions of rows takes hours. */
const LATE_AFTER_MS = 6 * 3_600_000;

/** Deletes what the retention settings no longer keep: old tasks, and the old rows of each retention rule. */
@Injectable()
export class CleanerLoop implements OnModuleInit {
  readonly loop: Loop;
  private readonly rules: RetentionRule[] = [];

  constructor(
    private readonly retention: RetentionService,
    private readonly logger: Logger,
    private readonly discovery: DiscoveryService,
    loops: LoopRegistry,
    failures: FailureLog,
  ) {
    const run = (signal: AbortSignal): Promise<void> => this.clean(signal);
    const timing = { name: NAME, intervalMs: INTERVAL_MS, lateAfterMs: LATE_AFTER_MS };
    this.loop = loops.create({ ...timing, jitter: 0.1, run, onError: failures.of(NAME) });
  }

  onModuleInit(): void {
    for (const { instance } of this.discovery.getProviders({ metadataKey: CleansUp.KEY })) this.rules.push(instance as RetentionRule);
  }

  /** One round. A rule that fails does not stop the others; its error is thrown at the end. */
  async clean(signal: AbortSignal): Promise<void> {
    const tasks = async (): Promise<void> => {
      const count = await this.retention.sweep(signal);
      if (count > 0) this.logger.info({ count }, 'deleted tasks past their retention');
    };
    const errors: unknown[] = [];
    for (const round of [tasks, ...this.rules.map((rule) => () => rule.clean(signal))])
      await round().catch((error: unknown) => errors.push(error));
    if (errors.length > 0) throw errors[0];
  }
}
