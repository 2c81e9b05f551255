import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { SlotsTrigger } from '../core/schedule/trigger.ts';
import { newId } from '../platform/ids/new-id.ts';
import { ConfigurationError } from '../platform/config/configuration-error.ts';
import { Settings } from '../platform/config/settings.ts';
import { inTransaction, Pools, type TransactionClient } from '../platform/database/pools.ts';
import { ProblemError } from '../platform/http/problem.ts';
import { Logger } from '../platform/telemetry/logger.ts';
import type { DeclaredSchedule } from '../tasks/declared/read-schedule.ts';
import { DeclaredScheduleList } from '../tasks/declared/declared-schedule-list.ts';
import type { LockedSchedule, Schedule, ScheduleFields } from './schedule.ts';
import { ScheduleCheck } from './schedule-check.ts';
import { firingAt, nextFiring, withCurrentDue } from './schedule-clock.ts';
import { isMoved } from './schedule.service.ts';
import { DELETE_SCHEDULE, INSERT_SCHEDULE, LOCK_DECLARED, LOCK_SLOTS_OF_NAMED, SELECT_CLOCK, UPDATE_SCHEDULE } from './schedule.sql.ts';

const ACTOR = 'tasks file';

/** Stores the schedules of the tasks file when a scheduler process starts, and deletes those that have left the file. A pause stays. */
@Injectable()
export class DeclaredSchedules implements OnApplicationBootstrap {
  constructor(
    private readonly pools: Pools,
    private readonly settings: Settings,
    private readonly declared: DeclaredScheduleList,
    private readonly check: ScheduleCheck,
    private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await inTransaction(this.pools.api, (tx) => this.store(tx));
  }

  private async store(tx: TransactionClient): Promise<void> {
    const [clock] = await tx.query<{ now: Date }>(SELECT_CLOCK, []);
    const now = clock?.now ?? new Date();
    // Accounts are locked before schedules, as by a change of their slots.
    const resolved: ScheduleFields[] = [];
    for (const [name, declared] of this.declared.schedules) {
      const fields = await this.resolve(tx, name, declared);
      if (fields !== null) resolved.push(fields);
    }
    const stored = new Map((await tx.query<LockedSchedule>(LOCK_DECLARED, [])).map((row) => [row.name, withCurrentDue(row)]));
    for (const fields of resolved) {
      const { taskName } = fields;
      this.reject(fields, now);
      const row = stored.get(taskName);
      if (row === undefined) await this.add(tx, fields, now);
      else await this.change(tx, row, fields, now);
      stored.delete(taskName);
    }
    for (const { id, name } of stored.values()) if (!this.declared.schedules.has(name)) await tx.query(DELETE_SCHEDULE, [id]);
    const isResolved = new Set(resolved.map(({ name }) => name));
    for (const [name, { trigger }] of this.declared.schedules)
      if (trigger.type === 'slots' && !isResolved.has(name)) this.reportMissingAccount(name, trigger.account, stored.get(name));
  }

  /** Null for slots of an account that does not exist. The others are stored, because accounts are created while the server runs. */
  private async resolve(tx: TransactionClient, name: string, { trigger, ...declared }: DeclaredSchedule): Promise<ScheduleFields | null> {
    const fields = { ...declared, name, taskName: name, priority: null, startsAt: null, endsAt: null };
    if (trigger.type !== 'slots') return { ...fields, trigger };
    const [account] = await tx.query<Omit<SlotsTrigger, 'type' | 'leadMinutes'> & { timeZone: string }>(LOCK_SLOTS_OF_NAMED, [
      trigger.account,
    ]);
    if (account === undefined) return null;
    const { timeZone, ...slots } = account;
    return { ...fields, trigger: { type: 'slots', leadMinutes: trigger.leadMinutes, ...slots }, timeZone };
  }

  /** `stored`: the row of an earlier start, which fires with the slots of the account that it was stored with. */
  private reportMissingAccount(name: string, account: string, stored: LockedSchedule | undefined): void {
    const field = 'schedule.slots.account';
    const problem = `${field} of the task "${name}" names no account: "${account}"`;
    const log = { tasksFile: this.settings.tasksFile, task: name, field };
    if (stored === undefined) {
      const remedy = 'Create the account, then restart a scheduler process';
      this.logger.error(log, `a declared schedule is not stored: ${problem}. ${remedy}`);
      return;
    }
    const state = `the stored one stays ${stored.pausedAt === null ? 'active' : 'paused'} with its account`;
    const remedy = 'Name the account by its new name or its id, then restart a scheduler process';
    this.logger.error(log, `a declared schedule is not updated, and ${state}: ${problem}. ${remedy}`);
  }

  private async add(tx: TransactionClient, fields: ScheduleFields, now: Date): Promise<void> {
    const id = newId();
    const row = JSON.stringify({ ...fields, ...nextFiring({ ...fields, id }, now) });
    const [added] = await tx.query<Schedule>(INSERT_SCHEDULE, [id, row, ACTOR, true]);
    if (added === undefined)
      this.logger.error({ schedule: fields.name }, 'a declared schedule is not stored: another schedule has its name');
  }

  private async change(tx: TransactionClient, row: LockedSchedule, fields: ScheduleFields, now: Date): Promise<void> {
    if (isSame(row, fields)) return;
    const next = isMoved(row, fields) ? nextFiring({ ...fields, id: row.id }, now) : firingAt({ ...fields, id: row.id }, row.nextDueAt);
    await tx.query(UPDATE_SCHEDULE, [row.id, JSON.stringify({ ...fields, ...next }), row.version]);
  }

  private reject(fields: ScheduleFields, now: Date): void {
    try {
      this.check.checkTask(fields, now);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      throw new ConfigurationError(
        `The schedule of the task "${fields.name}" in ${this.settings.tasksFile} cannot be used: ${error.detail}`,
      );
    }
  }
}

const COMPARED = ['overlap', 'misfire', 'catchUpSeconds', 'jitterSeconds'] as const;

function isSame(row: ScheduleFields, fields: ScheduleFields): boolean {
  const sorted = (params: object): string => JSON.stringify(Object.entries(params).toSorted(([a], [b]) => a.localeCompare(b)));
  return !isMoved(row, fields) && COMPARED.every((name) => row[name] === fields[name]) && sorted(row.params) === sorted(fields.params);
}
