import { Injectable } from '@nestjs/common';
import { deleteInPages } from '../../platform/database/delete-in-pages.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { CleansUp, type RetentionRule } from '../../platform/lifecycle/retention-rule.ts';
import { DELETE_OLD_TITLES } from './topic.sql.ts';

/** Items of feeds are out of date after 30 days. A source that is not read for longer may have its titles worded again. */
const KEEP_SECONDS = 90 * 86_400;

/** Deletes the wordings of titles that no source has had for 90 days. */
@Injectable()
@CleansUp('topic titles')
export class TopicTitleRetention implements RetentionRule {
  private readonly sql: SqlExecutor;

  constructor(pools: Pools) {
    this.sql = executorOf(pools.api);
  }

  async clean(signal: AbortSignal): Promise<void> {
    await deleteInPages(() => this.sql.query(DELETE_OLD_TITLES, [KEEP_SECONDS]), signal);
  }
}
