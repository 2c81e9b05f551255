import type { BudgetState } from '../../core/budget/budget-policy.ts';
import { type BudgetPeriod, windowAt } from '../../core/budget/budget-window.ts';
import type { SqlExecutor } from '../../platform/database/pools.ts';
import { SELECT_CLOCK, SELECT_SPENT } from './budget.sql.ts';

/** A limit on what calls cost in each window. */
export interface BudgetRow {
  readonly id: string;
  readonly name: string;
  /** Null for all accounts together. */
  readonly accountId: string | null;
  /** Null for all providers together. */
  readonly provider: string | null;
  readonly period: BudgetPeriod;
  readonly timeZone: string;
  readonly amountMicros: number;
  readonly currency: string;
  readonly warnPercent: number;
  readonly enabled: boolean;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A budget with what its present window holds. */
export interface Budget extends BudgetRow, BudgetState {
  /** Calls of the window without a cost in the currency of the budget, from before it covered them. */
  readonly uncountedCalls: number;
}

/** What the present windows of budgets hold, by the clock of the database. */
export async function readBudgets(sql: SqlExecutor, rows: readonly BudgetRow[]): Promise<{ budgets: Budget[]; now: Date }> {
  const [clock] = await sql.query<{ now: Date }>(SELECT_CLOCK, []);
  const now = clock?.now ?? new Date(Number.NaN);
  if (rows.length === 0) return { budgets: [], now };
  const open = rows.map((row) => ({ ...row, window: windowAt(now, row.period, row.timeZone) }));
  const windows = open.map(({ id, accountId, provider, currency, window }) => ({ id, accountId, provider, currency, ...window }));
  const sums = await sql.query<Pick<Budget, 'id' | 'spentMicros' | 'reservedMicros' | 'uncountedCalls'>>(SELECT_SPENT, [
    JSON.stringify(windows),
  ]);
  const byId = new Map(sums.map((sum) => [sum.id, sum]));
  const none = { spentMicros: 0, reservedMicros: 0, uncountedCalls: 0 };
  return { budgets: open.map((row) => ({ ...row, ...(byId.get(row.id) ?? none) })), now };
}
