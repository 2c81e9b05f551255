import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { skippedRange } from '../core/schedule/firing-plan.ts';
import { nextDue } from '../core/schedule/trigger.ts';
import { executorOfManager } from '../platform/database/manager-executor.ts';
import { executorOf, Pools, type SqlExecutor } from '../platform/database/pools.ts';
import { versionChanged } from '../platform/http/etag.ts';
import { ProblemError } from '../platform/http/problem.ts';
import { TaskDefinitionRegistry } from '../tasks/definitions/task-definition.registry.ts';
import { skippedFiring } from './due-firings.service.ts';
import { draftFirings, type FiringDraft } from './firing-drafts.ts';
import { FiringWriter } from './firing-writer.ts';
import { SELECT_FIRED, SELECT_REQUESTED } from './firing.sql.ts';
import type { LockedSchedule, NewFiring } from './schedule.ts';
import { firingAt, nextFiring, withCurrentDue } from './schedule-clock.ts';
import { LOCK_SCHEDULE, PAUSE_SCHEDULE, RESUME_SCHEDULE, SKIP_NEXT } from './schedule.sql.ts';
import { scheduleNotFound } from './schedule.service.ts';

export interface RequestedRun {
  readonly dueAt: Date;
  readonly taskId: string;
  /** An earlier request had the same Idempotency-Key. */
  readonly replayed: boolean;
}

/** Due times of one back-fill. */
const MOST_BACKFILLED = 1_000;

/** What a person or a program does with one schedule. */
@Injectable()
export class ScheduleActionsService {
  private readonly sql: SqlExecutor;

  constructor(
    pools: Pools,
    private readonly dataSource: DataSource,
    private readonly definitions: TaskDefinitionRegistry,
    private readonly writer: FiringWriter,
  ) {
    this.sql = executorOf(pools.api);
  }

  /** Due times do not fire until it is resumed. Does nothing to a paused schedule. */
  async pause(id: string, actor: string): Promise<void> {
    await this.sql.query(PAUSE_SCHEDULE, [id, actor]);
  }

  /** The due times of the pause are recorded as skipped. Does nothing to a schedule that is not paused. */
  async resume(id: string, actor: string): Promise<void> {
    await this.locked(id, async (schedule, manager) => {
      if (schedule.pausedAt === null) return none();
      const { nextDueAt, now } = schedule;
      const missed = nextDueAt !== null && nextDueAt <= now;
      const next = (after: Date): Date | null => nextDue(schedule, after);
      const passed = missed ? [recorded(skippedFiring(id, skippedRange(nextDueAt, now, next, 'paused'), actor))] : [];
      const { announce } = await this.writer.write(manager, passed);
      const { nextDueAt: due, nextFireAt } = missed ? nextFiring(schedule, now) : firingAt(schedule, nextDueAt);
      await executorOfManager(manager).query(RESUME_SCHEDULE, [id, due, nextFireAt]);
      return { value: undefined, announce };
    });
  }

  /** The next due time does not fire. @throws {ProblemError} 412 unless `version` is current, 409 when there is none. */
  async skipNext(id: string, version: number, actor: string): Promise<void> {
    await this.locked(id, async (schedule, manager) => {
      if (schedule.version !== version) throw versionChanged(schedule.version);
      const due = schedule.nextDueAt;
      if (due === null) throw ProblemError.conflict('no_next', 'The schedule has no due time to skip.');
      const { announce } = await this.writer.write(manager, [
        recorded(skippedFiring(id, { dueAt: due, reason: 'skip_next', untilAt: null, count: 1 }, actor)),
      ]);
      const { nextDueAt, nextFireAt } = nextFiring(schedule, due);
      await executorOfManager(manager).query(SKIP_NEXT, [id, nextDueAt, schedule.pausedAt === null ? nextFireAt : null]);
      return { value: undefined, announce };
    });
  }

  /** Fires now, paused or not, under the overlap policy. @throws {ProblemError} 409 when a task of the schedule must end first. */
  async runNow(id: string, actor: string, idempotencyKey: string | null): Promise<RequestedRun> {
    const requestKey = idempotencyKey === null ? null : `${actor} ${idempotencyKey}`;
    return this.locked<RequestedRun>(id, async (schedule, manager) => {
      const tx = executorOfManager(manager);
      const [earlier] = requestKey === null ? [] : await tx.query<{ dueAt: Date; taskId: string }>(SELECT_REQUESTED, [id, requestKey]);
      if (earlier) return { value: { ...earlier, replayed: true }, announce: () => undefined };
      const { drafts, cancel } = await this.draft(schedule, [schedule.now], manager, { kind: 'run_now', actor, requestKey });
      const [draft] = drafts;
      if (draft?.request == null) throw notRun(draft?.firing);
      await this.writer.cancel(cancel, actor);
      const { written, announce } = await this.writer.write(manager, drafts);
      const [run] = written;
      if (run?.taskId == null)
        throw ProblemError.conflict('already_fired', 'The schedule fires at this moment. Try again.', { retryable: true });
      return { value: { dueAt: schedule.now, taskId: run.taskId, replayed: false }, announce };
    });
  }

  /** The due times from `from` until `to` that have not fired. @throws {ProblemError} 422 for more than 1,000 or times to come. */
  async backfillPreview(id: string, from: Date, to: Date): Promise<Date[]> {
    return this.locked(id, async (schedule, manager) => ({ ...none(), value: await this.missing(schedule, manager, from, to) }));
  }

  /** Fires them, one after the other unless the schedule allows overlaps. Returns the due times that were written. */
  async backfill(id: string, from: Date, to: Date, actor: string): Promise<{ dueAt: Date; taskId: string | null }[]> {
    return this.locked(id, async (schedule, manager) => {
      const dues = await this.missing(schedule, manager, from, to);
      const overlap = schedule.overlap === 'allow' ? 'allow' : 'queue';
      const { drafts } = await this.draft(schedule, dues, manager, { kind: 'backfill', actor, overlap });
      const failure = drafts.find(({ firing }) => firing.outcome === 'failed')?.firing;
      if (failure) throw notRun(failure);
      const { written, announce } = await this.writer.write(manager, drafts);
      return { value: written.map(({ dueAt, taskId }) => ({ dueAt, taskId })), announce };
    });
  }

  private async draft(
    schedule: LockedSchedule,
    dues: readonly Date[],
    manager: EntityManager,
    options: Omit<Parameters<typeof draftFirings>[3], 'live'>,
  ) {
    const tasks = await this.writer.liveTasks(executorOfManager(manager), [schedule.id]);
    return draftFirings(this.definitions, schedule, dues, { ...options, live: tasks.get(schedule.id) ?? [] });
  }

  private async missing(schedule: LockedSchedule, manager: EntityManager, from: Date, to: Date): Promise<Date[]> {
    if (to > schedule.now) throw outOfRange('/to', 'is to come', 'Back-fill due times that have passed.');
    const rows = await executorOfManager(manager).query<{ dueAt: Date }>(SELECT_FIRED, [schedule.id, from, to]);
    const fired = new Set(rows.map(({ dueAt }) => dueAt.getTime()));
    const dues: Date[] = [];
    for (let due = nextDue(schedule, new Date(from.getTime() - 1)); due !== null && due < to; due = nextDue(schedule, due)) {
      if (!fired.has(due.getTime())) dues.push(due);
      if (dues.length > MOST_BACKFILLED)
        throw outOfRange('/to', `is after more than ${MOST_BACKFILLED} due times`, 'Choose a shorter range.');
    }
    return dues;
  }

  /** One transaction with the schedule locked, so that it does not fire meanwhile. @throws {ProblemError} 404 */
  private async locked<T>(
    id: string,
    work: (schedule: LockedSchedule, manager: EntityManager) => Promise<{ value: T; announce: () => void }>,
  ): Promise<T> {
    const { value, announce } = await this.dataSource.transaction(async (manager) => {
      const [schedule] = await executorOfManager(manager).query<LockedSchedule>(LOCK_SCHEDULE, [id]);
      if (schedule === undefined) throw scheduleNotFound(id);
      return work(withCurrentDue(schedule), manager);
    });
    announce();
    return value;
  }
}

function none(): { value: undefined; announce: () => void } {
  return { value: undefined, announce: () => undefined };
}

function recorded(firing: NewFiring): FiringDraft {
  return { firing, request: null };
}

function notRun(firing: NewFiring | undefined): ProblemError {
  if (firing?.outcome === 'failed') return ProblemError.unprocessable(firing.reason ?? 'error', firing.detail ?? 'The task was rejected.');
  return ProblemError.conflict(
    firing?.reason ?? 'still_running',
    'A task of this schedule has not ended, and its overlap policy forbids another.',
    {
      detail: 'Wait for it, cancel it, or change the overlap policy.',
      retryable: true,
    },
  );
}

function outOfRange(pointer: string, problem: string, remedy: string): ProblemError {
  return ProblemError.unprocessable('invalid_range', `The range cannot be back-filled: ${pointer.slice(1)} ${problem}.`, {
    detail: remedy,
    errors: [{ pointer, code: 'invalid_range', detail: problem }],
  });
}
