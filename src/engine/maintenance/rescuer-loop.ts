import { Injectable } from '@nestjs/common';
import { ExpiredLeasePages } from '../../core/task/expired-lease-pages.ts';
import { RescuePolicy } from '../../core/task/rescue-policy.ts';
import { FailureLog } from '../../platform/database/failure-log.ts';
import type { Loop } from '../../platform/lifecycle/loop.ts';
import { LoopRegistry } from '../../platform/lifecycle/loop-registry.ts';
import { Logger } from '../../platform/telemetry/logger.ts';
import { TaskQueue } from '../../queue/task-queue.ts';
import { EXPIRED_LEASES } from '../recovery/recovery.sql.ts';
import { TaskMetrics } from '../task-metrics.ts';
import { MaintenanceStore } from './maintenance-store.ts';
import { announceReady } from './announce-ready.ts';

const NAME = 'rescuer';
/** With a lease of 15 s and 5 s between two sightings, the task of a lost worker is ready again within 25 s. */
const INTERVAL_MS = 2_000;
/** Two looks are at most MAX_GAP_MS apart, with rounds of up to 5 s. */
const LONGEST_PAUSE_MS = 2_500;
const CONFIRM_MS = 5_000;
const MAX_GAP_MS = 8_000;

/** Takes tasks back from owners whose lease expired. */
@Injectable()
export class RescuerLoop {
  readonly loop: Loop;
  private readonly policy = new RescuePolicy(CONFIRM_MS, MAX_GAP_MS);
  private readonly pages = new ExpiredLeasePages(EXPIRED_LEASES, CONFIRM_MS);

  constructor(
    private readonly repository: MaintenanceStore,
    private readonly queue: TaskQueue,
    private readonly logger: Logger,
    private readonly metrics: TaskMetrics,
    loops: LoopRegistry,
    failures: FailureLog,
  ) {
    this.loop = loops.create({
      name: NAME,
      intervalMs: INTERVAL_MS,
      longestPauseMs: LONGEST_PAUSE_MS,
      jitter: 0.1,
      run: () => this.rescue(),
      onError: failures.of(NAME),
    });
  }

  /** Returns the number of tasks taken back. */
  async rescue(): Promise<number> {
    const expired = await this.repository.expiredLeases(this.pages.after).catch((error: unknown) => {
      this.pages.reset();
      this.policy.reset();
      throw error;
    });
    const now = performance.now();
    const lost = this.policy.look(expired, now);
    this.pages.looked(expired, now);
    if (lost.length === 0) return 0;
    this.metrics.leasesExpired(lost.length);
    const rescued = await this.repository.rescue(lost, NAME);
    const taken = new Set(rescued.map(({ id }) => id));
    this.policy.confirmAnew(lost.filter(({ id }) => !taken.has(id)));
    if (rescued.length === 0) return 0;
    this.metrics.rescued('lease_expired', rescued);
    announceReady(this.queue, rescued);
    this.logger.warn({ count: rescued.length }, 'rescued tasks from workers whose lease expired');
    return rescued.length;
  }
}
