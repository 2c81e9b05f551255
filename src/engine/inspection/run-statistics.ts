import { Injectable } from '@nestjs/common';
import type { AccountScope } from '../../core/actor/account-scope.ts';
import type { TaskStatus } from '../../core/task/states.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { ledTasks } from '../task-lead.sql.ts';
import { RUN_SAMPLE, selectRunNumbers, selectRuns } from './run-statistics.sql.ts';

export interface RunNumbers {
  readonly total: number;
  readonly completed: number;
  readonly failed: number;
  readonly timeout: number;
  readonly cancelled: number;
  /** When the oldest of them was submitted. */
  readonly since: Date | null;
  /** The 50th and the 95th percentile; null when none completed. */
  readonly durationsMs: readonly [p50: number, p95: number] | null;
}

export interface RunRow {
  readonly id: string;
  readonly status: TaskStatus;
  readonly attempt: number;
  readonly externalId: string | null;
  /** The step that it reported last. */
  readonly step: string | null;
  readonly errorCode: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly steps: readonly { readonly step: string; readonly attempt: number; readonly at: string }[];
}

/** How the newest tasks of a name went. */
@Injectable()
export class RunStatistics {
  private readonly sql: SqlExecutor;

  constructor(pools: Pools) {
    this.sql = executorOf(pools.api);
  }

  /** Of the newest 1,000 tasks of the name, those that the caller reaches. */
  async of(name: string, scope: AccountScope | null): Promise<{ numbers: RunNumbers; runs: RunRow[] }> {
    const values: unknown[] = [];
    const led = ledTasks({ names: [name], scope: scope ?? undefined }, RUN_SAMPLE, values);
    const [[numbers], runs] = await Promise.all([
      this.sql.query<RunNumbers>(selectRunNumbers(led), values),
      this.sql.query<RunRow>(selectRuns(led), values),
    ]);
    if (!numbers) throw new Error('an aggregate gave no row');
    return { numbers, runs };
  }
}
