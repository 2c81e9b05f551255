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
  /** Tasks of the key that are leased now. */
  readonly running: number;
  /** How many more tasks may start now by its rate. */
  readonly tokens: number | null;
  /** Milliseconds until its rate has one more. */
  readonly nextTokenMs: number | null;
  /** By a task definition, not by an operator. */
  readonly declared: boolean;
  readonly updatedAt: Date;
}

export interface NewLimit {
  readonly key: string;
  readonly maxRunning: number | null;
  readonly rate: Rate | null;
}

type Row = LimitState & { declared: boolean; updatedAt: Date };

/** The limits in force. One changes while no claim under it is under way, so the next claim has it. */
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
    return this.locked([limit.key], sql.SET_LIMIT, [limit.key, limit.maxRunning, limit.rate?.count ?? null, limit.rate?.perMs ?? null]);
  }

  /** Limits of task definitions. One that an operator has set stays. */
  async declare(limits: readonly NewLimit[]): Promise<void> {
    if (limits.length === 0) return;
    const rows = limits.map(({ key, maxRunning, rate }) => ({ key, maxRunning, rateCount: rate?.count, ratePeriodMs: rate?.perMs }));
    const keys = limits.map(({ key }) => key);
    await this.locked(keys, sql.DECLARE_LIMITS, [JSON.stringify(rows)]);
  }

  remove(key: string): Promise<void> {
    return this.locked([key], sql.DELETE_LIMIT, [key]);
  }

  private locked(keys: readonly string[], statement: string, values: unknown[]): Promise<void> {
    return inTransaction(this.pools.api, async (tx) => {
      await tx.query(sql.LOCK_KEYS, [keys]);
      await tx.query(statement, values);
    });
  }
}
