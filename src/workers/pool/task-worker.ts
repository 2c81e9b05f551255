import type { Fence } from '../../core/task/task.ts';
import { timerMs } from '../../core/time/timer-ms.ts';
import type { FailureReporter } from '../../platform/database/failure-log.ts';
import type { LoopRecord } from '../../platform/lifecycle/loop-record.ts';
import { endsWithin } from '../../platform/lifecycle/with-timeout.ts';
import type { Attempt } from '../attempts/attempt.ts';
import type { LeaseKeeper } from '../../engine/leases/lease-keeper.ts';
import type { TaskRunner } from '../runner/task-runner.ts';
import type { OrphanedClaimRecovery } from '../../engine/recovery/orphaned-claim-recovery.ts';
import type { ReservedSlots, Work, WorkSource } from '../sources/work-source.ts';

export interface TaskWorkerOptions {
  /** The name of its queue, or `quarantine`. */
  queue: string;
  /** How many tasks it runs at once. */
  slots: number;
  orphans: OrphanedClaimRecovery;
  /** The record of the claim loop. */
  record: LoopRecord;
}

/** An attempt that was stopped but whose handler continues. Its result has no effect, but it uses resources. */
export interface StuckTask {
  id: string;
  name: string;
  attempt: number;
}

export interface TaskWorkerStatus {
  queue: string;
  slots: number;
  running: number;
  stuck: StuckTask[];
  /** Null before the first claim, and after the last one of a drain. */
  lastClaimAt: Date | null;
}

const MAX_CLAIM = 250;
const NOTHING = () => undefined;
/** After failed claims. A failed claim costs little, and its success shows the end of an outage. */
const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 500;

/** Claims tasks from one source for its free slots, and runs them. */
export class TaskWorker {
  /** By id and epoch: an attempt that lost its lease may still end while the next one of its task runs here. */
  private readonly attempts = new Map<string, Attempt>();
  private readonly stuck = new Set<StuckTask>();
  private readonly stopping = new AbortController();
  private claiming: Promise<void> = Promise.resolve();
  private slotFreed: (() => void) | undefined;
  /** Slots reserved for claims in transactions of submissions, and the ends of these. */
  private reserved = 0;
  private readonly reservations = new Set<Promise<void>>();
  private lastClaimAt: Date | null = null;
  /** Set by `stopAll`. */
  private graceMs: number | undefined;

  constructor(
    private readonly options: TaskWorkerOptions,
    private readonly source: WorkSource,
    private readonly runner: TaskRunner,
    private readonly leases: LeaseKeeper,
    private readonly onError: FailureReporter,
  ) {}

  start(): void {
    this.claiming = this.claimLoop();
  }

  find(fence: Fence): Attempt | undefined {
    return this.attempts.get(keyOf(fence));
  }

  status(): TaskWorkerStatus {
    const { queue, slots } = this.options;
    return { queue, slots, running: this.attempts.size, stuck: [...this.stuck], lastClaimAt: this.lastClaimAt };
  }

  /** Stops claiming. Resolves when the claim in flight is done, not when its tasks are. */
  async stopClaiming(): Promise<void> {
    this.stopping.abort();
    this.slotFreed?.();
    await this.claiming;
    this.lastClaimAt = null;
  }

  /** Stops running tasks. A task that a claim in flight still brings is released without being run. `graceMs`: see Attempt.stop. */
  stopAll(graceMs: number): void {
    this.graceMs = graceMs;
    for (const attempt of this.attempts.values()) attempt.stop('draining', graceMs);
  }

  /** Resolves true when no task runs and no claim is in flight after `stopClaiming`, false after `ms`. */
  async idle(ms: number): Promise<boolean> {
    const until = performance.now() + ms;
    if (!(await endsWithin(ms, this.claiming))) return false;
    while (this.attempts.size > 0 && performance.now() < until) await this.freeSlot(until - performance.now());
    return this.attempts.size === 0;
  }

  private async claimLoop(): Promise<void> {
    const { signal } = this.stopping;
    const { record } = this.options;
    let failures = 0;
    record.started();
    while (!signal.aborted) {
      record.roundStarted();
      try {
        await this.releaseOrphanedClaims();
        const free = this.freeSlots;
        if (free <= 0) {
          record.suspended();
          await this.freeSlot(this.options.orphans.dueIn);
          continue;
        }
        const claimed = await this.source.claim(free);
        this.lastClaimAt = new Date();
        failures = 0;
        record.succeeded();
        this.begin(claimed);
        if (claimed.length < free) await this.source.wait(this.untilNextLook(), (count) => this.reserve(count));
      } catch (error) {
        this.options.orphans.claimFailed(error);
        failures = record.failed(error);
        this.onError(error, failures);
        const pause = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), MAX_PAUSE_MS) * (0.5 + Math.random() / 2);
        await new Promise((ok) => setTimeout(ok, timerMs(pause)));
      }
    }
    record.stopped();
    await Promise.all(this.reservations);
    await this.releaseOrphanedClaims().catch((error: unknown) => this.onError(error, 1));
  }

  /** The loop does not wait meanwhile, so no reservation begins. */
  private async releaseOrphanedClaims(): Promise<void> {
    const { orphans } = this.options;
    if (orphans.dueIn !== 0) return;
    await Promise.all(this.reservations);
    await orphans.release(() => [...this.attempts.values()].map(({ task }) => task));
  }

  private get freeSlots(): number {
    return Math.min(MAX_CLAIM, this.options.slots - this.attempts.size - this.reserved);
  }

  /** Called while the claim loop waits for work. */
  private reserve(wanted: number): ReservedSlots | undefined {
    const count = Math.min(wanted, this.freeSlots);
    if (count <= 0) return undefined;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.reserved += count;
    this.reservations.add(promise);
    const end = (): void => {
      this.reserved -= count;
      this.reservations.delete(promise);
      resolve();
      this.wakeForSlot();
    };
    return {
      count,
      start: (work) => {
        end();
        this.begin(work);
      },
      fail: (error) => {
        this.options.orphans.claimFailed(error);
        end();
      },
    };
  }

  private untilNextLook(): AbortSignal {
    const { dueIn } = this.options.orphans;
    const { signal } = this.stopping;
    return dueIn === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(timerMs(dueIn))]);
  }

  private begin(claimed: readonly Work[]): void {
    if (claimed.length === 0) return;
    this.leases.hold(claimed.map(({ task }) => task));
    for (const { task, process } of claimed) {
      const attempt = this.runner.begin(task);
      this.attempts.set(keyOf(task), attempt);
      if (this.graceMs !== undefined) attempt.stop('draining', this.graceMs);
      void this.runner
        .run(attempt, process)
        .catch((error: unknown) => this.onError(error, 1))
        .finally(() => {
          this.end(attempt);
          void process?.then((used) => used.free(), NOTHING);
        });
    }
  }

  private end(attempt: Attempt): void {
    this.attempts.delete(keyOf(attempt.task));
    this.leases.drop(attempt.task);
    this.source.ended?.(attempt.task);
    if (attempt.ignored) this.keepStuck(attempt, attempt.ignored);
    this.wakeForSlot();
  }

  /** Attempts settled by one statement end in one turn of the event loop: claim for all of them together. */
  private wakeForSlot(): void {
    if (this.slotFreed) setImmediate(this.slotFreed);
    this.slotFreed = undefined;
  }

  private keepStuck({ id, name, attempt }: Attempt, ended: Promise<void>): void {
    const stuck = { id, name, attempt };
    this.stuck.add(stuck);
    void ended.then(() => this.stuck.delete(stuck));
  }

  private freeSlot(ms?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, timerMs(ms));
      this.slotFreed = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

const keyOf = ({ id, epoch }: Fence) => `${id}/${epoch}`;
