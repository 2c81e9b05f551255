import type { Budget } from './budget.ts';
import { CreationError } from '../creation-error.ts';
import { type Cost, formatMicros } from './money.ts';

/** While calls of other tasks have not ended, their reservations may be higher than their costs. */
const BUSY_RETRY_MS = 30_000;

/** The budget has no room for a call, which was not made. The task waits until `retryAfterMs`, or until the budget is changed. */
export class BudgetExceededError extends CreationError {
  constructor(
    readonly budget: Pick<Budget, 'id' | 'version'>,
    message: string,
    readonly waitMs: number,
  ) {
    super('budget_exceeded', message, { retryAfterMs: waitMs });
  }

  static of(budget: Budget, neededMicros: number, retryAt: Date | null, now: Date): BudgetExceededError {
    const money = (micros: number) => formatMicros(micros, budget.currency);
    const state = `The budget "${budget.name}" allows ${money(budget.amountMicros)} a ${budget.period}; ${money(budget.spentMicros)} are spent and ${money(budget.reservedMicros)} reserved, and the next call needs up to ${money(neededMicros)}.`;
    const until =
      retryAt === null ? 'It waits for calls that have not ended.' : `It opens at ${retryAt.toISOString()}, or when its amount is raised.`;
    return new BudgetExceededError(budget, `${state} ${until}`, retryAt === null ? BUSY_RETRY_MS : retryAt.getTime() - now.getTime());
  }
}

/** Budgets cannot count the call, so it was not made. `cost` is null, or in another currency. */
export function unpricedCall(budget: Budget, { provider, model }: { provider: string; model: string }, cost: Cost | null): CreationError {
  const remedy = `Add its price in ${budget.currency}, or the most that a call costs as maxCallCost, to the provider in CREATOR_LLM_CONFIG`;
  return unpriced(budget, `The price of the model "${model}" of the provider "${provider}"`, `covers the call. ${remedy}`, cost);
}

/** Budgets cannot count the work, so it was not handed over. `setting` is the setting of its price. */
export function unpricedWork(budget: Budget, creator: string, setting: string, cost: Cost | null): CreationError {
  const remedy = `Set ${setting} to the most that a task costs, such as "0.50 ${budget.currency}"`;
  return unpriced(budget, `The price of a task of the creator "${creator}"`, `covers it. ${remedy}`, cost);
}

function unpriced(budget: Budget, subject: string, remedy: string, cost: Cost | null): CreationError {
  const price = cost === null ? 'is not known' : `is in ${cost.currency}`;
  return new CreationError(
    'incompatible',
    `${subject} ${price}, and the budget "${budget.name}" in ${budget.currency} ${remedy}; or disable the budget.`,
    { reason: 'price_unknown' },
  );
}
