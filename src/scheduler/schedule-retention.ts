import { Injectable } from '@nestjs/common';
import { Settings } from '../platform/config/settings.ts';
import { deleteInPages } from '../platform/database/delete-in-pages.ts';
import { executorOf, Pools, type SqlExecutor } from '../platform/database/pools.ts';
import { CleansUp, type RetentionRule } from '../platform/lifecycle/retention-rule.ts';
import { DELETE_FIRINGS } from './firing.sql.ts';
import { DELETE_SYSTEM_RUNS } from './system/system-schedule.sql.ts';

const DAY_S = 86_400;

/** Deletes the history of schedules after SCHEDULE_HISTORY_DAYS. */
@Injectable()
@CleansUp('schedule history')
export class ScheduleRetention implements RetentionRule {
  private readonly sql: SqlExecutor;
  private readonly keepSeconds: number;

  constructor(pools: Pools, { scheduleHistoryDays }: Settings) {
    this.sql = executorOf(pools.api);
    this.keepSeconds = scheduleHistoryDays * DAY_S;
  }

  async clean(signal: AbortSignal): Promise<void> {
    if (this.keepSeconds === 0) return;
    for (const statement of [DELETE_FIRINGS, DELETE_SYSTEM_RUNS])
      await deleteInPages(() => this.sql.query(statement, [this.keepSeconds]), signal);
  }
}
