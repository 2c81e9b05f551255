import { Inject, Injectable } from '@nestjs/common';
import { type ShutdownPlan, shutdownPlan } from '../../core/shutdown-plan.ts';
import type { Fence } from '../../core/task/task.ts';
import { Settings } from '../../platform/config/settings.ts';
import { FailureLog } from '../../platform/database/failure-log.ts';
import { addressOf } from '../../platform/database/address.ts';
import { Notifications } from '../../platform/database/notifications.ts';
import { LoopRegistry } from '../../platform/lifecycle/loop-registry.ts';
import { endsWithin } from '../../platform/lifecycle/with-timeout.ts';
import { ISOLATED_QUEUE } from '../../tasks/definitions/task-definition.registry.ts';
import { LocalWorkers } from '../../tasks/queues/local-workers.ts';
import { decodeStoppedAttempts, STOPPED_CHANNEL } from '../../engine/stopped-attempts.ts';
import type { StopReason } from '../attempts/attempt.ts';
import { QUARANTINE } from '../../engine/quarantine.ts';
import { TaskProcessPool } from '../isolation/task-process-pool.ts';
import { LeaseKeeper } from '../../engine/leases/lease-keeper.ts';
import { TaskRunner } from '../runner/task-runner.ts';
import { TaskWorker, type TaskWorkerStatus } from './task-worker.ts';
import { EventLoopHeartbeat } from '../../platform/lifecycle/event-loop-heartbeat.ts';
import { WorkSources } from '../sources/work-sources.ts';
import type { WorkerSlots } from './worker-slots.ts';

export const WORKER_SLOTS = Symbol('WorkerSlots');
export type DrainTimes = Pick<ShutdownPlan, 'tasksMs' | 'graceMs' | 'settleMs'>;
const NOTHING = Promise.resolve();

/** All workers of this process: one for each queue, one for isolated tasks, one for quarantined tasks. */
@Injectable()
export class TaskWorkerPool {
  private workers: TaskWorker[] = [];
  private leases: LeaseKeeper | undefined;
  private processes: TaskProcessPool | undefined;
  private pulse: EventLoopHeartbeat | undefined;
  private unlisten: (() => void) | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly sources: WorkSources,
    private readonly runner: TaskRunner,
    private readonly notifications: Notifications,
    private readonly loops: LoopRegistry,
    private readonly failures: FailureLog,
    @Inject(WORKER_SLOTS) private readonly slots: WorkerSlots,
    localWorkers: LocalWorkers,
  ) {
    // Quarantine slots serve all queues, so they count for none.
    localWorkers.register(() => this.status().filter(({ queue }) => queue !== QUARANTINE));
  }

  /**
   * `script`: entry of the child processes. With it this process belongs to the workers, and is killed when its event
   * loop blocks for longer than a lease. Without it (in a test) quarantined tasks run here, one after the other.
   */
  start(script?: string): void {
    const { leaseTtlMs, leaseBeatMs, quarantineSlots, isolatedProcesses, pollIntervalMs } = this.settings;
    if (script !== undefined) {
      this.pulse = new EventLoopHeartbeat();
      this.processes = new TaskProcessPool(script, quarantineSlots + isolatedProcesses);
    }
    const leases = new LeaseKeeper({
      address: addressOf(this.settings),
      ttlMs: leaseTtlMs,
      beatMs: leaseBeatMs,
      pulse: this.pulse?.buffer,
    });
    const sources = this.sources.of(this.slots, this.processes);
    this.workers = sources.map(({ source, ...options }) => {
      const name = `claims of ${options.queue}`;
      const record = this.loops.track({ name, intervalMs: pollIntervalMs });
      return new TaskWorker({ ...options, record }, source, this.runner, leases, this.failures.of(name));
    });
    this.loops.add(leases.record);
    this.leases = leases;
    leases.start((lost) => {
      for (const fence of lost) this.stopAttempt(fence, 'lease_lost');
    });
    this.unlisten = this.notifications.listen(STOPPED_CHANNEL, (payload) => {
      for (const fence of decodeStoppedAttempts(payload)) this.stopAttempt(fence, 'cancelled');
    });
    for (const worker of this.workers) worker.start();
  }

  /** How many tasks of each queue this process runs at once. */
  get slotsByQueue(): WorkerSlots {
    return { ...this.slots, [ISOLATED_QUEUE]: this.settings.isolatedProcesses };
  }

  status(): TaskWorkerStatus[] {
    return this.workers.map((worker) => worker.status());
  }

  /**
   * Stops claiming, lets tasks end for `tasksMs`, then signals their handlers and releases the remaining tasks.
   * Handlers that ignore the signal cost `graceMs`, the last statements `settleMs`. Returns how many attempts have not
   * ended then. Absent times are those of a shutdown.
   */
  async drain(times: Partial<DrainTimes> = {}): Promise<number> {
    const { tasksMs, graceMs, settleMs } = { ...shutdownPlan(this.settings.shutdownTimeoutMs), ...times };
    const closingMs = settleMs / 4; // for child processes and the heartbeat thread
    this.processes?.close();
    for (const worker of this.workers) void worker.stopClaiming();
    await Promise.all(this.workers.map((worker) => worker.idle(tasksMs)));
    for (const worker of this.workers) worker.stopAll(graceMs);
    await Promise.all(this.workers.map((worker) => worker.idle(graceMs + settleMs - closingMs)));
    const left = this.status().reduce((sum, { running }) => sum + running, 0);
    this.unlisten?.();
    await Promise.all([endsWithin(closingMs, this.processes?.stop() ?? NOTHING), this.leases?.stop(closingMs)]);
    this.pulse?.stop();
    return left;
  }

  private stopAttempt(fence: Fence, reason: StopReason): void {
    for (const worker of this.workers) worker.find(fence)?.stop(reason);
  }
}
