import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { BudgetExceededError } from '../../src/creators/budgets/budget-errors.ts';
import { BudgetStore, type NewBudget } from '../../src/creators/budgets/budget-store.ts';
import type { Budget } from '../../src/creators/budgets/budget.ts';
import { UsageLedger } from '../../src/creators/budgets/usage-ledger.ts';
import { Pools } from '../../src/platform/database/pools.ts';
import { ACCOUNT, DAILY, estimate, subject, used } from './ledger-calls.ts';
import { LlmHarness } from './llm-harness.ts';

let harness: LlmHarness;
let pools: Pools;
let ledger: UsageLedger;
let store: BudgetStore;

beforeAll(async () => {
  harness = await LlmHarness.start();
  pools = new Pools({ url: harness.pools.address.url, apiSize: 20 });
  ledger = new UsageLedger(pools);
  store = new BudgetStore(pools);
  await harness.sql(`INSERT INTO accounts (id, name, platform) VALUES ($1, 'Notes', 'blog')`, [ACCOUNT]);
});
afterAll(async () => {
  await pools.close();
  await harness.stop();
});
beforeEach(() => harness.sql('TRUNCATE creator_usage, budgets, budget_counters, budget_warnings, budget_waits'));
/** Whatever a test did, the counters are the sums of the rows. */
afterEach(async () => {
  const wrong = await differences();
  if (wrong.length > 0) throw new Error(`counters differ from the rows: ${JSON.stringify(wrong)}`);
});

const limit = (changes: Partial<NewBudget> = {}): Promise<Budget> => store.create({ ...DAILY, amountMicros: 1_000_000_000, ...changes });
const read = async ({ id }: Budget): Promise<Budget> => (await store.find(id)) as Budget;
const counters = () => harness.sql<{ spent: string; reserved: string }>('SELECT spent, reserved FROM budget_counters');

/** Counters that differ from the rows of the ledger in their windows. */
function differences(): Promise<object[]> {
  return harness.sql(`
    SELECT c.budget_id, c.spent, c.reserved, c.unpriced_calls, r.* FROM budget_counters c JOIN budgets b ON b.id = c.budget_id
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(cost) FILTER (WHERE u.currency = b.currency AND state <> 'reserved'), 0) AS spent_rows,
             coalesce(sum(cost) FILTER (WHERE u.currency = b.currency AND state = 'reserved'), 0) AS reserved_rows,
             count(*) FILTER (WHERE (cost IS NULL OR u.currency <> b.currency) AND state <> 'released') AS unpriced_rows
      FROM creator_usage u WHERE u.created_at >= c.window_start AND u.created_at < c.window_end
        AND (b.account_id IS NULL OR b.account_id = u.account_id) AND (b.provider IS NULL OR b.provider = u.provider)) r
    WHERE c.spent <> r.spent_rows OR c.reserved <> r.reserved_rows OR c.unpriced_calls <> r.unpriced_rows`);
}

/** What a caller does: each ends its calls in one of these ways. */
const ENDS = ['settle', 'fail', 'release', 'discard', 'leave', 'again'] as const;

async function work(cents: number, end: (typeof ENDS)[number], own: boolean): Promise<void> {
  const call = subject(own ? {} : { accountId: randomUUID(), provider: 'other' });
  const id = await ledger.reserve(call, estimate(cents / 100)).catch((error: unknown) => {
    if (error instanceof BudgetExceededError) return null;
    throw error;
  });
  if (id === null) return;
  if (end === 'settle') await ledger.settle(id, 'settled', used(cents / 300));
  if (end === 'fail') await ledger.fail(id);
  if (end === 'release') await ledger.release(id);
  if (end === 'discard') await ledger.discard(id);
  if (end === 'again') {
    await Promise.allSettled([ledger.reserve({ ...call, attempt: 2 }, estimate(0.01)), ledger.settle(id, 'settled', used(0.001))]);
    await ledger.closeLost(0);
  }
}

describe('the counters of budgets', () => {
  it('equal the rows of the ledger after calls that many processes make, end and lose at once, while budgets are made', async () => {
    const calls = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.constantFrom(...ENDS), fc.boolean()), {
      minLength: 40,
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(calls, async (made) => {
        await harness.sql('TRUNCATE creator_usage, budgets, budget_counters, budget_warnings, budget_waits');
        const budgets = [await limit(), await limit({ accountId: ACCOUNT, amountMicros: 3_000_000 }), await limit({ enabled: false })];
        const working = made.map(([cents, end, own]) => work(cents, end, own));
        const late = [
          limit({ provider: 'stub', period: 'month' }),
          limit({ provider: 'other', amountMicros: 2_000_000 }),
          limit({ period: 'week' }),
        ];
        await Promise.all(working);
        budgets.push(...(await Promise.all(late)));
        expect(await differences()).toEqual([]);
        // Windows without a counter are summed from the rows: with one they hold the same.
        const before = await Promise.all(budgets.map(read));
        await Promise.all([work(1, 'leave', true), work(1, 'leave', false)]);
        expect(await differences()).toEqual([]);
        expect(before.every(({ spentMicros, reservedMicros }) => spentMicros >= 0 && reservedMicros >= 0)).toBe(true);
      }),
      { numRuns: 4 },
    );
  });

  it('are what a reservation reads, instead of the rows', async () => {
    const budget = await limit({ amountMicros: 1_000_000 });
    await ledger.reserve(subject(), estimate(0.1));
    expect(await counters()).toEqual([{ spent: '0', reserved: '0.10000000' }]);
    // Only the counter says so.
    await harness.sql('UPDATE budget_counters SET spent = 0.95');
    await expect(ledger.reserve(subject(), estimate(0.1))).rejects.toBeInstanceOf(BudgetExceededError);
    expect((await read(budget)).spentMicros).toBe(950_000);
    await harness.sql('UPDATE budget_counters SET spent = 0');
  });

  it('count what was spent before the budget, and rows that are written without the ledger', async () => {
    const row = `INSERT INTO creator_usage (id, task_id, attempt, account_id, creator, provider, model, step, state, prompt_tokens, completion_tokens, cost, currency, estimated, created_at, settled_at)
      SELECT gen_random_uuid(), gen_random_uuid(), 1, $1, 'llm', 'stub', 'small', 'draft', 'settled', 1, 1, $2::numeric, $3, false, app_clock(), app_clock() FROM generate_series(1, 10)`;
    await harness.sql(row, [ACCOUNT, 0.01, 'USD']);
    const budget = await limit();
    expect(await read(budget)).toMatchObject({ spentMicros: 100_000, reservedMicros: 0 });
    await ledger.reserve(subject(), estimate(0.5));
    await harness.sql(row, [ACCOUNT, 0.02, 'USD']);
    await harness.sql(row, [ACCOUNT, 0.02, 'CNY']);
    await harness.sql(row, [ACCOUNT, null, null]);
    expect(await read(budget)).toMatchObject({ spentMicros: 300_000, reservedMicros: 500_000, uncountedCalls: 20 });
    await harness.sql(`DELETE FROM creator_usage WHERE currency = 'USD' AND state = 'settled' AND cost = 0.01`);
    expect(await read(budget)).toMatchObject({ spentMicros: 200_000, reservedMicros: 500_000, uncountedCalls: 20 });
  });

  it('are made for the windows of another period, and those of ended windows are deleted', async () => {
    const budget = await limit();
    await ledger.reserve(subject(), estimate(0.1));
    await store.update(await read(budget), { period: 'month' });
    await ledger.reserve(subject(), estimate(0.2));
    expect((await counters()).map(({ reserved }) => Number(reserved))).toEqual([0.3, 0.3]);
    await harness.sql(`UPDATE creator_usage SET created_at = created_at - interval '60 days'`);
    await harness.sql(
      `UPDATE budget_counters SET window_start = window_start - interval '60 days', window_end = window_end - interval '60 days'`,
    );
    await ledger.reserve(subject(), estimate(0.4));
    expect((await counters()).map(({ reserved }) => Number(reserved))).toEqual([0.4]);
  });
});
