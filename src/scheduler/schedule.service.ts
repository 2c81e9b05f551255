import { Injectable } from '@nestjs/common';
import { newId } from '../platform/ids/new-id.ts';
import type { SlotsTrigger } from '../core/schedule/trigger.ts';
import { executorOf, inTransaction, Pools, type SqlExecutor } from '../platform/database/pools.ts';
import { versionChanged } from '../platform/http/etag.ts';
import { ProblemError } from '../platform/http/problem.ts';
import { isUuid } from '../platform/http/uuid.ts';
import { TaskStore } from '../engine/task-store.ts';
import { SELECT_FIRINGS } from './firing.sql.ts';
import type { Firing, LockedSchedule, Schedule, ScheduleFields } from './schedule.ts';
import { ScheduleCheck } from './schedule-check.ts';
import { firingAt, nextFiring, withCurrentDue } from './schedule-clock.ts';
import * as sql from './schedule.sql.ts';

export interface ScheduleFilter {
  name?: string;
  taskName?: string;
  status?: string;
  beforeId?: string;
  limit: number;
}

/** Creates, reads and changes schedules. */
@Injectable()
export class ScheduleService {
  private readonly sql: SqlExecutor;

  constructor(
    private readonly pools: Pools,
    private readonly check: ScheduleCheck,
    private readonly tasks: TaskStore,
  ) {
    this.sql = executorOf(pools.api);
  }

  /** The clock that decides when schedules fire: the database's. */
  async now(): Promise<Date> {
    const [row] = await this.sql.query<{ now: Date }>(sql.SELECT_CLOCK, []);
    return row?.now ?? new Date();
  }

  /** Schedules that should have fired over 10 s ago, at most 50. */
  late(): Promise<{ name: string; seconds: number }[]> {
    return this.sql.query<{ name: string; seconds: number }>(sql.SELECT_LATE, []);
  }

  /** @throws {ProblemError} 422 for a schedule that would never fire or whose task would be rejected, 409 for a name that is taken. */
  async create(fields: ScheduleFields, actor: string): Promise<Schedule> {
    const now = await this.now();
    return inTransaction(this.pools.api, async (tx) => {
      const resolved = { ...fields, ...(await this.resolve(tx, fields)) };
      this.check.checkTiming(resolved, now);
      const id = newId();
      const next = nextFiring({ ...resolved, id }, now);
      this.check.checkTask(resolved, next.nextDueAt ?? now);
      const [row] = await tx.query<Schedule>(sql.INSERT_SCHEDULE, [id, JSON.stringify({ ...resolved, ...next }), actor, false]);
      if (row === undefined) throw nameTaken(fields.name);
      return row;
    });
  }

  /** @throws {ProblemError} 404 */
  async get(id: string): Promise<Schedule> {
    const [row] = isUuid(id) ? await this.sql.query<Schedule>(sql.SELECT_SCHEDULE, [id]) : [];
    if (row === undefined) throw scheduleNotFound(id);
    return withCurrentDue(row);
  }

  async list({ limit, beforeId, name, taskName, status }: ScheduleFilter): Promise<Schedule[]> {
    const values = [limit, beforeId ?? null, name ?? null, taskName ?? null, status ?? null];
    return (await this.sql.query<Schedule>(sql.SELECT_SCHEDULES, values)).map(withCurrentDue);
  }

  /**
   * Changes the version that the caller read. A changed trigger, zone, start or end counts from now on; due times before now that have not
   * fired are dropped. @throws {ProblemError} as `create`; 412 after another change, 409 for a schedule of the tasks file.
   */
  async update(schedule: Schedule, changes: Partial<ScheduleFields>): Promise<Schedule> {
    rejectDeclared(schedule);
    return inTransaction(this.pools.api, async (tx) => {
      const resolved = await this.resolve(tx, changes); // the account is locked first, as by a change of its slots
      const [locked] = await tx.query<LockedSchedule>(sql.LOCK_SCHEDULE, [schedule.id]);
      if (locked === undefined) throw scheduleNotFound(schedule.id);
      const stored = withCurrentDue(locked);
      if (stored.version !== schedule.version) throw versionChanged(stored.version);
      const { name, taskName, params, priority, trigger, timeZone, overlap, misfire, catchUpSeconds, jitterSeconds, startsAt, endsAt } = {
        ...stored,
        ...changes,
        ...resolved,
      };
      const timing = { trigger, timeZone, startsAt, endsAt };
      const fields = { ...timing, name, taskName, params, priority, overlap, misfire, catchUpSeconds, jitterSeconds };
      const moved = isMoved(stored, fields);
      if (moved) this.check.checkTiming(fields, stored.now);
      const row = { ...fields, id: stored.id };
      const next = moved ? nextFiring(row, stored.now) : firingAt(row, stored.nextDueAt);
      this.check.checkTask(fields, next.nextDueAt ?? stored.now);
      await this.rejectTakenName(tx, fields.name, stored.id);
      const [changed] = await tx.query<Schedule>(sql.UPDATE_SCHEDULE, [stored.id, JSON.stringify({ ...fields, ...next }), stored.version]);
      if (changed === undefined) throw versionChanged(stored.version);
      return changed;
    });
  }

  /** Its history is deleted with it; its tasks stay. @throws {ProblemError} 409 for a schedule of the tasks file. */
  async delete(schedule: Schedule): Promise<void> {
    rejectDeclared(schedule);
    await this.sql.query(sql.DELETE_SCHEDULE, [schedule.id]);
  }

  /** What happened to its due times, newest first, before a time. */
  async history(id: string, limit: number, before: Date | null): Promise<Firing[]> {
    const rows = await this.sql.query<Omit<Firing, 'taskStatus'>>(SELECT_FIRINGS, [id, limit, before]);
    const taskIds = rows.flatMap(({ taskId }) => (taskId === null ? [] : [taskId]));
    const statuses = new Map((taskIds.length === 0 ? [] : await this.tasks.statuses(taskIds)).map((task) => [task.id, task.status]));
    return rows.map((row) => ({ ...row, taskStatus: row.taskId === null ? null : (statuses.get(row.taskId) ?? null) }));
  }

  /** The slots and the zone of the account of a trigger. @throws {ProblemError} 422 */
  private async resolve(tx: SqlExecutor, { trigger }: Partial<ScheduleFields>): Promise<Partial<ScheduleFields>> {
    if (trigger?.type !== 'slots') return {};
    const [account] = await tx.query<Pick<SlotsTrigger, 'slots' | 'blackoutDays'> & { timeZone: string }>(sql.LOCK_SLOTS, [
      trigger.accountId,
    ]);
    if (account === undefined) throw unknownAccount(trigger.accountId);
    const { timeZone, slots, blackoutDays } = account;
    return { trigger: { ...trigger, slots, blackoutDays }, timeZone };
  }

  private async rejectTakenName(tx: SqlExecutor, name: string, id: string): Promise<void> {
    const [other] = await tx.query<Schedule>(sql.SELECT_SCHEDULES, [1, null, name, null, null]);
    if (other !== undefined && other.id !== id) throw nameTaken(name);
  }
}

const timingOf = ({ trigger, timeZone, startsAt, endsAt }: ScheduleFields): string =>
  JSON.stringify([Object.entries(trigger).toSorted(([a], [b]) => a.localeCompare(b)), timeZone, startsAt, endsAt]);

/** True when the due times differ. */
export function isMoved(before: ScheduleFields, after: ScheduleFields): boolean {
  return timingOf(before) !== timingOf(after);
}

export function scheduleNotFound(id: string): ProblemError {
  return ProblemError.notFound('schedule_not_found', `There is no schedule "${id.slice(0, 100)}".`, {
    detail: 'GET /schedules lists all.',
  });
}

function rejectDeclared({ declared, name }: Schedule): void {
  if (!declared) return;
  throw ProblemError.conflict('declared_schedule', `The schedule "${name}" is declared in the tasks file.`, {
    detail: 'Change it there. It can be paused here.',
  });
}

function unknownAccount(id: string): ProblemError {
  const detail = 'is the id of no account: GET /accounts lists all';
  return ProblemError.unprocessable('account_not_found', `There is no account ${id}.`, {
    errors: [{ pointer: '/trigger/accountId', code: 'account_not_found', detail }],
  });
}

function nameTaken(name: string): ProblemError {
  return ProblemError.conflict('name_taken', `There is a schedule named "${name}".`, {
    errors: [{ pointer: '/name', code: 'name_taken', detail: 'is the name of another schedule' }],
  });
}
