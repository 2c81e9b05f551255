import type { Fence } from '../../core/task/task.ts';
import { isTransient } from '../../platform/database/transient.ts';
import type { TaskQueue } from '../../queue/task-queue.ts';
import type { AttemptStore } from '../attempt-store.ts';
import { QUARANTINE } from '../quarantine.ts';

export interface OrphanedClaimOptions {
  attempts: AttemptStore;
  queue: TaskQueue;
  /** Whose tasks the worker claims. */
  queues: readonly string[];
  /** Who signs its leases. */
  owner: string;
  /** Whether it claims what is in quarantine; the rest is another's. */
  quarantined: boolean;
}

/** A statement whose connection died may still commit: it is looked for this long, and so often. */
const LOOK_MS = 10_000;
const EVERY_MS = 250;

/**
 * What a claim leased whose answer was lost on its way back: the worker has signed for it and knows nothing of it, and in
 * 15 s it would be taken for a crash. Such tasks are given back, and claimed again. Asked between two claims, never beside
 * one: what a claim in flight has leased is not unheard yet.
 */
export class OrphanedClaimRecovery {
  private lookUntil = 0;
  private nextLook = 0;

  constructor(private readonly options: OrphanedClaimOptions) {}

  /** A claim failed, perhaps after it had been done. */
  claimFailed(error: unknown): void {
    if (!isTransient(error)) return;
    this.lookUntil = performance.now() + LOOK_MS;
    this.nextLook = 0;
  }

  /** Ms until the next look; undefined when there is nothing to look for. */
  get dueIn(): number | undefined {
    const now = performance.now();
    return now < this.lookUntil ? Math.max(0, this.nextLook - now) : undefined;
  }

  /** When a look is due. `running`: the attempts this worker knows of. */
  async release(running: () => readonly Fence[]): Promise<void> {
    if (this.dueIn !== 0) return;
    const { attempts, queue, queues, owner, quarantined } = this.options;
    const released = await attempts.releaseOrphaned({ queues, owner, quarantined, running: running() });
    this.nextLook = performance.now() + EVERY_MS;
    if (released.length > 0) queue.announce(released.map((task) => ({ id: task.id, queue: quarantined ? QUARANTINE : task.queue })));
  }
}
