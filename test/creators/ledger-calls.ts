import { randomUUID } from 'node:crypto';
import type { NewBudget } from '../../src/creators/budgets/budget-store.ts';
import type { UsageSubject } from '../../src/creators/budgets/usage-ledger.ts';
import { requestOf } from './creator-runs.ts';

/** The account of the calls. */
export const ACCOUNT = requestOf().account.id;
/** 1 USD a day for all accounts and providers. */
export const DAILY: NewBudget = {
  name: 'daily',
  accountId: null,
  provider: null,
  period: 'day',
  timeZone: 'UTC',
  amountMicros: 1_000_000,
  currency: 'USD',
  warnPercent: 80,
  enabled: true,
};
/** A call of a task of its own. */
export const subject = (changes: Partial<UsageSubject> = {}): UsageSubject => ({
  taskId: randomUUID(),
  attempt: 1,
  accountId: ACCOUNT,
  creator: 'llm',
  provider: 'stub',
  model: 'small',
  step: 'outline',
  ...changes,
});
export const estimate = (amount: number, currency = 'USD') => ({ promptTokens: 1, completionTokens: 1, cost: { amount, currency } });
export const used = (cost: number | null) => ({ model: 'small', promptTokens: 1, completionTokens: 1, estimated: false, cost });
