import { Injectable } from '@nestjs/common';
import { RescuePolicy } from '../../core/task/rescue-policy.ts';
import { FailureLog } from '../../platform/database/failure-log.ts';
import { Notifications } from '../../platform/database/notifications.ts';
import { Loop, type LoopHealth } from '../../platform/lifecycle/loop.ts';
import { Logger } from '../../platform/telemetry/logger.ts';
import { TaskQueue } from '../../queue/task-queue.ts';
import { RetentionService } from './retention.service.ts';
import { encodeStoppedAttempts, STOPPED_CHANNEL } from '../stopped-attempts.ts';
import { SWEEP_ROWS } from '../task.sql.ts';
import { type TransitionResult, type StoppedAttempt, TaskRepository } from '../task.repository.ts';

const PROMOTE_EVERY_MS = 250;
const SWEEP_EVERY_MS = 1_000;
/** With a lease of 15 s and 5 s between two sightings a silent worker's task is back within 25 s. */
const RESCUE_EVERY_MS = 2_000;
const CLEAN_EVERY_MS = 600_000;
const CONFIRM_MS = 5_000;
const MAX_GAP_MS = 8_000;

/**
 * The loops that move rows: each is one idempotent statement, so any number of processes may run them and each may die
 * at any line. SKIP LOCKED lets two of them share the work; what one skips the next round sees.
 */
@Injectable()
export class TaskScheduler {
  private readonly loops: Loop[];
  private readonly policy = new RescuePolicy(CONFIRM_MS, MAX_GAP_MS);

  constructor(
    private readonly repository: TaskRepository,
    private readonly queue: TaskQueue,
    private readonly notifications: Notifications,
    private readonly retention: RetentionService,
    private readonly failures: FailureLog,
    private readonly logger: Logger,
  ) {
    this.loops = [
      this.loop('promoter', PROMOTE_EVERY_MS, () => this.promote()),
      this.loop('sweeper', SWEEP_EVERY_MS, () => this.sweep()),
      this.loop('rescuer', RESCUE_EVERY_MS, () => this.rescue()),
      this.loop('cleaner', CLEAN_EVERY_MS, (signal) => this.clean(signal)),
    ];
  }

  start(): void {
    for (const loop of this.loops) loop.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
  }

  health(): LoopHealth[] {
    return this.loops.map((loop) => loop.health);
  }

  /** What is due becomes ready. */
  async promote(): Promise<number> {
    return this.drainBatches(async () => {
      const due = await this.repository.promote('promoter');
      if (due.length > 0) this.queue.announce(due);
      return due.length;
    });
  }

  /** What took too long is timed out, and its owner told. */
  async sweep(): Promise<number> {
    const timedOut = await this.drainBatches(() => this.stopped(this.repository.timeOut('sweeper')));
    const expired = await this.drainBatches(() => this.stopped(this.repository.expire('sweeper')));
    return timedOut + expired;
  }

  /** Tasks of silent owners are taken back. */
  async rescue(): Promise<number> {
    const expired = await this.repository.expiredLeases().catch((error: unknown) => {
      this.policy.reset();
      throw error;
    });
    const lost = this.policy.look(expired, performance.now());
    if (lost.length === 0) return 0;
    const rescued = await this.repository.rescue(lost, 'rescuer');
    const taken = new Set(rescued.map(({ id }) => id));
    this.policy.confirmAnew(lost.filter(({ id }) => !taken.has(id)));
    if (rescued.length === 0) return 0;
    this.announceReady(rescued);
    this.logger.warn({ count: rescued.length }, 'took tasks back from workers that fell silent');
    return rescued.length;
  }

  /** What ended long ago is deleted. */
  private async clean(signal: AbortSignal): Promise<void> {
    const count = await this.retention.sweep(signal);
    if (count > 0) this.logger.info({ count }, 'deleted tasks that ended long ago');
  }

  private async stopped(move: Promise<(TransitionResult & StoppedAttempt)[]>): Promise<number> {
    const rows = await move;
    for (const payload of encodeStoppedAttempts(rows)) this.notifications.notify(STOPPED_CHANNEL, payload);
    this.announceReady(rows);
    return rows.length;
  }

  private announceReady(rows: readonly TransitionResult[]): void {
    const ready = rows.filter((row) => row.status === 'submitted');
    if (ready.length > 0) this.queue.announce(ready);
  }

  private async drainBatches(batch: () => Promise<number>): Promise<number> {
    let total = 0;
    for (let moved = SWEEP_ROWS; moved === SWEEP_ROWS; total += moved) moved = await batch();
    return total;
  }

  private loop(name: string, intervalMs: number, run: (signal: AbortSignal) => Promise<unknown>): Loop {
    return new Loop({ name, intervalMs, jitter: 0.1, run, onError: this.failures.of(name) });
  }
}
