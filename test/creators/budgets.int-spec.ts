import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { BudgetExceededError } from '../../src/creators/budgets/budget-errors.ts';
import { BudgetStore, type NewBudget } from '../../src/creators/budgets/budget-store.ts';
import type { Budget } from '../../src/creators/budgets/budget.ts';
import { RESERVE_USAGE } from '../../src/creators/budgets/usage.sql.ts';
import { UsageLedger } from '../../src/creators/budgets/usage-ledger.ts';
import type { LlmProvider } from '../../src/creators/llm/provider-config.ts';
import { Pools } from '../../src/platform/database/pools.ts';
import { runBehindLock } from '../support/lock-holder.ts';
import { RecordedRun, requestOf } from './creator-runs.ts';
import { ACCOUNT, DAILY, estimate, subject, used } from './ledger-calls.ts';
import { LlmHarness, providerAt } from './llm-harness.ts';
import { LlmStub, type StubAnswer, writeArticle } from './llm-stub.ts';

let harness: LlmHarness;
let stub: LlmStub;
let provider: LlmProvider;
let store: BudgetStore;

beforeAll(async () => {
  harness = await LlmHarness.start();
  store = new BudgetStore(harness.pools);
  stub = new LlmStub();
  provider = providerAt(await stub.start());
});
afterAll(async () => {
  await stub.stop();
  await harness.stop();
});
beforeEach(async () => {
  stub.requests.length = 0;
  stub.answer = writeArticle;
  await harness.sql('TRUNCATE creator_circuits, creator_usage, budgets, budget_counters, budget_warnings, budget_waits');
});

const limit = (changes: Partial<NewBudget> = {}): Promise<Budget> => store.create({ ...DAILY, ...changes });
const read = async ({ id }: Budget): Promise<Budget> => (await store.find(id)) as Budget;
const write = (providers = [provider], run = new RecordedRun()) => harness.creator(providers).create(requestOf(), run);
const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

/** On a busy machine a caller may wait too long for a connection, and tries again. */
async function reserved(ledger: UsageLedger, amount: number): Promise<string> {
  const error = await failure(ledger.reserve(subject(), estimate(amount)));
  if (error instanceof Error && /trying to connect/.test(error.message)) return reserved(ledger, amount);
  if (error instanceof Error) throw error;
  return 'granted';
}

describe('a reservation', () => {
  const pools: Pools[] = [];
  afterAll(() => Promise.all(pools.map((each) => each.close())));

  it('of 50 callers at once never passes the amount', async () => {
    const url = harness.pools.address.url;
    const many = new Pools({ url, apiSize: 20 });
    pools.push(many);
    const ledger = new UsageLedger(many);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 400 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 50, maxLength: 50 }),
        async (cents, costs) => {
          await harness.sql('TRUNCATE creator_usage, budgets, budget_counters, budget_warnings, budget_waits');
          const all = await limit({ amountMicros: cents * 10_000 });
          const month = await limit({ amountMicros: 2 * cents * 10_000, period: 'month', accountId: null, provider: 'stub' });
          const results = await Promise.allSettled(costs.map((cost) => reserved(ledger, cost / 100)));
          const granted = costs.filter((_, i) => results[i]?.status === 'fulfilled');
          const total = granted.reduce((sum, cost) => sum + cost, 0);
          expect(total).toBeLessThanOrEqual(cents);
          expect((await read(all)).reservedMicros).toBe(total * 10_000);
          expect((await read(month)).reservedMicros).toBe(total * 10_000);
          // Each that was refused would not have fitted.
          const least = Math.min(...costs.filter((_, i) => results[i]?.status === 'rejected'), Number.POSITIVE_INFINITY);
          expect(total + least).toBeGreaterThan(cents);
          const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
          expect(reasons.filter((reason) => !(reason instanceof BudgetExceededError))).toEqual([]);
        },
      ),
      { numRuns: 3 },
    );
  });

  it('waits for another one that is not yet committed, and counts it', async () => {
    await limit();
    const { taskId, accountId, creator, provider: paid, model, step } = subject();
    const values = [randomUUID(), taskId, 1, accountId, creator, paid, model, step, 1, 1, '0.6', 'USD', new Date()];
    const other = { text: RESERVE_USAGE, values, commits: true };
    const ledger = new UsageLedger(harness.pools);
    const { answer } = await runBehindLock(harness.pools.address.url, other, () => failure(ledger.reserve(subject(), estimate(0.6))));
    expect(answer).toBeInstanceOf(BudgetExceededError);
  });

  it('counts for the budgets of its account and provider, and for no others', async () => {
    await harness.sql(`INSERT INTO accounts (id, name, platform) VALUES ($1, 'Notes', 'blog') ON CONFLICT DO NOTHING`, [ACCOUNT]);
    const mine = await limit({ accountId: ACCOUNT });
    const both = await limit({ accountId: ACCOUNT, provider: 'stub' });
    const other = await limit({ provider: 'other' });
    const disabled = await limit({ enabled: false, amountMicros: 0 });
    const ledger = new UsageLedger(harness.pools);
    await ledger.reserve(subject(), estimate(0.25));
    await ledger.reserve(subject({ accountId: randomUUID(), provider: 'third' }), estimate(0.5));
    const shown = async (budget: Budget) => (await read(budget)).reservedMicros;
    expect(await Promise.all([mine, both, other].map(shown))).toEqual([250_000, 250_000, 0]);
    expect((await read(disabled)).reservedMicros).toBe(750_000); // shown, but not enforced
  });

  it('is settled by its cost, released without a call, and kept by a call that may have been paid', async () => {
    const ledger = new UsageLedger(harness.pools);
    const budget = await limit();
    const [settled, failed, released, discarded] = await Promise.all(
      Array.from({ length: 4 }, () => ledger.reserve(subject(), estimate(0.2))),
    );
    expect(await read(budget)).toMatchObject({ reservedMicros: 800_000, spentMicros: 0 });
    await ledger.settle(settled ?? '', 'settled', used(0.05));
    await ledger.fail(failed ?? '');
    await ledger.release(released ?? '');
    await ledger.discard(discarded ?? '');
    expect(await read(budget)).toMatchObject({ reservedMicros: 0, spentMicros: 250_000 });
    const states = await harness.sql<{ state: string }>('SELECT state FROM creator_usage ORDER BY state');
    expect(states.map(({ state }) => state)).toEqual(['failed', 'released', 'settled']);
  });

  it('of an ended process is closed by the next call of its task, or by its age, and its cost stays', async () => {
    const ledger = new UsageLedger(harness.pools);
    const budget = await limit();
    const [first, second] = [subject(), subject()];
    await ledger.reserve(first, estimate(0.1));
    const late = await ledger.reserve(second, estimate(0.2));
    await ledger.reserve({ ...first, attempt: 2 }, estimate(0.1));
    expect(await read(budget)).toMatchObject({ reservedMicros: 300_000, spentMicros: 100_000 });
    expect(await ledger.closeLost(60_000)).toBe(0);
    await harness.sql(`UPDATE creator_usage SET created_at = created_at - interval '61 s' WHERE id = $1`, [late]);
    expect(await ledger.closeLost(60_000)).toBe(1);
    expect(await read(budget)).toMatchObject({ reservedMicros: 100_000, spentMicros: 300_000 });
    await ledger.settle(late, 'settled', used(0.01)); // the process was only slow
    expect(await read(budget)).toMatchObject({ spentMicros: 110_000 });
  });

  it('counts in the window of its time alone', async () => {
    const ledger = new UsageLedger(harness.pools);
    const budget = await limit({ amountMicros: 100_000 });
    const id = await ledger.reserve(subject(), estimate(0.1));
    expect(await failure(ledger.reserve(subject(), estimate(0.1)))).toMatchObject({
      code: 'budget_exceeded',
      waitMs: 30_000, // the call that has not ended may leave enough
    });
    await ledger.settle(id, 'settled', used(0.1));
    const error = (await failure(ledger.reserve(subject(), estimate(0.1)))) as BudgetExceededError;
    const { window } = await read(budget);
    expect(error.message).toContain(`It opens at ${window.end.toISOString()}`);
    expect(error.waitMs).toBeGreaterThan(0);
    expect(error.waitMs).toBeLessThanOrEqual(86_400_000);
    await harness.sql('UPDATE creator_usage SET created_at = $1', [new Date(window.start.getTime() - 1)]);
    await ledger.reserve(subject(), estimate(0.1));
  });
});

describe('a warning', () => {
  const warnings = () => harness.sql('SELECT spent_micros::int AS spent FROM budget_warnings');

  it('is noted once for a window, when the spent amount reaches it', async () => {
    const ledger = new UsageLedger(harness.pools);
    await limit();
    const spend = async (amount: number) => ledger.settle(await ledger.reserve(subject(), estimate(amount)), 'settled', used(amount));
    await spend(0.79);
    expect(await warnings()).toEqual([]);
    await spend(0.01);
    expect(await warnings()).toEqual([{ spent: 800_000 }]);
    await Promise.all([spend(0.01), spend(0.01), spend(0.01)]);
    expect(await warnings()).toHaveLength(1);
  });
});

describe('the llm creator under a budget', () => {
  it('makes no call when the budget is used up', async () => {
    const budget = await limit({ amountMicros: 0 });
    expect(await failure(write())).toMatchObject({ code: 'budget_exceeded', budget: { id: budget.id, version: 1 } });
    expect(stub.requests).toHaveLength(0);
  });

  it('reserves the prompt and the longest answer, and settles what was used', async () => {
    const budget = await limit();
    await write([{ ...provider, maxOutputTokens: 1_000 }]);
    expect(await read(budget)).toMatchObject({ reservedMicros: 0, spentMicros: 800 });
    const limits = stub.requests.map((request) => (request as unknown as { max_tokens?: number }).max_tokens);
    expect(limits).toEqual([1_000, 1_000, 1_000, 1_000]);
    stub.answer = () => ({ parts: ['half'], finish: null }); // what was reserved stays
    await failure(write([{ ...provider, maxOutputTokens: 1_000 }]));
    const [row] = await harness.sql<{ cost: number }>(`SELECT cost::float8 FROM creator_usage WHERE state = 'failed'`);
    expect(row?.cost).toBeGreaterThan(0.002); // 1,000 tokens for 2 USD a million, and the prompt
    expect(row?.cost).toBeLessThan(0.004);
  });

  it('names the limit of an answer as the model wants it', async () => {
    const named = (request: object) => ['max_tokens', 'max_completion_tokens'].filter((name) => name in request);
    stub.answer = (request) =>
      'max_tokens' in request
        ? { status: 400, json: { error: { message: "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead." } } }
        : writeArticle(request);
    await write([{ ...provider, maxOutputTokens: 1_000 }]);
    expect(stub.requests.map(named).slice(0, 3)).toEqual([['max_tokens'], ['max_completion_tokens'], ['max_completion_tokens']]);
  });

  it.each<[string, StubAnswer, string, boolean]>([
    ['a refused key', { status: 401, json: { error: { message: 'no' } } }, 'released', false],
    ['a full queue', { status: 429, json: { error: { message: 'slow' } } }, 'released', false],
    ['a gateway that gave up', { status: 504, json: { error: { message: 'late' } } }, 'failed', true],
    ['a stream without its end', { parts: ['half'], finish: null }, 'failed', true],
    ['an answer that was cut off, by its usage', { parts: ['half'], finish: 'length' }, 'failed', true],
  ])('%s costs what it may have cost', async (_what, answer, state, paid) => {
    await limit();
    stub.answer = () => answer;
    await failure(write());
    const [row] = await harness.sql<{ state: string; cost: number }>('SELECT state, cost::float8 FROM creator_usage ORDER BY id LIMIT 1');
    expect(row?.state).toBe(state);
    expect((row?.cost ?? 0) > 0).toBe(paid);
  });

  it('costs nothing when the provider cannot be reached', async () => {
    await limit();
    await failure(write([{ ...provider, baseUrl: 'http://127.0.0.1:1/v1' }]));
    expect(await harness.sql('SELECT state FROM creator_usage')).toEqual([{ state: 'released' }]);
  });

  it('refuses a call of an unknown price, names what to add, and takes the highest cost of a call instead', async () => {
    const unpriced = { ...provider, price: null };
    expect(await write([unpriced])).toMatchObject({ usage: { cost: null } }); // no budget covers the calls
    stub.requests.length = 0;
    const budget = await limit();
    expect(await failure(write([unpriced]))).toMatchObject({
      code: 'incompatible',
      reason: 'price_unknown',
      message: expect.stringMatching(/model "small" of the provider "stub" .* price in USD.*maxCallCost.*CREATOR_LLM_CONFIG/),
    });
    expect(await failure(write([{ ...provider, price: { input: 1, output: 2, currency: 'CNY' } }]))).toMatchObject({
      reason: 'price_unknown',
    });
    expect(stub.requests).toHaveLength(0);
    await write([{ ...unpriced, maxCallCost: { amount: 0.01, currency: 'USD' } }]);
    expect(await read(budget)).toMatchObject({ spentMicros: 40_000 });
  });

  it('does not take the price of the provider for a model that only the request names', async () => {
    await limit();
    const request = requestOf({ options: { model: 'huge' } });
    const create = (changes: Partial<LlmProvider>) => harness.creator([{ ...provider, ...changes }]).create(request, new RecordedRun());
    expect(await failure(create({}))).toMatchObject({ reason: 'price_unknown', message: expect.stringContaining('"huge"') });
    const prices = new Map([['huge', { input: 10, output: 20, currency: 'USD' }]]);
    expect(await create({ prices })).toMatchObject({ usage: { cost: 0.008 } });
  });

  it('calls the next provider when the budget of the first is used up', async () => {
    await limit({ provider: 'first', amountMicros: 0 });
    const providers = ['first', 'second'].map((name) => providerAt(provider.baseUrl, { name }));
    expect(await write(providers)).toMatchObject({ provenance: { providers: ['second'] } });
  });

  it('waits with a finished text for its check, instead of giving it to a person', async () => {
    await limit();
    const prices = new Map([['judge', { input: 1_000, output: 2_000, currency: 'USD' }]]);
    expect(await failure(write([{ ...provider, models: { check: 'judge' }, prices }]))).toMatchObject({ code: 'budget_exceeded' });
    expect(stub.requests).toHaveLength(3);
  });
});
