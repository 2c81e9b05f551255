import { Injectable } from '@nestjs/common';
import type { ActiveGroup } from '../../core/dispatch/choose-groups.ts';
import { type LimitBudget, type LimitState, limitBudgetOf } from '../../core/dispatch/limit-budget.ts';
import { executorOf, inTransaction, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import * as sql from './dispatch.sql.ts';

/** What a claim under limits must know: what they have left, and what is leased now. */
export interface LedgerState {
  readonly budgets: LimitBudget[];
  readonly active: readonly ActiveGroup[];
}

/** Keeps limits exact: what is read and debited under the lock of a key is not changed by another claim of that key meanwhile. */
@Injectable()
export class LimitLedger {
  private readonly engine: SqlExecutor;
  /** One transaction of this process at a time: others would only keep connections while they wait for the same locks. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly pools: Pools) {
    this.engine = executorOf(pools.engine);
  }

  /** `countActive`: also when no limit is on running tasks. */
  async read(keys: readonly string[], countActive: boolean, executor = this.engine): Promise<LedgerState> {
    const limits = await executor.query<LimitState>(sql.SELECT_LIMIT_STATES, [keys]);
    const counts = countActive || limits.some(({ maxRunning }) => maxRunning !== null);
    return stateOf(limits, counts ? await executor.query<ActiveGroup>(sql.SELECT_ACTIVE_GROUPS, []) : []);
  }

  /** In a transaction that holds the locks of these keys. */
  whileLocked<T>(keys: readonly string[], work: (tx: SqlExecutor) => Promise<T>): Promise<T> {
    const mine = this.turn.then(() =>
      inTransaction(this.pools.engine, async (tx) => {
        await tx.query(sql.LOCK_KEYS, [keys]);
        return work(tx);
      }),
    );
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  /** Takes a token of each rate of its keys for each task that was leased. */
  async debit(tx: SqlExecutor, budgets: readonly LimitBudget[], tasks: readonly { keys: readonly string[] }[]): Promise<void> {
    const used = new Map<string, number>();
    for (const { keys } of tasks) for (const key of keys) used.set(key, (used.get(key) ?? 0) + 1);
    const rows = budgets.flatMap(({ key, bucketTokens }) => {
      const count = used.get(key) ?? 0;
      return bucketTokens === null || count === 0 ? [] : [{ key, tokens: Math.max(0, bucketTokens - count) }];
    });
    if (rows.length > 0) await tx.query(sql.SET_TOKENS, [JSON.stringify(rows)]);
  }
}

/** What limits have left while these tasks are leased. */
export function stateOf(limits: readonly LimitState[], active: readonly ActiveGroup[]): LedgerState {
  const running = new Map<string, number>();
  for (const { keys, count } of active) for (const key of keys) running.set(key, (running.get(key) ?? 0) + count);
  return { budgets: limits.map((limit) => limitBudgetOf(limit, running.get(limit.key) ?? 0)), active };
}
