import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { BudgetView } from '../../src/content/budgets/budget.dto.ts';
import { CreationError } from '../../src/creators/creation-error.ts';
import type { CreationUsage, WorkPrice } from '../../src/creators/creator.ts';
import { CreatorRegistry } from '../../src/creators/creator.registry.ts';
import { UsageLedger } from '../../src/creators/budgets/usage-ledger.ts';
import { type Account, ContentClient, type ContentTask } from '../api/content-client.ts';
import { startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { ScriptedCreator } from './scripted-creator.ts';

type Budget = Wire<BudgetView>;
const PRICE: WorkPrice = { cost: { amount: 0.5, currency: 'USD' }, setting: 'CREATOR_HTTP_MAX_TASK_COST' };
const usage = (changes: Partial<CreationUsage> = {}): CreationUsage => ({
  promptTokens: 1_200,
  completionTokens: 800,
  cost: 0.2,
  currency: 'USD',
  estimated: false,
  ...changes,
});

let server: TestApplication;
let client: ContentClient;
let creator: ScriptedCreator;
let account: Account;
let made = 0;
beforeAll(async () => {
  server = await startApplication();
  client = new ContentClient(server.http);
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.sql('DELETE FROM budgets');
  await server.sql('DELETE FROM creator_usage');
  await server.sql('DELETE FROM content_fingerprints');
});

const limit = async (changes: object = {}): Promise<Budget> => {
  const body = { name: 'daily', period: 'day', amountMicros: 1_000_000, currency: 'USD', ...changes };
  return (await server.http<Budget>('POST', '/budgets', body)).body;
};
const read = async ({ id }: Budget) => (await server.http<Budget>('GET', `/budgets/${id}`)).body;

/** The registry keeps a name for one creator, so each test has another. */
async function start(
  script: Partial<Pick<ScriptedCreator, 'submitting' | 'polled' | 'usage' | 'price' | 'reported'>>,
): Promise<ContentTask> {
  made += 1;
  creator = Object.assign(new ScriptedCreator(), { price: PRICE, ...script });
  server.app.get(CreatorRegistry).register(`paid-${made}`, creator);
  account = await client.createAccount({ creator: `paid-${made}` });
  return submit();
}
const submit = async () => (await client.submit({ accountId: account.id, topic: `Tides ${made}`, allowDuplicate: true })).body;
const why = async ({ executionId }: ContentTask) =>
  (await server.http<{ blockers: { code: string; detail: string }[] }>('GET', `/executions/${executionId}/why`)).body.blockers;
const rows = () =>
  server.sql<{ state: string; cost: number | null; currency: string | null; tokens: number; estimated: boolean }>(
    `SELECT state, cost::float8 AS cost, currency, prompt_tokens + completion_tokens AS tokens, estimated FROM creator_usage ORDER BY id`,
  );
const settleEnded = () => server.app.get(UsageLedger).settleEndedWork(new AbortController().signal);
/** The task has ended, and its work is settled, which a loop does later. */
async function ended(task: ContentTask) {
  const view = await client.ended(task.taskId);
  await settleEnded();
  return view;
}
const works = (task: ContentTask) => server.sql('SELECT state FROM creator_work WHERE task_id = $1', [task.id]);

describe('work of another system under a budget', () => {
  it('is reserved with its price before it is handed over, and settled with the cost that was reported', async () => {
    const budget = await limit();
    let reserved = -1;
    const submitting = async () => {
      reserved = (await read(budget)).reservedMicros;
      return `w-${made}`;
    };
    const task = await start({ submitting, usage: usage() });
    await ended(task);
    expect(reserved).toBe(500_000);
    expect(await read(budget)).toMatchObject({ reservedMicros: 0, spentMicros: 200_000 });
    expect(await rows()).toEqual([{ state: 'settled', cost: 0.2, currency: 'USD', tokens: 2_000, estimated: false }]);
  });

  it.each<[string, CreationUsage | null, number]>([
    ['no usage', null, 0],
    ['tokens without a cost', usage({ cost: null, currency: null }), 2_000],
    ['a cost in another currency', usage({ currency: 'CNY' }), 2_000],
  ])('costs its price when the system reports %s', async (_what, reported, tokens) => {
    const budget = await limit();
    await ended(await start({ usage: reported }));
    expect(await read(budget)).toMatchObject({ reservedMicros: 0, spentMicros: 500_000 });
    expect(await rows()).toEqual([{ state: 'settled', cost: 0.5, currency: 'USD', tokens, estimated: true }]);
  });

  it('waits for a budget that is used up, with a reason and without a hand-over, and runs when the budget is raised', async () => {
    const budget = await limit({ amountMicros: 400_000 });
    const task = await start({});
    const blocker = await waitFor(async () => (await why(task)).find(({ code }) => code === 'budget'), { what: 'the task to wait' });
    expect(blocker.detail).toContain('The budget "daily"');
    expect(creator.submissions).toEqual([]);
    expect([await rows(), await works(task)]).toEqual([[], []]);
    await client.patch(`/budgets/${budget.id}`, { amountMicros: 500_000 }, '"v1"');
    expect(await client.ended(task.taskId)).toMatchObject({ status: 'completed' });
    expect(creator.submissions).toMatchObject([{ repeated: false }]);
  });

  it('fails closed without a price, and names the setting', async () => {
    await limit();
    const task = await start({ price: { ...PRICE, cost: null } });
    expect(await client.ended(task.taskId)).toMatchObject({
      status: 'failed',
      errorMessage: expect.stringMatching(/price of a task of the creator "paid-\d+" is not known.*Set CREATOR_HTTP_MAX_TASK_COST/),
    });
    expect(creator.submissions).toEqual([]);
    await server.sql('DELETE FROM budgets');
    await ended(await submit()); // no budget covers it
    expect(await rows()).toEqual([{ state: 'settled', cost: null, currency: null, tokens: 0, estimated: true }]);
  });

  it('is reserved with the highest cost that the system reports, where no setting gives a price', async () => {
    const budget = await limit();
    let reserved = -1;
    const submitting = async () => {
      reserved = (await read(budget)).reservedMicros;
      return `w-${made}`;
    };
    const task = await start({ price: { ...PRICE, cost: null }, reported: { amount: 0.7, currency: 'USD' }, submitting });
    await ended(task);
    expect([reserved, (await read(budget)).spentMicros]).toEqual([700_000, 700_000]);
    creator.reported = { amount: 0.7, currency: 'CNY' };
    expect(await client.ended((await submit()).taskId)).toMatchObject({
      status: 'failed',
      errorMessage: expect.stringContaining('is in CNY'),
    });
  });

  it('keeps its reservation while it runs, however long, and after it was given up', async () => {
    const budget = await limit();
    const task = await start({ polled: () => ({ state: 'running', progress: null, step: null }) });
    await waitFor(async () => (await works(task))[0], { what: 'the hand-over' });
    await waitFor(async () => (await rows())[0], { what: 'the reservation' });
    await server.sql(`UPDATE creator_usage SET created_at = created_at - interval '1 s'`);
    expect(await server.app.get(UsageLedger).closeLost(0)).toBe(0);
    expect(await read(budget)).toMatchObject({ reservedMicros: 500_000, spentMicros: 0 });
    await server.http('DELETE', `/content-tasks/${task.taskId}`);
    await waitFor(async () => (await server.app.get(UsageLedger).closeLost(0)) > 0 || (await rows())[0]?.state === 'lost', {
      what: 'the reservation of the given up work to be closed',
    });
    expect(await read(budget)).toMatchObject({ reservedMicros: 0, spentMicros: 500_000 });
  });

  it('that the system refused costs nothing; that failed there costs what the system says, else its price', async () => {
    const refused = new CreationError('invalid_input', 'no such section');
    await client.ended((await start({ submitting: () => Promise.reject(refused) })).taskId);
    expect((await rows()).map(({ state, cost }) => [state, cost])).toEqual([['released', 0]]);
    await server.sql('DELETE FROM creator_usage');
    const error = new CreationError('invalid_input', 'no');
    await client.ended((await start({ polled: () => ({ state: 'failed', error, usage: usage({ cost: 0.1 }) }) })).taskId);
    await client.ended((await start({ polled: () => ({ state: 'failed', error }) })).taskId);
    const costs = (await rows()).map(({ state, cost }) => [state, cost]);
    expect(costs.filter(([state]) => state === 'failed').length).toBe(costs.length);
    expect(new Set(costs.map(([, cost]) => cost))).toEqual(new Set([0.1, 0.5]));
  });

  it('is reserved once for a hand-over that is repeated after a lost answer', async () => {
    const lost = new CreationError('timeout', 'no answer');
    const task = await start({
      submitting: (count) => (count === 1 ? Promise.reject(lost) : Promise.resolve(`w-${made}`)),
      usage: usage({ cost: 0.3 }),
    });
    expect(await ended(task)).toMatchObject({ status: 'completed', retryCount: 1 });
    expect((await rows()).map(({ state, cost }) => [state, cost])).toEqual([['settled', 0.3]]);
  });

  it('is settled by a loop', async () => {
    const budget = await limit();
    await client.ended((await start({ usage: usage() })).taskId);
    const spent = async () => (await read(budget)).spentMicros || undefined;
    expect(await waitFor(spent, { what: 'the loop to settle the work' })).toBe(200_000);
  });

  it('is settled once by any number of processes, and with its report also when the process ended before', async () => {
    await limit();
    const task = await start({ usage: usage() });
    await client.ended(task.taskId);
    const [work] = await server.sql<{ id: string }>('SELECT id FROM creator_work WHERE task_id = $1', [task.id]);
    const reopen = `UPDATE creator_usage SET state = 'reserved', cost = 0.5, settled_at = NULL, created_at = created_at - interval '1 s' WHERE id = $1`;
    await settleEnded();
    await server.sql(reopen, [work?.id]);
    await server.app.get(UsageLedger).closeLost(0);
    await Promise.all([settleEnded(), settleEnded(), settleEnded()]);
    expect(await rows()).toEqual([{ state: 'settled', cost: 0.2, currency: 'USD', tokens: 2_000, estimated: false }]);
    // A failure with a report, and a process that ended before it settled the work.
    await server.sql(`UPDATE creator_work SET state = 'failed' WHERE id = $1`, [work?.id]);
    await server.sql(reopen, [work?.id]);
    await server.app.get(UsageLedger).closeLost(0);
    await settleEnded();
    expect((await rows()).map(({ state, cost }) => [state, cost])).toEqual([['failed', 0.2]]);
  });

  it('is limited by budgets of the creators cli and http by name', async () => {
    expect(
      (await server.http<Budget>('POST', '/budgets', { name: 'a', period: 'day', amountMicros: 1, currency: 'USD', provider: 'http' }))
        .status,
    ).toBe(201);
    expect(
      (await server.http<Budget>('POST', '/budgets', { name: 'b', period: 'day', amountMicros: 1, currency: 'USD', provider: 'cli' }))
        .status,
    ).toBe(201);
  });
});
