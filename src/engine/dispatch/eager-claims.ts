import { Injectable } from '@nestjs/common';
import type { ClaimedTask } from '../../core/task/task.ts';
import { Pools } from '../../platform/database/pools.ts';
import { runTogether } from '../../platform/database/statement-group.ts';
import { isTransient } from '../../platform/database/transient.ts';
import { type SlotReservation, TaskQueue } from '../../queue/task-queue.ts';
import { type InsertedTask, insertionOf, type NewTask, type Submitted, TaskStore } from '../task-store.ts';
import { TaskClaims } from './task-claims.ts';
import { singleNameClaim } from './ungrouped-claims.ts';

/** Larger batches come while other submissions are in flight: claims of many tasks cost less for each. */
const MAX_TASKS = 10;
/** After an eager claim that found nothing: the queue is paused, or has ready tasks of another name or in groups. */
const PAUSE_MS = 1_000;

/**
 * Stores tasks, and claims them in the same transaction when a worker of this process waits for tasks of their queue. A task starts
 * after one commit and one round trip instead of two, and wakes no process. The claim is CLAIM_ONLY_NAME like that of any worker: it
 * takes the first ready tasks, which may be older than the new ones, and none that is paused or in a group.
 */
@Injectable()
export class EagerClaims {
  /** By queue: no eager claim before this time of performance.now(). */
  private readonly pausedUntil = new Map<string, number>();

  constructor(
    private readonly pools: Pools,
    private readonly store: TaskStore,
    private readonly claims: TaskClaims,
    private readonly queue: TaskQueue,
  ) {}

  /** One answer for each task, in order. The tasks have no dependencies. */
  async insert(tasks: readonly NewTask[]): Promise<Submitted[]> {
    const reservation = this.reserveFor(tasks);
    if (!reservation) return this.store.insert(tasks);
    try {
      return await this.insertAndClaim(tasks, reservation);
    } catch (error) {
      // A lost reply is repeated by the caller. Otherwise the claim may be at fault, which must not fail the submission.
      if (isTransient(error)) throw error;
      return this.store.insert(tasks);
    }
  }

  private reserveFor(tasks: readonly NewTask[]): SlotReservation | undefined {
    const [first] = tasks;
    if (!first || tasks.length > MAX_TASKS || !this.pools.keepsSessions) return undefined;
    const { queue, name } = first;
    if (this.claims.isSlow(queue)) return undefined; // a submission does not wait for dead rows
    // Tasks of one name are in one queue.
    const canStart = (task: NewTask): boolean => task.name === name && task.runAt === null && task.dispatchGroup === null;
    if (!tasks.every(canStart) || performance.now() < (this.pausedUntil.get(queue) ?? 0)) return undefined;
    return this.queue.reserve(queue, name, tasks.length);
  }

  private async insertAndClaim(tasks: readonly NewTask[], reservation: SlotReservation): Promise<Submitted[]> {
    const { request } = reservation;
    const [{ name }] = tasks as readonly [NewTask];
    const startedAt = performance.now();
    const [inserted, claimed] = (await runTogether(this.pools.engine, [insertionOf(tasks), singleNameClaim(request, name)]).catch(
      (error: unknown) => {
        reservation.fail(error);
        throw error;
      },
    )) as [InsertedTask[], ClaimedTask[]];
    reservation.start(claimed);
    this.claims.recordClaim(claimed, request, startedAt);
    if (inserted.length > 0 && claimed.length === 0) this.pausedUntil.set(request.queue, performance.now() + PAUSE_MS);
    const ids = new Set(claimed.map(({ id }) => id));
    const answers = await this.store.answers(tasks, inserted);
    return answers.map((answer) => (ids.has(answer.id) ? { ...answer, isClaimed: true } : answer));
  }
}
