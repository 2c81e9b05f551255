import { Injectable } from '@nestjs/common';
import { DELETED_ROWS, deleteInPages } from '../../platform/database/delete-in-pages.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { CleansUp, type RetentionRule } from '../../platform/lifecycle/retention-rule.ts';
import { DELETE_UNUSED_FILES } from './attachment.sql.ts';

/** Much longer than a publication takes that read the content before the file was removed. */
const UNUSED_SECONDS = 86_400;

/** Deletes the bytes of attachments a day after their last use, which is their removal from the last content that had them. */
@Injectable()
@CleansUp('unused attachments')
export class UnusedFileRetention implements RetentionRule {
  private readonly sql: SqlExecutor;

  constructor(pools: Pools) {
    this.sql = executorOf(pools.api);
  }

  async clean(signal: AbortSignal): Promise<void> {
    await deleteInPages(() => this.sql.query(DELETE_UNUSED_FILES, [DELETED_ROWS, UNUSED_SECONDS]), signal);
  }
}
