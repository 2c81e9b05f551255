import { Injectable } from '@nestjs/common';
import { Metrics } from '../platform/telemetry/metrics.ts';

/** In seconds. A pulse comes every second, and 10 s are on time. */
const LATENESS_BUCKETS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3_600];

/** How late schedules fire in this process. */
@Injectable()
export class ScheduleMetrics {
  private readonly lateness;

  constructor(metrics: Metrics) {
    this.lateness = metrics.histogram(
      'contenthub_schedule_lateness_seconds',
      'From the due time with its jitter to the firing that this process wrote; misfires that are caught up included.',
      { buckets: LATENESS_BUCKETS },
    );
  }

  fired(lateMs: number): void {
    this.lateness.observe(lateMs / 1_000);
  }
}
