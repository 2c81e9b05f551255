import { Injectable } from '@nestjs/common';
import { FailureLog } from '../../platform/database/failure-log.ts';
import type { Loop } from '../../platform/lifecycle/loop.ts';
import { LoopRegistry } from '../../platform/lifecycle/loop-registry.ts';
import { TaskQueue } from '../../queue/task-queue.ts';
import { StopNotifier } from '../stop-notifier.ts';
import type { StoppedAttempt, TransitionResult } from '../transition-result.ts';
import { TaskMetrics } from '../task-metrics.ts';
import { MaintenanceStore } from './maintenance-store.ts';
import { announceReady } from './announce-ready.ts';
import { inBatches } from './in-batches.ts';

const NAME = 'sweeper';
const INTERVAL_MS = 1_000;
const LONGEST_PAUSE_MS = 5_000;

/** Ends attempts past their deadline and tasks past their expiry, and notifies the workers that run them. */
@Injectable()
export class SweeperLoop {
  readonly loop: Loop;

  constructor(
    private readonly repository: MaintenanceStore,
    private readonly queue: TaskQueue,
    private readonly stops: StopNotifier,
    private readonly metrics: TaskMetrics,
    loops: LoopRegistry,
    failures: FailureLog,
  ) {
    this.loop = loops.create({
      name: NAME,
      intervalMs: INTERVAL_MS,
      longestPauseMs: LONGEST_PAUSE_MS,
      jitter: 0.1,
      run: () => this.sweep(),
      onError: failures.of(NAME),
    });
  }

  /** Returns the number of attempts and tasks ended. */
  async sweep(): Promise<number> {
    const timedOut = await inBatches(() => this.publish(this.repository.timeOut(NAME)));
    const expired = await inBatches(() => this.publish(this.repository.expire(NAME)));
    this.metrics.timedOut('attempt', timedOut);
    this.metrics.timedOut('task', expired);
    return timedOut + expired;
  }

  private async publish(transition: Promise<(TransitionResult & StoppedAttempt)[]>): Promise<number> {
    const rows = await transition;
    this.stops.publish(rows);
    announceReady(this.queue, rows);
    return rows.length;
  }
}
