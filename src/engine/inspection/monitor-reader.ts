import { Injectable } from '@nestjs/common';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { SELECT_FAILURE_GROUPS, SELECT_PENDING } from './monitor.sql.ts';

/** Failures of one cause. */
export interface FailureGroup {
  readonly fingerprint: string;
  readonly count: number;
  /** How many task names have it. */
  readonly names: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly taskName: string;
  readonly executionId: string;
  readonly class: string | null;
  readonly code: string | null;
  readonly message: string | null;
}

export interface PendingTask {
  readonly executionId: string;
  readonly taskName: string;
  readonly queue: string;
  readonly status: 'pending' | 'submitted';
  readonly priority: number;
  readonly attempt: number;
  readonly runAt: Date;
  readonly createdAt: Date;
  readonly openDependencies: number;
  readonly waitingMs: number | null;
}

/** What failed, and what waits. */
@Injectable()
export class MonitorReader {
  private readonly api: SqlExecutor;

  constructor(pools: Pools) {
    this.api = executorOf(pools.api);
  }

  failures(seconds: number, name: string | undefined, limit: number): Promise<FailureGroup[]> {
    return this.api.query<FailureGroup>(SELECT_FAILURE_GROUPS, [seconds, name ?? null, limit]);
  }

  pending(limit: number): Promise<PendingTask[]> {
    return this.api.query<PendingTask>(SELECT_PENDING, [limit]);
  }
}
