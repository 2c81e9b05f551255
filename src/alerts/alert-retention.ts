import { Injectable } from '@nestjs/common';
import { Settings } from '../platform/config/settings.ts';
import { deleteInPages } from '../platform/database/delete-in-pages.ts';
import { executorOf, Pools, type SqlExecutor } from '../platform/database/pools.ts';
import { CleansUp, type RetentionRule } from '../platform/lifecycle/retention-rule.ts';
import { DELETE_RESOLVED, DELETE_TESTS } from './alert.sql.ts';

const DAY_S = 86_400;

/** Deletes resolved alerts after ALERT_HISTORY_DAYS, with their history and notifications. */
@Injectable()
@CleansUp('alerts')
export class AlertRetention implements RetentionRule {
  private readonly sql: SqlExecutor;
  private readonly keepSeconds: number;

  constructor(pools: Pools, { alertHistoryDays }: Settings) {
    this.sql = executorOf(pools.api);
    this.keepSeconds = alertHistoryDays * DAY_S;
  }

  async clean(signal: AbortSignal): Promise<void> {
    if (this.keepSeconds === 0) return;
    for (const statement of [DELETE_RESOLVED, DELETE_TESTS]) {
      await deleteInPages(() => this.sql.query(statement, [this.keepSeconds]), signal);
    }
  }
}
