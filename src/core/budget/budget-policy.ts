import type { BudgetWindow } from './budget-window.ts';

/** An enabled budget that covers a call, and what its window holds. Amounts are in millionths of the currency. */
export interface BudgetState {
  readonly id: string;
  readonly currency: string;
  readonly amountMicros: number;
  /** Percent of the amount. */
  readonly warnPercent: number;
  readonly window: BudgetWindow;
  readonly spentMicros: number;
  /** Of calls that have not ended. */
  readonly reservedMicros: number;
}

/** What a call may cost at most. */
export interface CallCost {
  readonly micros: number;
  readonly currency: string;
}

export type CallDecision<Budget> =
  | { readonly kind: 'granted' }
  /** The cost is unknown, or known in another currency only. */
  | { readonly kind: 'unpriced'; readonly budget: Budget }
  /** `retryAt` is the start of the next window; null when the calls that have not ended may leave enough. */
  | { readonly kind: 'exceeded'; readonly budget: Budget; readonly retryAt: Date | null };

/** A call is granted when its cost fits into every budget that covers it. Without budgets every call is granted. */
export function decideCall<Budget extends BudgetState>(cost: CallCost | null, budgets: readonly Budget[]): CallDecision<Budget> {
  const unpriced = budgets.find(({ currency }) => cost?.currency !== currency);
  if (unpriced) return { kind: 'unpriced', budget: unpriced };
  const micros = cost?.micros ?? 0;
  const exceeded = budgets.filter(({ amountMicros, spentMicros, reservedMicros }) => spentMicros + reservedMicros + micros > amountMicros);
  // The budget that opens last decides when the call may be made.
  const [last] = exceeded.toSorted((a, b) => opensAt(b, micros) - opensAt(a, micros));
  if (!last) return { kind: 'granted' };
  return { kind: 'exceeded', budget: last, retryAt: isSpent(last, micros) ? last.window.end : null };
}

/** The spent amount has reached the warning of a budget that allows anything at all. */
export function isNearlySpent({ amountMicros, spentMicros, warnPercent }: BudgetState): boolean {
  return amountMicros > 0 && spentMicros * 100 >= amountMicros * warnPercent;
}

/** The call does not fit, whatever the calls that have not ended will cost. */
function isSpent({ amountMicros, spentMicros }: BudgetState, micros: number): boolean {
  return spentMicros + micros > amountMicros;
}

function opensAt(budget: BudgetState, micros: number): number {
  return isSpent(budget, micros) ? budget.window.end.getTime() : 0;
}
