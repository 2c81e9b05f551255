import { Injectable } from '@nestjs/common';
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
}

/** Every member that is given must match. */
export interface OperationCriteria {
  readonly actorId?: string;
  readonly actorName?: string;
  readonly permission?: Permission;
  readonly from?: Date;
  readonly before?: Date;
}

/** Reads the audit of operations, newest first. */
@Injectable()
export class OperationAuditRepository {
  private readonly sql: SqlExecutor;

  constructor(pools: Pools) {
    this.sql = executorOf(pools.api);
  }

  list(
    { actorId, actorName, permission, from, before }: OperationCriteria,
    beforeId: string | undefined,
    limit: number,
  ): Promise<OperationRow[]> {
    return this.sql.query<OperationRow>(
      LIST_OPERATIONS,
      [actorId, actorName, permission, from, before, beforeId, limit].map((one) => one ?? null),
    );
  }
}
