import { Inject, Injectable } from '@nestjs/common';
import type { Fence } from '../core/task/task.ts';
import { Settings } from '../platform/config/settings.ts';
import { Notifications } from '../platform/database/notifications.ts';
import { Logger } from '../platform/telemetry/logger.ts';
import { TaskQueue } from '../queue/task-queue.ts';
import { decodeStops, STOPPED_CHANNEL } from '../tasks/stop-news.ts';
import { WorkerIdentity } from '../tasks/worker-identity.ts';
import type { StopReason } from './attempt.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { TaskRunner } from './task-runner.ts';
import { TaskWorker, type TaskWorkerStatus } from './task-worker.ts';

/** queue → slots in this process */
export type WorkerSlots = Readonly<Record<string, number>>;
export const WORKER_SLOTS = Symbol('WorkerSlots');

/** Of the 30 s a shutdown may take: tasks get this long to end by themselves, then their handlers are told to stop. */
const DRAIN_MS = 20_000;
const ABORT_MS = 6_000;

/** All workers of this process, one for each queue. */
@Injectable()
export class TaskWorkerPool {
  private readonly workers: TaskWorker[];
  private readonly leases: LeaseKeeper;
  private unlisten: (() => void) | undefined;

  constructor(
    settings: Settings,
    identity: WorkerIdentity,
    queue: TaskQueue,
    runner: TaskRunner,
    private readonly notifications: Notifications,
    private readonly logger: Logger,
    @Inject(WORKER_SLOTS) slots: WorkerSlots,
  ) {
    this.leases = new LeaseKeeper({ url: settings.databaseUrl ?? '', ttlMs: settings.leaseTtlMs, beatMs: settings.leaseBeatMs });
    const onError = (error: unknown) => this.logger.warn({ err: error }, 'a worker met an error and goes on');
    this.workers = Object.entries(slots).map(
      ([name, count]) => new TaskWorker({ queue: name, slots: count, owner: identity.owner }, queue, runner, this.leases, onError),
    );
  }

  start(): void {
    this.leases.start((lost) => {
      for (const fence of lost) this.stopAttempt(fence, 'lease_lost');
    });
    this.unlisten = this.notifications.listen(STOPPED_CHANNEL, (payload) => {
      for (const fence of decodeStops(payload)) this.stopAttempt(fence, 'cancelled');
    });
    for (const worker of this.workers) worker.start();
  }

  status(): TaskWorkerStatus[] {
    return this.workers.map((worker) => worker.status());
  }

  /** Claims no more, lets tasks end, then gives back what is left. */
  async drain(drainMs = DRAIN_MS): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.stopClaiming()));
    await Promise.all(this.workers.map((worker) => worker.idle(drainMs)));
    for (const worker of this.workers) for (const attempt of worker.all()) attempt.stop('draining');
    await Promise.all(this.workers.map((worker) => worker.idle(ABORT_MS)));
    this.unlisten?.();
    await this.leases.stop();
  }

  private stopAttempt(fence: Fence, reason: StopReason): void {
    for (const worker of this.workers) worker.find(fence)?.stop(reason);
  }
}
