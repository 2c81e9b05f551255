import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/settings.ts';
import { deleteInPages } from '../../database/delete-in-pages.ts';
import { executorOf, Pools, type SqlExecutor } from '../../database/pools.ts';
import { CleansUp, type RetentionRule } from '../../lifecycle/retention-rule.ts';
import { DELETE_OPERATIONS } from './operation-audit.sql.ts';

const DAY_S = 86_400;

/** Deletes rows of the audit of operations after AUDIT_RETENTION_DAYS. */
@Injectable()
@CleansUp('operation audit')
export class OperationAuditRetention implements RetentionRule {
  private readonly sql: SqlExecutor;
  private readonly keepSeconds: number;

  constructor(pools: Pools, { auditRetentionDays }: Settings) {
    this.sql = executorOf(pools.api);
    this.keepSeconds = auditRetentionDays * DAY_S;
  }

  async clean(signal: AbortSignal): Promise<void> {
    if (this.keepSeconds > 0) await deleteInPages(() => this.sql.query(DELETE_OPERATIONS, [this.keepSeconds]), signal);
  }
}
