import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { newId } from '../platform/ids/new-id.ts';
import { ConfigurationError } from '../platform/config/configuration-error.ts';
import { Settings } from '../platform/config/settings.ts';
import { inTransaction, Pools, type TransactionClient } from '../platform/database/pools.ts';
import { ProblemError } from '../platform/http/problem.ts';
import { Logger } from '../platform/telemetry/logger.ts';
import { DeclaredScheduleList } from '../tasks/declared/declared-schedule-list.ts';
import type { LockedSchedule, Schedule, ScheduleFields } from './schedule.ts';
import { ScheduleCheck } from './schedule-check.ts';
import { firingAt, nextFiring } from './schedule-clock.ts';
import { isMoved } from './schedule.service.ts';
import { DELETE_SCHEDULE, INSERT_SCHEDULE, LOCK_DECLARED, SELECT_CLOCK, UPDATE_SCHEDULE } from './schedule.sql.ts';

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
    const stored = new Map((await tx.query<LockedSchedule>(LOCK_DECLARED, [])).map((row) => [row.name, row]));
    for (const [taskName, declared] of this.declared.schedules) {
      const fields = { ...declared, name: taskName, taskName, priority: null, startsAt: null, endsAt: null };
      this.reject(fields, now);
      const row = stored.get(taskName);
      if (row === undefined) await this.add(tx, fields, now);
      else await this.change(tx, row, fields, now);
      stored.delete(taskName);
    }
    for (const { id } of stored.values()) await tx.query(DELETE_SCHEDULE, [id]);
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
