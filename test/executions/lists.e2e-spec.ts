import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExecutionCounts } from '../../src/tasks/executions/execution-counts.view.ts';
import type { ExecutionView } from '../../src/tasks/executions/execution.view.ts';
import type { TaskStatistics } from '../../src/tasks/executions/task-statistics.view.ts';
import type { TaskCatalogueItem } from '../../src/tasks/service/tasks.view.ts';
import { type Content, ContentClient, LATER, SOURCES } from '../api/content-client.ts';
import { startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';

type Execution = Wire<ExecutionView>;
interface Page {
  items: Execution[];
  nextCursor: string | null;
}
interface Submitted {
  executionId: string;
}

let server: TestApplication;
let mine = '';
let theirs = '';
let content: Content;
let waiting: string[] = [];
/** Of an admin that is limited to the account `mine`. */
let key = '';

beforeAll(async () => {
  server = await startApplication({
    handlers: [{ name: 'broken', maxAttempts: 1, handle: () => Promise.reject(Object.assign(new Error('x'), { code: 'ECONNRESET' })) }],
  });
  const client = new ContentClient(server.http);
  mine = (await client.createAccount({ sources: SOURCES, language: 'en' })).id;
  theirs = (await client.createAccount({ sources: SOURCES, language: 'en' })).id;
  content = await client.generate({ accountId: mine, topic: 'Grid storage', autoApprove: false });
  const later = async (accountId: string, topic: string) => (await client.submit({ accountId, topic, runAt: LATER })).body.executionId;
  waiting = [await later(mine, '储能的未来'), await later(mine, '100% of the grid'), await later(theirs, 'Grid of others')];
  key = await server.keyOf('admin', { accountIds: [mine] });
  const { executionId } = (await server.http<Submitted>('POST', '/tasks/broken/execute/api', {})).body;
  await waitFor(async () => (await server.http<Execution>('GET', `/executions/${executionId}`)).body.status === 'failed', {
    what: 'the end',
  });
});
afterAll(() => server.close());

const limited = { get: () => ({ authorization: `Bearer ${key}` }) };
async function list(query: Record<string, string>, headers = {}): Promise<Execution[]> {
  const { status, body } = await server.http<Page>('GET', `/executions?${new URLSearchParams(query).toString()}`, undefined, headers);
  expect(status).toBe(200);
  return body.items;
}
async function count(query: Record<string, string>, headers = {}): Promise<Wire<ExecutionCounts>> {
  const { status, body } = await server.http<Wire<ExecutionCounts>>(
    'GET',
    `/executions/counts?${new URLSearchParams(query).toString()}`,
    undefined,
    headers,
  );
  expect(status).toBe(200);
  return body;
}
const idsOf = (items: Execution[]) => items.map(({ executionId }) => executionId);

describe('an execution in a list', () => {
  it('says what it is about, for which account, and what it wrote', async () => {
    const [task] = await list({ q: 'grid storage', taskName: 'content-generation' });
    expect(task).toMatchObject({
      subject: 'Grid storage',
      accountId: mine,
      contentId: content.id,
      batchId: null,
      parentId: null,
      heartbeatAt: null,
    });
    expect(task?.version).toBeGreaterThanOrEqual(3);
  });
});

describe('the filters', () => {
  it.each<[string, () => Record<string, string>, () => string[]]>([
    ['words of the topic', () => ({ q: 'grid' }), () => [waiting[2] ?? '', waiting[1] ?? '', content.generationTaskId ?? '']],
    ['words in any order and case', () => ({ q: 'GRID the 100%' }), () => [waiting[1] ?? '']],
    ['Chinese words', () => ({ q: '储能' }), () => [waiting[0] ?? '']],
    ['words of the task name', () => ({ q: 'broken', status: 'completed' }), () => []],
    ['the beginning of an id', () => ({ q: waiting[1]?.slice(0, 30) ?? '' }), () => [waiting[1] ?? '']],
    ['an account', () => ({ accountId: theirs }), () => [waiting[2] ?? '']],
    ['an account and a word', () => ({ accountId: mine, q: '未来' }), () => [waiting[0] ?? '']],
    ['the end, a duration ago', () => ({ finishedSince: 'PT1H', taskName: 'content-generation' }), () => [content.generationTaskId ?? '']],
    ['an end long ago', () => ({ finishedUntil: 'P1D' }), () => []],
    ['a submission long ago', () => ({ until: 'P1D' }), () => []],
  ])('%s', async (_name, query, expected) => {
    expect(idsOf(await list(query()))).toEqual(expected());
    expect((await count(query())).total).toBe(expected().length);
  });

  it('the code of the last failure', async () => {
    const failed = await list({ errorCode: 'ECONNRESET' });
    expect(failed.map(({ taskName, error }) => [taskName, error?.code])).toEqual([['broken', 'ECONNRESET']]);
    expect(await list({ errorCode: 'other' })).toEqual([]);
  });

  it.each([
    ['q=', 'q'],
    [`q=${'x'.repeat(201)}`, 'q'],
    ['q=a+b+c+d+e+f+g+h+i+j+k', 'q'],
    ['since=24h', 'since'],
    ['finishedSince=yesterday', 'finishedSince'],
    ['accountId=mine', 'accountId'],
  ])('reject %s', async (query, name) => {
    for (const path of ['/executions', '/executions/counts']) {
      const { status, body } = await server.http<{ code: string; errors: { pointer: string }[] }>('GET', `${path}?${query}`);
      expect([status, body.code, body.errors[0]?.pointer]).toEqual([400, 'invalid_query', `/${name}`]);
    }
  });

  it('page through a search that examines few rows', async () => {
    const first = (await server.http<Page>('GET', '/executions?q=grid&limit=2')).body;
    const second = (await server.http<Page>('GET', `/executions?q=grid&limit=2&cursor=${first.nextCursor ?? ''}`)).body;
    expect([idsOf(first.items), idsOf(second.items), second.nextCursor]).toEqual([
      [waiting[2], waiting[1]],
      [content.generationTaskId],
      null,
    ]);
  });
});

describe('the counts', () => {
  it('are those of the list, for each status', async () => {
    const all = await list({});
    const { items, total, approx } = await count({});
    expect([total, approx, items.length]).toEqual([all.length, false, 7]);
    for (const { status, count: one } of items)
      expect([status, one]).toEqual([status, all.filter((task) => task.status === status).length]);
    expect((await count({ status: 'failed' })).items).toEqual([{ status: 'failed', count: 1, approx: false }]);
  });

  it('of a limited caller are its own', async () => {
    const queries: Record<string, string>[] = [{}, { q: 'grid' }, { status: 'pending' }];
    for (const query of queries) {
      const own = await list(query, limited.get());
      expect(own.every(({ accountId }) => accountId === mine)).toBe(true);
      expect((await count(query, limited.get())).total).toBe(own.length);
    }
    expect([idsOf(await list({ accountId: theirs }, limited.get())), (await count({ accountId: theirs }, limited.get())).total]).toEqual([
      [],
      0,
    ]);
  });
});

describe('a named task', () => {
  it('has the whole schema of its params', async () => {
    const { body, text } = await server.http<TaskCatalogueItem>('GET', '/tasks/content-generation');
    expect(body).toMatchObject({
      name: 'content-generation',
      paramsSchema: { type: 'object', properties: { topic: { type: 'string', maxLength: 300 } } },
    });
    expect(text).not.toContain('$ref');
    expect((await server.http('GET', '/tasks/content-generator')).status).toBe(404);
    expect((await server.http<TaskCatalogueItem>('GET', '/tasks/broken')).body.paramsSchema).toBeNull();
  });

  it('has the numbers and the steps of its newest executions', async () => {
    const { body } = await server.http<Wire<TaskStatistics>>('GET', '/tasks/content-generation/stats');
    expect(body).toMatchObject({ count: 4, completed: 1, failed: 0, successRate: 1, p50Ms: expect.any(Number), p95Ms: body.p50Ms });
    const run = body.runs.find(({ executionId }) => executionId === content.generationTaskId);
    expect(run).toMatchObject({ status: 'completed', attempt: 1, errorCode: null });
    expect(body.steps).toEqual(run?.steps.map(({ step }) => step));
    const failed = (await server.http<Wire<TaskStatistics>>('GET', '/tasks/broken/stats')).body;
    expect(failed).toMatchObject({
      count: 1,
      failed: 1,
      successRate: 0,
      p50Ms: null,
      runs: [{ status: 'failed', errorCode: 'ECONNRESET' }],
    });
  });

  it('shows a limited caller its own executions', async () => {
    const { body, text } = await server.http<Wire<TaskStatistics>>('GET', '/tasks/content-generation/stats', undefined, limited.get());
    expect([body.count, text.includes(waiting[2] ?? '')]).toEqual([3, false]);
  });
});

describe('a bulk operation', () => {
  it('selects by account and by words, as the list does', async () => {
    const preview = async (filter: object, headers = {}) =>
      (await server.http<{ matched: number }>('POST', '/executions/bulk', { action: 'cancel', filter, preview: true }, headers)).body
        .matched;
    expect(await preview({ q: 'grid', status: ['pending'] })).toBe(2);
    expect(await preview({ accountId: theirs })).toBe(1);
    expect(await preview({ accountId: theirs }, limited.get())).toBe(0);
    expect(await preview({ q: 'grid', status: ['pending'] }, limited.get())).toBe(1);
    expect(await preview({ since: 'PT1H', q: '储能' })).toBe(1);
  });

  it('counts a duration from its submission', async () => {
    const filter = { q: '储能', since: 'PT1H', status: ['pending'] };
    const { executionId } = (await server.http<Submitted>('POST', '/executions/bulk', { action: 'reprioritise', priority: 9, filter }))
      .body;
    const done = async () => {
      const { body } = await server.http<Execution>('GET', `/executions/${executionId}`);
      return body.status === 'completed' && body.result;
    };
    expect(await waitFor(done, { what: 'the operation' })).toMatchObject({ matched: 1, done: 1 });
  });
});
