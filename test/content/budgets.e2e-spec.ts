import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LLMock } from '@copilotkit/aimock';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BudgetView } from '../../src/content/budgets/budget.dto.ts';
import { articleMock } from '../creators/article-mock.ts';
import { type Account, ContentClient, type ContentTask, LATER } from '../api/content-client.ts';
import { startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { waitFor } from '../support/wait-for.ts';

type Budget = Wire<BudgetView>;
interface Why {
  blockers: { code: string; open: boolean; detail: string; until?: string }[];
  earliestStart: string | null;
}

const folder = mkdtempSync(join(tmpdir(), 'contenthub-budgets-'));
const config = join(folder, 'llm.yaml');
let mock: LLMock;
let server: TestApplication;
let client: ContentClient;
let account: Account;

const settings = { CREATOR_LLM_CONFIG: config, BUDGET_TEST_KEY: 'sk-test' };
const calls = () => mock.getRequests().filter(({ path }) => path.endsWith('/chat/completions')).length;

beforeAll(async () => {
  mock = articleMock();
  await mock.start();
  const provider = { baseUrl: `${mock.url}/v1`, apiKeyVariable: 'BUDGET_TEST_KEY', model: 'small', maxOutputTokens: 2_000 };
  const price = { input: 1, output: 2, currency: 'USD' };
  writeFileSync(config, JSON.stringify({ providers: { stub: { ...provider, price } } }));
  server = await startApplication({ quickLoops: ['budgets'], settings });
  client = new ContentClient(server.http);
  account = await client.createAccount({ creator: 'llm' });
});
afterAll(async () => {
  await server.close();
  await mock.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  mock.clearRequests();
  await server.sql('DELETE FROM budgets');
});

const limit = async (changes: object = {}) => {
  const body = { name: 'daily', period: 'day', amountMicros: 0, currency: 'USD', ...changes };
  const answer = await server.http<Budget>('POST', '/budgets', body);
  expect(answer).toMatchObject({ status: 201, body: { version: 1 } });
  expect(answer.headers.get('etag')).toBe('"v1"');
  return answer.body;
};
const submit = async (accountId = account.id) => (await client.submit({ accountId, topic: 'grid storage', allowDuplicate: true })).body;
const task = async (taskId: string) => (await server.http<ContentTask>('GET', `/content-tasks/${taskId}`)).body;
const why = async (executionId: string, headers = {}) =>
  (await server.http<Why>('GET', `/executions/${executionId}/why`, undefined, headers)).body;
const attemptOf = async (id: string) =>
  (await server.sql<{ attempt: number }>('SELECT attempt FROM tasks WHERE id = $1', [id]))[0]?.attempt;
const waiting = (executionId: string) =>
  waitFor(async () => (await why(executionId)).blockers.find(({ code }) => code === 'budget'), { what: 'the task to wait for its budget' });

describe('a task whose budget is used up', () => {
  it('waits for the next window with a reason, frees its slot, keeps its attempt and calls nothing', async () => {
    const budget = await limit();
    const { taskId, executionId } = await submit();
    const blocker = await waiting(executionId);
    expect(blocker).toEqual({
      code: 'budget',
      open: false,
      detail: expect.stringContaining(`The budget "daily" (${budget.id}) has no room for its next call: 0.00 USD of 0.00 USD a day`),
      until: expect.any(String),
    });
    // The next midnight, and the few milliseconds that the statement took.
    const late = new Date(blocker.until ?? '').getTime() - new Date(budget.windowEnd).getTime();
    expect(late).toBeGreaterThanOrEqual(0);
    expect((await why(executionId)).earliestStart).toBe(blocker.until);
    expect(await task(taskId)).toMatchObject({ status: 'pending', phase: 'waiting' });
    expect(await attemptOf(executionId)).toBe(0);
    expect(calls()).toBe(0);
    expect(await server.sql('SELECT FROM creator_usage WHERE task_id = $1', [executionId])).toEqual([]);

    const key = await server.keyOf('viewer', { accountIds: [account.id] });
    const seen = (await why(executionId, { authorization: `Bearer ${key}` })).blockers.find(({ code }) => code === 'budget');
    expect(seen?.detail).toMatch(/^A budget of the installation is used up\. The task tries again at/);
    await server.http('DELETE', `/budgets/${budget.id}`);
    await client.ended(taskId);
  });

  it.each<[string, (budget: Budget) => Promise<{ status: number }>]>([
    ['raised', ({ id }) => client.patch(`/budgets/${id}`, { amountMicros: 1_000_000 }, '"v1"')],
    ['disabled', ({ id }) => client.patch(`/budgets/${id}`, { enabled: false }, '"v1"')],
    ['removed', ({ id }) => server.http('DELETE', `/budgets/${id}`)],
  ])('runs as soon as the budget is %s', async (_change, change) => {
    const budget = await limit();
    const { taskId, executionId } = await submit();
    await waiting(executionId);
    expect((await change(budget)).status).toBeLessThan(300);
    expect(await client.ended(taskId)).toMatchObject({ status: 'completed' });
    expect(await attemptOf(executionId)).toBe(1);
    expect(calls()).toBe(4);
    expect((await why(executionId)).blockers.map(({ code }) => code)).toEqual(['final']);
    expect(await server.sql('SELECT FROM budget_waits')).toEqual([]);
  });

  it('stays where it is when only another budget is changed', async () => {
    const budget = await limit();
    const other = await limit({ name: 'other', accountId: account.id, amountMicros: 1_000_000 });
    const { executionId } = await submit();
    const { until } = await waiting(executionId);
    await client.patch(`/budgets/${other.id}`, { amountMicros: 2_000_000 }, '"v1"');
    expect((await waiting(executionId)).until).toBe(until);
    await server.http('DELETE', `/budgets/${budget.id}`);
    await waitFor(async () => (await server.sql('SELECT FROM tasks WHERE terminal_at IS NULL')).length === 0, { what: 'the task to end' });
  });

  it('is resumed by the loop when its budget was changed before the task had begun to wait', async () => {
    const budget = await limit();
    const { taskId, executionId } = await submit();
    await waiting(executionId);
    // As if the request had found the task running.
    await server.sql('UPDATE budgets SET amount_micros = 1000000, version = version + 1 WHERE id = $1', [budget.id]);
    expect(await client.ended(taskId)).toMatchObject({ status: 'completed' });
  });

  it('keeps the time of a task that waits for another reason', async () => {
    const budget = await limit();
    const later = (await client.submit({ accountId: account.id, topic: 'later', runAt: LATER })).body;
    const waits = () => server.sql('SELECT FROM budget_waits WHERE task_id = $1', [later.executionId]);
    await server.sql('INSERT INTO budget_waits (task_id, budget_id, budget_version) VALUES ($1, $2, 0)', [later.executionId, budget.id]);
    await waitFor(async () => (await waits()).length === 0, { what: 'the loop to look at the wait' });
    expect(await server.sql('SELECT run_at FROM tasks WHERE id = $1', [later.executionId])).toEqual([{ run_at: new Date(LATER) }]);
    await server.http('DELETE', `/content-tasks/${later.taskId}`);
  });

  it('fails with what to do when the price of its model is unknown', async () => {
    await limit({ amountMicros: 1_000_000, currency: 'CNY' });
    const { taskId } = await submit();
    expect(await client.ended(taskId)).toMatchObject({ status: 'failed', errorMessage: expect.stringContaining('CREATOR_LLM_CONFIG') });
    expect(calls()).toBe(0);
  });
});

it('a window that opens lets the task run', async () => {
  const database: TestDatabase = await createTestDatabase();
  const start = () => startApplication({ quickLoops: ['budgets'], settings, databaseUrl: database.url });
  let open = await start();
  const client = new ContentClient(open.http);
  const { id } = await client.createAccount({ creator: 'llm' });
  // An article costs about 2,500 millionths, and each of its calls needs at most 5,000.
  const body = { name: 'daily', period: 'day', amountMicros: 50_000, currency: 'USD' };
  const budget = (await open.http<Budget>('POST', '/budgets', body)).body;
  await open.sql(
    `INSERT INTO creator_usage (id, task_id, attempt, account_id, creator, provider, model, step, state, prompt_tokens, completion_tokens, cost, currency, estimated, created_at, settled_at)
     VALUES ($1, $1, 1, $2, 'llm', 'stub', 'small', 'draft', 'settled', 1, 1, 0.05, 'USD', false, now(), now())`,
    [budget.id, id],
  );
  const { taskId, executionId } = (await client.submit({ accountId: id, topic: 'grid storage' })).body;
  const waits = async () => (await open.sql(`SELECT FROM tasks WHERE id = $1 AND reason = 'snooze'`, [executionId])).length === 1;
  await waitFor(waits, { what: 'the task to wait' });
  expect(calls()).toBe(0);
  const [{ name } = { name: '' }] = await open.sql<{ name: string }>('SELECT current_database() AS name');
  await open.sql(`ALTER DATABASE ${name} SET app.skew = '1 day'`);
  await open.close();
  open = await start();
  try {
    expect(await new ContentClient(open.http).ended(taskId)).toMatchObject({ status: 'completed' });
    expect(calls()).toBeGreaterThan(0);
  } finally {
    await open.close();
    await database.drop();
  }
});

describe('budgets over HTTP', () => {
  it('are created, listed with what they hold, changed with their version, and removed', async () => {
    const { id, ...created } = await limit({ provider: 'stub', accountId: account.id, amountMicros: 5_000_000, timeZone: 'Asia/Shanghai' });
    expect(created).toMatchObject({ accountId: account.id, provider: 'stub', warnPercent: 80, enabled: true });
    expect(created.remainingMicros + created.spentMicros).toBe(5_000_000);
    expect(created.windowEnd).toMatch(/T16:00:00.000Z$/);
    await client.generate({ accountId: account.id, topic: 'grid storage' });
    const { items } = (await server.http<{ items: Budget[] }>('GET', '/budgets')).body;
    expect(items).toEqual([expect.objectContaining({ id, spentMicros: expect.any(Number), reservedMicros: 0 })]);
    const { spentMicros = 0, remainingMicros } = items[0] ?? {};
    expect(spentMicros).toBeGreaterThan(created.spentMicros);
    expect(remainingMicros).toBe(5_000_000 - spentMicros);
    expect((await client.patch(`/budgets/${id}`, { name: 'x' }, '"v7"')).status).toBe(412);
    expect((await server.http('PATCH', `/budgets/${id}`, { name: 'x' })).status).toBe(428);
    const { body } = await client.patch(`/budgets/${id}`, { name: 'weekly', period: 'week' }, '"v1"');
    expect(body).toMatchObject({ name: 'weekly', period: 'week', version: 2 });
    expect((await server.http('DELETE', `/budgets/${id}`)).status).toBe(204);
    expect((await server.http('GET', `/budgets/${id}`)).status).toBe(404);
  });

  it.each([
    [{ period: 'year' }, '/period'],
    [{ amountMicros: 1.5 }, '/amountMicros'],
    [{ currency: 'dollars' }, '/currency'],
    [{ timeZone: 'Mars/Olympus' }, '/timeZone'],
    [{ warnPercent: 0 }, '/warnPercent'],
    [{ provider: 'stubb' }, '/provider'],
  ])('reject %j', async (changes, pointer) => {
    const body = { name: 'daily', period: 'day', amountMicros: 1, currency: 'USD', ...changes };
    const answer = await server.http<{ errors: { pointer: string }[] }>('POST', '/budgets', body);
    expect([answer.status, answer.body.errors[0]?.pointer]).toEqual([422, pointer]);
  });

  it('of a limited caller are those of its accounts, which it cannot change', async () => {
    const other = await client.createAccount();
    const mine = await limit({ accountId: account.id });
    const theirs = await limit({ accountId: other.id });
    const all = await limit();
    const headers = { authorization: `Bearer ${await server.keyOf('admin', { accountIds: [account.id] })}` };
    const call = (method: string, path: string, body?: object) => server.http<{ items: Budget[] }>(method, path, body, headers);
    expect((await call('GET', '/budgets')).body.items.map(({ id }) => id)).toEqual([mine.id]);
    const statuses = [mine, theirs, all].map(async ({ id }) => (await call('GET', `/budgets/${id}`)).status);
    expect(await Promise.all(statuses)).toEqual([200, 404, 404]);
    expect((await call('DELETE', `/budgets/${mine.id}`)).status).toBe(403);
    await Promise.all([mine, theirs, all].map(({ id }) => server.http('DELETE', `/budgets/${id}`)));
  });

  it('have their calls summed by account, provider, model, step and time', async () => {
    const other = await client.createAccount({ creator: 'llm' });
    const { id } = await limit({ accountId: other.id, amountMicros: 9_000_000 });
    await client.generate({ accountId: other.id, topic: 'grid storage' });
    type Row = Record<string, string | number | null>;
    interface Usage {
      items: Row[];
      totals: Row[];
      truncated: boolean;
      budgets: Budget[];
    }
    const usage = async (query: string, headers = {}) => (await server.http<Usage>('GET', `/usage?${query}`, undefined, headers)).body;
    const mine = await usage(`accountId=${other.id}&groupBy=step&groupBy=day&groupBy=account`);
    const today = new Date().toISOString().slice(0, 10);
    expect(new Set(mine.items.map(({ step }) => step))).toEqual(new Set(['check/0', 'draft/1', 'draft/2', 'outline']));
    expect(mine.items).toHaveLength(4);
    for (const row of mine.items)
      expect(row).toMatchObject({ accountId: other.id, model: null, calls: 1, currency: 'USD', reservedMicros: 0 });
    expect(mine.items.every(({ period }) => String(period) <= today)).toBe(true);
    expect(mine.totals).toEqual([expect.objectContaining({ calls: 4, currency: 'USD', unpricedCalls: 0 })]);
    const spent = mine.items.reduce((sum, { spentMicros }) => sum + Number(spentMicros), 0);
    expect(mine.budgets).toEqual([expect.objectContaining({ id, spentMicros: spent, remainingMicros: 9_000_000 - spent })]);
    expect((await usage('to=2001-01-01T00:00:00Z')).items).toEqual([]);
    expect((await server.http('GET', '/usage?groupBy=colour')).status).toBe(400);

    const limited = { authorization: `Bearer ${await server.keyOf('viewer', { accountIds: [other.id] })}` };
    expect((await usage('groupBy=account', limited)).items.map(({ accountId }) => accountId)).toEqual([other.id]);
    expect(await usage(`accountId=${account.id}`, limited)).toMatchObject({ items: [], totals: [] });
    await server.http('DELETE', `/budgets/${id}`);
  });

  it('write one event for a window that reaches its warning', async () => {
    const { id } = await limit({ amountMicros: 1_000_000, warnPercent: 1 });
    const usage = `INSERT INTO creator_usage (id, task_id, attempt, account_id, creator, provider, model, step, state, prompt_tokens, completion_tokens, cost, currency, estimated, created_at, settled_at)
      VALUES (gen_random_uuid(), gen_random_uuid(), 1, $1, 'llm', 'stub', 'small', 'draft', 'settled', 1, 1, 0.2, 'USD', false, now(), now())`;
    await server.sql(usage, [account.id]);
    await client.generate({ accountId: account.id, topic: 'grid storage' });
    const events = () => server.sql(`SELECT payload FROM events WHERE type = 'budget.warned' AND aggregate_id = $1`, [id]);
    await waitFor(async () => (await events()).length > 0, { what: 'the event' });
    await client.generate({ accountId: account.id, topic: 'grid storage' });
    await waitFor(async () => (await server.sql('SELECT FROM budget_warnings WHERE reported_at IS NULL')).length === 0, {
      what: 'no more',
    });
    expect(await events()).toEqual([
      { payload: expect.objectContaining({ budgetId: id, name: 'daily', warnPercent: 1, amountMicros: 1_000_000, accountId: null }) },
    ]);
  });
});
