import { Injectable } from '@nestjs/common';
import type { Fence } from '../../core/task/task.ts';
import { retryTransient } from '../../platform/database/transient.ts';
import { TaskQueue } from '../../queue/task-queue.ts';
import { MaintenanceStore } from '../../engine/maintenance/maintenance-store.ts';
import { TaskMetrics } from '../../engine/task-metrics.ts';
import { WorkerIdentity } from '../../engine/worker-identity.ts';
import { QUARANTINE } from '../../engine/quarantine.ts';

/** After that the lease ends without a report. */
const SETTLE_RETRY_MS = 60_000;

/** Reports at once which attempt ended with a child process: the only one that it ran. */
@Injectable()
export class CrashReport {
  constructor(
    private readonly maintenance: MaintenanceStore,
    private readonly queue: TaskQueue,
    private readonly identity: WorkerIdentity,
    private readonly metrics: TaskMetrics,
  ) {}

  /** `cause`: "exit code 1", "SIGSEGV". */
  async report({ id, epoch }: Fence, cause: string): Promise<void> {
    const row = { id, epoch, cause };
    const moved = await retryTransient({ forMs: SETTLE_RETRY_MS }, () => this.maintenance.rescueIsolated(row, this.identity.owner));
    this.metrics.rescued('child_process', moved);
    this.queue.announce(moved.map((task) => ({ id: task.id, queue: QUARANTINE })));
  }
}
