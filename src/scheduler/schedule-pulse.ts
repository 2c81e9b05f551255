import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { FailureLog } from '../platform/database/failure-log.ts';
import { LoopRegistry } from '../platform/lifecycle/loop-registry.ts';
import type { LoopRecord } from '../platform/lifecycle/loop-record.ts';
import { DueFiringsService } from './due-firings.service.ts';

const NAME = 'schedules';
const PULSE_MS = 1_000;

/** Looks once a second for schedules that are due, in every scheduler process. It remembers nothing between two pulses. */
@Injectable()
export class SchedulePulse implements OnModuleDestroy {
  private readonly record: LoopRecord;
  private readonly stopping = new AbortController();
  private round: Promise<void> | null = null;

  constructor(
    private readonly firings: DueFiringsService,
    private readonly failures: FailureLog,
    private readonly loops: LoopRegistry,
  ) {
    this.record = loops.track({ name: NAME, intervalMs: PULSE_MS });
  }

  /** Does nothing while the previous pulse is still at work. */
  @Interval(NAME, PULSE_MS)
  pulse(): void {
    if (this.stopping.signal.aborted) return;
    this.round ??= this.fire().finally(() => (this.round = null));
  }

  /** Resolves when no firing is in flight and none will begin. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.round;
    this.record.stopped();
  }

  onModuleDestroy(): Promise<void> {
    return this.stop();
  }

  private async fire(): Promise<void> {
    if (!this.record.state().running) this.record.started();
    if (this.loops.isPaused(NAME)) return this.record.suspended();
    this.record.roundStarted();
    try {
      await this.firings.fireDue(this.stopping.signal);
      this.record.succeeded();
    } catch (error) {
      this.failures.of(NAME)(error, this.record.failed(error));
    }
  }
}
