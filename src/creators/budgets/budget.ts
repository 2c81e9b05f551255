import type { BudgetState } from '../../core/budget/budget-policy.ts';
import { type BudgetPeriod, windowAt } from '../../core/budget/budget-window.ts';
import type { SqlExecutor } from '../../platform/database/pools.ts';
import { CREATE_COUNTERS, SELECT_CLOCK, SELECT_COUNTERS, SELECT_SPENT } from './budget.sql.ts';

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

type WindowSums = Pick<Budget, 'id' | 'spentMicros' | 'reservedMicros' | 'uncountedCalls'>;

/**
 * What the present windows of budgets hold, by the clock of the database. A window without a counter is summed from the ledger.
 * `locked`: the transaction has locked the budgets, so such a window gets its counter.
 */
export async function readBudgets(
  sql: SqlExecutor,
  rows: readonly BudgetRow[],
  { locked = false }: { locked?: boolean } = {},
): Promise<{ budgets: Budget[]; now: Date }> {
  const [clock] = await sql.query<{ now: Date }>(SELECT_CLOCK, []);
  const now = clock?.now ?? new Date(Number.NaN);
  if (rows.length === 0) return { budgets: [], now };
  const open = rows.map((row) => ({ ...row, window: windowAt(now, row.period, row.timeZone) }));
  const windows = open.map(({ id, accountId, provider, currency, window }) => ({ id, accountId, provider, currency, ...window }));
  const counted = await sql.query<WindowSums>(SELECT_COUNTERS, [JSON.stringify(windows)]);
  const byId = new Map(counted.map((sums) => [sums.id, sums]));
  const withoutCounter = windows.filter(({ id }) => !byId.has(id));
  if (withoutCounter.length > 0) {
    const summed = await sql.query<WindowSums>(locked ? CREATE_COUNTERS : SELECT_SPENT, [JSON.stringify(withoutCounter)]);
    for (const sums of summed) byId.set(sums.id, sums);
  }
  return { budgets: open.map((row) => ({ ...row, ...sumsOf(byId, row.id) })), now };
}

function sumsOf(byId: ReadonlyMap<string, WindowSums>, id: string): WindowSums {
  const sums = byId.get(id);
  if (!sums) throw new Error(`the window of the budget ${id} was not summed`);
  return sums;
}
