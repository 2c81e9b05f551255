import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { planFirings, type Skipped } from '../core/schedule/firing-plan.ts';
import { nextDue } from '../core/schedule/trigger.ts';
import { executorOfManager } from '../platform/database/manager-executor.ts';
import { executorOf, Pools, type SqlExecutor } from '../platform/database/pools.ts';
import { isUnavailable } from '../platform/database/transient.ts';
import { Logger } from '../platform/telemetry/logger.ts';
import { TaskDefinitionRegistry } from '../tasks/definitions/task-definition.registry.ts';
import { actorOfSchedule, draftFirings, type FiringDraft, reasonOf } from './firing-drafts.ts';
import { FiringWriter } from './firing-writer.ts';
import { ADVANCE_SCHEDULES, REPLAN_ALL, SCHEDULES_PER_ROUND, SELECT_PULSE, STORE_PULSE, TAKE_DUE } from './firing.sql.ts';
import type { LockedSchedule, NewFiring } from './schedule.ts';
import { currentDue, fireTimeOf, firingAt } from './schedule-clock.ts';

interface Round {
  /** Schedules that were due. */
  readonly ids: readonly string[];
  readonly announce: () => void;
}

/** Fires schedules that are due. Any number of processes may do it at once, and each may die at any point: a round is one transaction. */
@Injectable()
export class DueFiringsService {
  private readonly sql: SqlExecutor;

  constructor(
    pools: Pools,
    private readonly dataSource: DataSource,
    private readonly definitions: TaskDefinitionRegistry,
    private readonly writer: FiringWriter,
    private readonly logger: Logger,
  ) {
    this.sql = executorOf(pools.engine);
  }

  /** One pulse. Returns the number of schedules that were due. */
  async fireDue(signal?: AbortSignal): Promise<number> {
    const [pulse] = await this.sql.query<{ due: boolean; moved: boolean; stale: boolean }>(SELECT_PULSE, []);
    if (pulse?.moved) {
      await this.sql.query(REPLAN_ALL, []);
      this.logger.warn('the clock of the database went back: the next times of all schedules are found again');
    } else if (pulse?.stale) await this.sql.query(STORE_PULSE, []);
    let fired = 0;
    for (let due = pulse?.due || pulse?.moved; due && !signal?.aborted; ) {
      const count = await this.fireRound();
      fired += count;
      due = count === SCHEDULES_PER_ROUND;
    }
    return fired;
  }

  private async fireRound(): Promise<number> {
    const ids: string[] = [];
    try {
      return await this.commit((manager) => this.fire(manager, { limit: SCHEDULES_PER_ROUND, only: null, taken: ids }));
    } catch (error) {
      if (isUnavailable(error) || ids.length === 0) throw error;
      // The task of one schedule cannot be stored; the others fire without it.
      for (const id of ids) await this.fireOne(id);
      return ids.length;
    }
  }

  /** A task that cannot be stored is recorded, and the schedule goes on with its next due time. */
  private async fireOne(id: string): Promise<void> {
    const round = { limit: 1, only: [id], taken: [] };
    try {
      await this.commit((manager) => this.fire(manager, round));
    } catch (error) {
      if (isUnavailable(error)) throw error;
      this.logger.error({ err: error, scheduleId: id }, 'a task of a schedule cannot be submitted');
      await this.commit((manager) => this.fire(manager, { ...round, failure: error }));
    }
  }

  private async commit(work: (manager: EntityManager) => Promise<Round>): Promise<number> {
    const { ids, announce } = await this.dataSource.transaction(work);
    announce();
    return ids.length;
  }

  private async fire(
    manager: EntityManager,
    { limit, only, taken, failure }: { limit: number; only: readonly string[] | null; taken: string[]; failure?: unknown },
  ): Promise<Round> {
    const tx = executorOfManager(manager);
    const schedules = await tx.query<LockedSchedule>(TAKE_DUE, [limit, only]);
    if (schedules.length === 0) return { ids: [], announce: () => undefined };
    const ids = schedules.map(({ id }) => id);
    taken.push(...ids);
    const live = await this.writer.liveTasks(
      tx,
      schedules.filter(({ overlap }) => overlap !== 'allow').map(({ id }) => id),
    );
    const plans = schedules.map((schedule) => this.plan(schedule, live.get(schedule.id) ?? []));
    for (const { cancel, schedule } of plans) await this.writer.cancel(cancel, actorOfSchedule(schedule));
    const drafts = plans.flatMap((plan) => (failure === undefined ? plan.drafts : plan.drafts.map((draft) => failed(draft, failure))));
    const { announce } = await this.writer.write(manager, drafts);
    await tx.query(ADVANCE_SCHEDULES, [JSON.stringify(plans.map(({ next, schedule }) => ({ id: schedule.id, ...next })))]);
    return { ids, announce };
  }

  private plan(schedule: LockedSchedule, live: readonly string[]) {
    const { now, replanFrom, misfire, catchUpSeconds } = schedule;
    const actor = actorOfSchedule(schedule);
    const next = (after: Date): Date | null => nextDue(schedule, after);
    const due = replanFrom === null ? currentDue(schedule) : next(now);
    const notes = replanFrom === null ? [] : [movedBack(schedule, replanFrom, actor)];
    if (due === null) return { schedule, drafts: notes, cancel: [], next: firingAt(schedule, null) };
    const delayOf = (time: Date): number => fireTimeOf(schedule, time).getTime() - time.getTime();
    const { fire, skipped, nextDue: after } = planFirings({ due, now, misfire, catchUpMs: catchUpSeconds * 1_000, next, delayOf });
    const { drafts, cancel } = draftFirings(this.definitions, schedule, fire, { kind: 'due', actor, live });
    const passed = skipped.map((one) => ({ firing: skippedFiring(schedule.id, one, actor), request: null }));
    const times = new Set([...fire, ...skipped.map(({ dueAt }) => dueAt)].map((time) => time.getTime()));
    const free = notes.filter(({ firing }) => !times.has(firing.dueAt.getTime())); // a key of its own: a due time is more important
    return { schedule, drafts: [...free, ...passed, ...drafts], cancel, next: firingAt(schedule, after) };
  }
}

/** The record of due times that do not fire. */
export function skippedFiring(scheduleId: string, { dueAt, reason, untilAt, count }: Skipped, actor: string): NewFiring {
  return { scheduleId, dueAt, kind: 'due', outcome: 'skipped', reason, untilAt, count, actor };
}

function movedBack({ id, now }: LockedSchedule, replanFrom: Date, actor: string): FiringDraft {
  const firing = {
    scheduleId: id,
    dueAt: now,
    untilAt: replanFrom,
    kind: 'note',
    outcome: 'noted',
    reason: 'clock_moved_back',
    actor,
  } as const;
  return { firing, request: null };
}

function failed(draft: FiringDraft, error: unknown): FiringDraft {
  if (draft.request === null) return draft;
  const { taskId: _, open: __, ...firing } = draft.firing;
  return { firing: { ...firing, outcome: 'failed', ...reasonOf(error) }, request: null };
}
