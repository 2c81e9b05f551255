import { Injectable } from '@nestjs/common';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { SELECT_USAGE, USAGE_ROWS } from './usage.sql.ts';

const PERIODS = ['day', 'week', 'month'] as const;
export const USAGE_GROUPS = ['account', 'provider', 'model', 'step', ...PERIODS] as const;
export type UsageGroup = (typeof USAGE_GROUPS)[number];

export interface UsageCriteria {
  readonly from: Date;
  readonly to: Date;
  /** Null for all. */
  readonly accountIds: readonly string[] | null;
  readonly groupBy: readonly UsageGroup[];
  /** Of the days, weeks and months. */
  readonly timeZone: string;
}

export interface UsageSum {
  readonly currency: string | null;
  readonly calls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly spentMicros: number;
  readonly reservedMicros: number;
  readonly unpricedCalls: number;
}

/** Members by which the rows are not grouped are null. */
export interface UsageGroupSum extends UsageSum {
  readonly period: string | null;
  readonly accountId: string | null;
  readonly provider: string | null;
  readonly model: string | null;
  readonly step: string | null;
}

/** Sums of the ledger. */
@Injectable()
export class UsageReport {
  private readonly sql: SqlExecutor;

  constructor(pools: Pools) {
    this.sql = executorOf(pools.api);
  }

  async read(criteria: UsageCriteria): Promise<{ items: UsageGroupSum[]; truncated: boolean; totals: UsageSum[] }> {
    const [rows, totals] = await Promise.all([this.sums(criteria), this.sums({ ...criteria, groupBy: [] })]);
    return { items: rows.slice(0, USAGE_ROWS), truncated: rows.length > USAGE_ROWS, totals: totals.map(withoutGroup) };
  }

  private sums({ from, to, accountIds, groupBy, timeZone }: UsageCriteria): Promise<UsageGroupSum[]> {
    const period = PERIODS.find((word) => groupBy.includes(word)) ?? null;
    return this.sql.query<UsageGroupSum>(SELECT_USAGE, [from, to, accountIds, groupBy, period, timeZone]);
  }
}

function withoutGroup({ period: _p, accountId: _a, provider: _o, model: _m, step: _s, ...sum }: UsageGroupSum): UsageSum {
  return sum;
}
