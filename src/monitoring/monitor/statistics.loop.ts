import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DailyStatisticsStore } from '../../engine/inspection/daily-statistics-store.ts';
import { FailureLog } from '../../platform/database/failure-log.ts';
import type { Loop } from '../../platform/lifecycle/loop.ts';
import { LoopRegistry } from '../../platform/lifecycle/loop-registry.ts';

const NAME = 'statistics';
const INTERVAL_MS = 60_000;

/** Counts the transitions of tasks into the statistics of days, long before retention deletes the tasks. */
@Injectable()
export class StatisticsLoop implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: Loop;

  constructor(statistics: DailyStatisticsStore, loops: LoopRegistry, failures: FailureLog) {
    const run = async (signal: AbortSignal): Promise<void> => {
      while (!signal.aborted && (await statistics.countNext()));
    };
    this.loop = loops.create({ name: NAME, intervalMs: INTERVAL_MS, jitter: 0.1, run, onError: failures.of(NAME) });
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.loop.stop();
  }
}
