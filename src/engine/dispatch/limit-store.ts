import { Injectable } from '@nestjs/common';
import type { ActiveGroup } from '../../core/dispatch/choose-groups.ts';
import { type LimitState, limitBudgetOf } from '../../core/dispatch/limit-budget.ts';
import { executorOf, inTransaction, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import * as sql from './dispatch.sql.ts';

export interface Rate {
  readonly count: number;
  readonly perMs: number;
}

export interface Limit {
  readonly key: string;
  readonly maxRunning: number | null;
  readonly rate: Rate | null;
  /** Leased tasks of the key now. */
  readonly running: number;
  /** How many more the rate would let start now. */
  readonly tokens: number | null;
  /** Until it lets one more start than that, milliseconds. */
  readonly nextTokenMs: number | null;
  /** From the task's definition, not from an operator. */
  readonly declared: boolean;
  readonly updatedAt: Date;
}

export interface NewLimit {
  readonly key: string;
  readonly maxRunning: number | null;
  readonly rate: Rate | null;
}

type Row = LimitState & { declared: boolean; updatedAt: Date };

/** The limits in force. They change while no claim under a limit is under way, so the next one sees them. */
@Injectable()
export class LimitStore {
  private readonly api: SqlExecutor;

  constructor(private readonly pools: Pools) {
    this.api = executorOf(pools.api);
  }

  async all(): Promise<Limit[]> {
    const [rows, active] = await Promise.all([
      this.api.query<Row>(sql.SELECT_LIMITS, []),
      this.api.query<ActiveGroup>(sql.SELECT_ACTIVE_GROUPS, []),
    ]);
    return rows.map((row) => {
      const running = active.reduce((sum, { keys, count }) => sum + (keys.includes(row.key) ? count : 0), 0);
      const { key, maxRunning, rateCount, ratePeriodMs, declared, updatedAt } = row;
      const rate = rateCount === null || ratePeriodMs === null ? null : { count: rateCount, perMs: ratePeriodMs };
      const { tokens, nextTokenMs } = limitBudgetOf(row, running);
      return { key, maxRunning, rate, running, tokens: rate && tokens, nextTokenMs, declared, updatedAt };
    });
  }

  set(limit: NewLimit): Promise<void> {
    return this.alone(sql.SET_LIMIT, [limit.key, limit.maxRunning, limit.rate?.count ?? null, limit.rate?.perMs ?? null]);
  }

  /** What definitions say; what an operator set goes before. */
  async declare(limits: readonly NewLimit[]): Promise<void> {
    if (limits.length === 0) return;
    const rows = limits.map(({ key, maxRunning, rate }) => ({ key, maxRunning, rateCount: rate?.count, ratePeriodMs: rate?.perMs }));
    await this.alone(sql.DECLARE_LIMITS, [JSON.stringify(rows)]);
  }

  remove(key: string): Promise<void> {
    return this.alone(sql.DELETE_LIMIT, [key]);
  }

  private alone(statement: string, values: unknown[]): Promise<void> {
    return inTransaction(this.pools.api, async (tx) => {
      await tx.query(sql.LOCK_DISPATCH, []);
      await tx.query(statement, values);
    });
  }
}
