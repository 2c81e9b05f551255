import { Injectable } from '@nestjs/common';
import { newId } from '../../platform/ids/new-id.ts';
import { decideCall, isNearlySpent } from '../../core/budget/budget-policy.ts';
import { executorOf, inTransaction, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { type Budget, type BudgetRow, readBudgets } from './budget.ts';
import { BudgetExceededError, unpricedCall } from './budget-errors.ts';
import { INSERT_WARNINGS, LOCK_COVERING, SELECT_COVERING } from './budget.sql.ts';
import { toMicros } from './money.ts';
import { CLOSE_LOST_USAGE, DELETE_USAGE, FAIL_USAGE, RELEASE_USAGE, RESERVE_USAGE, SETTLE_USAGE } from './usage.sql.ts';

/** The task, account and creator of a call, and the model that it uses. */
export interface UsageSubject {
  taskId: string;
  attempt: number;
  accountId: string;
  creator: string;
  provider: string;
  model: string;
  step: string;
}

export interface Cost {
  readonly amount: number;
  readonly currency: string;
}

/** What a call uses at most. */
export interface UsageEstimate {
  promptTokens: number;
  completionTokens: number;
  /** Null for an unknown price. */
  cost: Cost | null;
}

/** What a call used. */
export interface SettledUsage {
  model: string;
  promptTokens: number;
  completionTokens: number;
  estimated: boolean;
  /** In the currency of the estimate; null for an unknown price. */
  cost: number | null;
}

interface Covered {
  accountId: string;
  provider: string;
}

/**
 * One row for each call that costs money: reserved with its highest cost before the call, when all budgets have room for it, and
 * settled with the reported usage after it.
 */
@Injectable()
export class UsageLedger {
  private readonly sql: SqlExecutor;

  constructor(private readonly pools: Pools) {
    this.sql = executorOf(pools.api);
  }

  /**
   * Returns the id of the row. The call must not be made without it.
   * @throws {BudgetExceededError} or {CreationError} `price_unknown`
   */
  async reserve(subject: UsageSubject, estimate: UsageEstimate): Promise<string> {
    const { taskId, attempt, accountId, creator, provider, model, step } = subject;
    const { promptTokens, completionTokens, cost } = estimate;
    const id = newId();
    const refused = await inTransaction(this.pools.api, async (tx) => {
      const rows = await tx.query<BudgetRow>(LOCK_COVERING, [accountId, provider]);
      // The clock is read under the locks, and the row has that time: it counts for the windows that were checked.
      const { budgets, now } = await readBudgets(tx, rows);
      await noteWarnings(tx, budgets);
      const needed = cost && { micros: toMicros(cost.amount), currency: cost.currency };
      const decision = decideCall(needed, budgets);
      if (decision.kind === 'unpriced') return unpricedCall(decision.budget, provider, model, cost?.currency ?? null);
      if (decision.kind === 'exceeded') return BudgetExceededError.of(decision.budget, needed?.micros ?? 0, decision.retryAt, now);
      const amounts = [promptTokens, completionTokens, cost?.amount ?? null, cost?.currency ?? null];
      await tx.query(RESERVE_USAGE, [id, taskId, attempt, accountId, creator, provider, model, step, ...amounts, now]);
      return null;
    });
    if (refused) throw refused;
    return id;
  }

  /** `failed`: the provider answered, but not usably. */
  async settle(id: string, state: 'settled' | 'failed', usage: SettledUsage): Promise<void> {
    const { model, promptTokens, completionTokens, cost, estimated } = usage;
    await this.warn(await this.sql.query<Covered>(SETTLE_USAGE, [id, state, model, promptTokens, completionTokens, cost, estimated]));
  }

  /** The call failed, and the provider may have worked: what was reserved counts as spent. */
  async fail(id: string): Promise<void> {
    await this.warn(await this.sql.query<Covered>(FAIL_USAGE, [id]));
  }

  /** The provider refused the call, or was not reached. */
  async release(id: string): Promise<void> {
    await this.sql.query(RELEASE_USAGE, [id]);
  }

  /** The call was not made. */
  async discard(id: string): Promise<void> {
    await this.sql.query(DELETE_USAGE, [id]);
  }

  /** Closes the reservations of ended processes. What they reserved counts as spent. `callMs`: the time limit of a call. */
  async closeLost(callMs: number): Promise<number> {
    return (await this.sql.query(CLOSE_LOST_USAGE, [callMs])).length;
  }

  private async warn([row]: readonly Covered[]): Promise<void> {
    if (!row) return;
    const rows = await this.sql.query<BudgetRow>(SELECT_COVERING, [row.accountId, row.provider]);
    if (rows.length > 0) await noteWarnings(this.sql, (await readBudgets(this.sql, rows)).budgets);
  }
}

async function noteWarnings(sql: SqlExecutor, budgets: readonly Budget[]): Promise<void> {
  const due = budgets.filter(isNearlySpent);
  if (due.length === 0) return;
  const rows = due.map(({ id, window, spentMicros, amountMicros }) => ({ id, ...window, spentMicros, amountMicros }));
  await sql.query(INSERT_WARNINGS, [JSON.stringify(rows)]);
}
