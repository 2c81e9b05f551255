import { Injectable } from '@nestjs/common';
import type { FieldChange } from '../../../core/text/change-summary.ts';
import { executorOf, Pools, type SqlExecutor } from '../../database/pools.ts';
import type { Permission } from '../permissions.ts';
import type { PrincipalType } from '../principal.ts';
import { LIST_OPERATIONS } from './operation-audit.sql.ts';

export interface OperationRow {
  readonly id: string;
  readonly at: Date;
  readonly actorType: PrincipalType;
  readonly actorId: string;
  readonly actorName: string;
  readonly permission: Permission;
  readonly method: string;
  readonly path: string;
  readonly status: number | null;
  readonly reason: string | null;
  readonly requestId: string | null;
  readonly changes: readonly FieldChange[] | null;
}

/** Every member that is given must match. */
export interface OperationCriteria {
  readonly actorId?: string;
  readonly actorName?: string;
  readonly permission?: Permission;
  readonly from?: Date;
  readonly before?: Date;
  readonly method?: string;
  readonly pathPrefix?: string;
}

/** Rows of an export that are in memory at once. */
const EXPORT_PAGE = 500;

/** Reads the audit of operations, newest first. */
@Injectable()
export class OperationAuditRepository {
  private readonly sql: SqlExecutor;

  constructor(pools: Pools) {
    this.sql = executorOf(pools.api);
  }

  list(
    { actorId, actorName, permission, from, before, method, pathPrefix }: OperationCriteria,
    beforeId: string | undefined,
    limit: number,
  ): Promise<OperationRow[]> {
    return this.sql.query<OperationRow>(
      LIST_OPERATIONS,
      [actorId, actorName, permission, from, before, method, pathPrefix, beforeId, limit].map((one) => one ?? null),
    );
  }

  /** All rows, newest first. A row that is added meanwhile is left out, because ids rise. */
  async *all(criteria: OperationCriteria): AsyncGenerator<OperationRow[]> {
    for (let beforeId: string | undefined; ; ) {
      const page = await this.list(criteria, beforeId, EXPORT_PAGE);
      if (page.length > 0) yield page;
      if (page.length < EXPORT_PAGE) return;
      beforeId = page.at(-1)?.id;
    }
  }
}
