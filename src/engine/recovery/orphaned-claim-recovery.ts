import type { Fence } from '../../core/task/task.ts';
import { isTransient } from '../../platform/database/transient.ts';
import type { TaskQueue } from '../../queue/task-queue.ts';
import type { AttemptStore } from '../attempt-store.ts';
import { QUARANTINE } from '../quarantine.ts';
import type { TaskMetrics } from '../task-metrics.ts';

export interface OrphanedClaimOptions {
  attempts: AttemptStore;
  queue: TaskQueue;
  metrics: Pick<TaskMetrics, 'orphansReleased'>;
  /** The queues that the worker claims from. */
  queues: readonly string[];
  /** The owner of its leases. */
  owner: string;
  /** Whether it claims quarantined tasks, or the others. */
  quarantined: boolean;
}

/** A statement whose connection was lost may still commit. The worker looks for its tasks this long, and this often. */
const LOOK_MS = 10_000;
const EVERY_MS = 250;

/**
 * Releases the tasks of a claim whose answer was lost: the database says that this worker owns them, but the worker never
 * received the rows, and in 15 s the expired lease would count as a crash. It runs between two claims, never during one,
 * because the tasks of a claim in flight look the same.
 */
export class OrphanedClaimRecovery {
  private lookUntil = 0;
  private nextLook = 0;

  constructor(private readonly options: OrphanedClaimOptions) {}

  /** A claim failed, perhaps after its commit. */
  claimFailed(error: unknown): void {
    if (!isTransient(error)) return;
    this.lookUntil = performance.now() + LOOK_MS;
    this.nextLook = 0;
  }

  /** Milliseconds until the next look; undefined when there is nothing to look for. */
  get dueIn(): number | undefined {
    const now = performance.now();
    return now < this.lookUntil ? Math.max(0, this.nextLook - now) : undefined;
  }

  /** Does nothing unless a look is due. `running`: the attempts that this worker runs. */
  async release(running: () => readonly Fence[]): Promise<void> {
    if (this.dueIn !== 0) return;
    const { attempts, queue, metrics, queues, owner, quarantined } = this.options;
    const released = await attempts.releaseOrphaned({ queues, owner, quarantined, running: running() });
    this.nextLook = performance.now() + EVERY_MS;
    if (released.length === 0) return;
    metrics.orphansReleased(released.length);
    queue.announce(released.map((task) => ({ id: task.id, queue: quarantined ? QUARANTINE : task.queue })));
  }
}
