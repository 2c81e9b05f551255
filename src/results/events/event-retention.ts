import { Injectable } from '@nestjs/common';
import { Settings } from '../../platform/config/settings.ts';
import { deleteInPages } from '../../platform/database/delete-in-pages.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { CleansUp, type RetentionRule } from '../../platform/lifecycle/retention-rule.ts';
import { DELETE_EVENTS } from './event.sql.ts';

const DAY_S = 86_400;

/** Deletes events and their deliveries after EVENT_RETENTION_DAYS. */
@Injectable()
@CleansUp('events')
export class EventRetention implements RetentionRule {
  private readonly sql: SqlExecutor;
  private readonly keepSeconds: number;

  constructor(pools: Pools, { eventRetentionDays }: Settings) {
    this.sql = executorOf(pools.api);
    this.keepSeconds = eventRetentionDays * DAY_S;
  }

  async clean(signal: AbortSignal): Promise<void> {
    if (this.keepSeconds > 0) await deleteInPages(() => this.sql.query(DELETE_EVENTS, [this.keepSeconds]), signal);
  }
}
