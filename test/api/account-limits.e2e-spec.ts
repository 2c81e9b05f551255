import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Permission, PERMISSIONS } from '../../src/platform/auth/permissions.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { SseClient } from '../stream/sse-client.ts';
import { type Holdings, LISTS, NOTHING_OF_AN_ACCOUNT, OBJECTS, OTHERS } from './account-routes.ts';
import { ContentClient, type ContentTask, LATER, SOURCES } from './content-client.ts';

interface Execution {
  executionId: string;
  status: string;
}

let server: TestApplication;
let mine: Holdings;
let theirs: Holdings;
/** Of an admin that is limited to the account `mine`. */
let key: string;

beforeAll(async () => {
  server = await startApplication();
  const client = new ContentClient(server.http);
  const holdings = async (): Promise<Holdings> => {
    const { id: account } = await client.createAccount({ sources: SOURCES, language: 'en' });
    const content = await client.generate({ accountId: account, topic: 'Grid storage', keywords: ['storage'], autoApprove: false });
    const ended = await client.ended(content.generationTaskId ?? '');
    const waiting = (await client.submit({ accountId: account, topic: 'Later', runAt: LATER })).body;
    const channel = { name: 'site', kind: 'file', config: { mode: 'publish', folder: 'site' } };
    const { id: channelId } = (await server.http<{ id: string }>('POST', `/accounts/${account}/channels`, channel)).body;
    const { items } = (await server.http<{ items: { id: string }[] }>('POST', `/contents/${content.id}/publish`, {})).body;
    const budget = { name: 'daily', accountId: account, period: 'day', amountMicros: 1_000_000, currency: 'USD' };
    const { id: budgetId } = (await server.http<{ id: string }>('POST', '/budgets', budget)).body;
    const topic = { accountId: account, title: `What the owners of ${account} said` };
    const { id: topicId } = (await server.http<{ id: string }>('POST', '/topics', topic)).body;
    return { account, content, ended, waiting, channelId, entryId: items[0]?.id ?? '', budgetId, topicId };
  };
  mine = await holdings();
  theirs = await holdings();
  key = await server.keyOf('admin', { accountIds: [mine.account] });
});
afterAll(() => server.close());

const call = <Body = Record<string, unknown>>(method: string, path: string, body?: unknown, headers = {}) =>
  server.http<Body>(method, path, body, { authorization: `Bearer ${key}`, ...headers });
const ids = ({ account, content, ended, waiting, entryId, budgetId, topicId }: Holdings) => [
  account,
  content.id,
  ended.executionId,
  waiting.executionId,
  entryId,
  budgetId,
  topicId,
];
const statusOf = async ({ waiting }: Holdings) => (await server.http<Execution>('GET', `/executions/${waiting.executionId}`)).body.status;

it('each route whose permission works within accounts is tested here', async () => {
  type Paths = Record<string, Record<string, { 'x-permission'?: Permission }>>;
  const { paths } = (await server.http<{ paths: Paths }>('GET', '/openapi.json')).body;
  const scoped = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, { 'x-permission': permission }]) =>
      permission !== undefined && PERMISSIONS[permission].scope === 'account'
        ? [`${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`]
        : [],
    ),
  );
  const tested = [...Object.keys(OBJECTS), ...Object.keys(LISTS), ...OTHERS, ...NOTHING_OF_AN_ACCOUNT];
  expect(tested.toSorted()).toEqual(scoped.toSorted());
});

describe('a key that is limited to another account', () => {
  it.each(Object.entries(OBJECTS))('%s: 404', async (route, [path, body, headers]) => {
    const method = route.split(' ')[0] ?? '';
    const { status, text } = await call(method, path(theirs), body, headers);
    const unknown = '01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f';
    expect([status, theirs.content.title !== '' && text.includes(theirs.content.title)]).toEqual([404, false]);
    const nothing = (of: Holdings): Holdings => ({
      account: unknown,
      content: { ...of.content, id: unknown },
      ended: { ...of.ended, taskId: unknown, executionId: unknown },
      waiting: { ...of.waiting, taskId: unknown, executionId: unknown },
      channelId: unknown,
      entryId: unknown,
      budgetId: unknown,
      topicId: unknown,
    });
    const code = (answer: string): unknown => (JSON.parse(answer) as { code: string }).code;
    expect(code(text)).toBe(code((await call(method, path(nothing(theirs)), body, headers)).text));
  });

  it.each(Object.entries(OBJECTS).filter(([route]) => route.startsWith('GET ') && !/stream|:name$/.test(route)))(
    '%s: 200 for its own',
    async (_route, [path]) => {
      expect((await call('GET', path(mine))).status).toBe(200);
    },
  );

  it.each(Object.entries(LISTS))('%s: only its own', async (_route, path) => {
    const own = (await call('GET', path)).text;
    const all = (await server.http('GET', path)).text;
    expect(ids(theirs).filter((id) => own.includes(id))).toEqual([]);
    expect(ids(mine).some((id) => own.includes(id))).toBe(true);
    expect(ids(theirs).some((id) => all.includes(id))).toBe(true);
  });

  it('counts only the entries of its own account in the publish pool', async () => {
    const counted = async (path: string) =>
      Object.values((await call('GET', path)).body as Record<string, number>).reduce((a, b) => a + b, 0);
    expect(await counted(`/pool/status?accountId=${theirs.account}`)).toBe(0);
    expect(await counted('/pool/status')).toBe(await counted(`/pool/status?accountId=${mine.account}`));
    expect(await counted('/pool/status')).toBeGreaterThan(0);
  });

  it('counts only contents of its own account', async () => {
    const total = async (path: string, headers?: object) =>
      (await (headers ? server.http<{ total: number }>('GET', path) : call<{ total: number }>('GET', path))).body.total;
    const own = (await call<{ items: unknown[] }>('GET', '/contents')).body.items.length;
    expect([await total('/contents/counts'), await total(`/contents/counts?accountId=${theirs.account}`)]).toEqual([own, 0]);
    expect(await total('/contents/counts', {})).toBe(2 * own);
  });

  it('filters by an account outside of it: nothing', async () => {
    for (const path of ['/contents', '/content-tasks', '/topics']) {
      expect((await call('GET', `${path}?accountId=${theirs.account}`)).body).toEqual({ items: [], nextCursor: null });
    }
  });

  it('requests content for its account only: another one is an unknown account, by id and by name', async () => {
    const { name } = (await server.http<{ name: string }>('GET', `/accounts/${theirs.account}`)).body;
    for (const account of [{ accountId: theirs.account }, { account: name }]) {
      const { status, body, text } = await call('POST', '/content-tasks', { ...account, topic: 'x' });
      expect([status, body.code]).toEqual([422, 'account_not_found']);
      expect(text.replaceAll(`There is no account "${name}"`, '')).not.toContain(`"${name}"`);
    }
    const own = await call('POST', '/content-tasks', { accountId: mine.account, topic: 'x', runAt: LATER });
    expect(own.status).toBe(202);
  });

  it.each(['/topics', '/topics/import', '/topics/suggest'])('POST %s: another account is an unknown one', async (path) => {
    const body = path === '/topics' ? { title: 'Who owns the grid' } : path === '/topics/import' ? { lines: ['Who owns the grid'] } : {};
    const { status, body: problem } = await call('POST', path, { accountId: theirs.account, ...body });
    expect([status, problem.code]).toEqual([422, 'account_not_found']);
    expect((await call('POST', path, { accountId: mine.account, ...body })).status).toBeLessThan(300);
    await server.sql(`DELETE FROM topics WHERE title = 'Who owns the grid'`);
  });

  it('cannot move a retry to another account', async () => {
    const params = { accountId: theirs.account, topic: 'x' };
    const task = (await call<ContentTask>('POST', '/content-tasks', { accountId: mine.account, topic: 'x', runAt: LATER })).body;
    await call('DELETE', `/content-tasks/${task.taskId}`);
    const { status, body } = await call('POST', `/executions/${task.executionId}/retry`, { params });
    expect([status, body.code]).toEqual([422, 'account_changed']);
  });

  it('cancels only its own by id, by name and all', async () => {
    const { executionId } = theirs.waiting;
    const byIds = await call('DELETE', '/tasks/executions/cancel/by-ids', { executionIds: [executionId, mine.ended.executionId] });
    expect(byIds.body).toMatchObject({ cancelled: [], notFound: [executionId], alreadyFinished: [mine.ended.executionId] });
    const more = await call<ContentTask>('POST', '/content-tasks', { accountId: mine.account, topic: 'x', runAt: LATER });
    const byNames = await call<{ cancelled: string[] }>('DELETE', '/tasks/executions/cancel/by-task-names', {
      taskNames: ['content-generation'],
    });
    expect(byNames.body.cancelled).toContain(more.body.executionId);
    expect(byNames.body.cancelled).not.toContain(executionId);
    await call('POST', '/content-tasks', { accountId: mine.account, topic: 'x', runAt: LATER });
    expect((await call('DELETE', '/tasks/executions/cancel/all')).body).toMatchObject({ count: 1 });
    expect(await statusOf(theirs)).toBe('pending');
  });

  it('changes many only of its own, and sees the operation', async () => {
    const own = await call<ContentTask>('POST', '/content-tasks', { accountId: mine.account, topic: 'x', runAt: LATER });
    const other = await server.http<ContentTask>('POST', '/content-tasks', { accountId: theirs.account, topic: 'x', runAt: LATER });
    const request = { action: 'cancel', filter: { status: ['pending'], since: own.body.submittedAt } };
    const counted = await call('POST', '/executions/bulk', { ...request, preview: true });
    expect(counted.body).toMatchObject({ matched: 1, eligible: 1 });
    const byIds = { action: 'cancel', ids: [other.body.executionId] };
    expect((await call('POST', '/executions/bulk', { ...byIds, preview: true })).body).toMatchObject({ eligible: 0 });
    expect((await call('POST', '/executions/bulk', { ...request, scope: { accountIds: [theirs.account], createdBy: 'x' } })).status).toBe(
      422,
    );
    const { executionId } = (await call<Execution>('POST', '/executions/bulk', request)).body;
    const done = async () => {
      const { status, body } = await call<Execution & { result: unknown }>('GET', `/executions/${executionId}`);
      expect(status).toBe(200);
      return body.status === 'completed' && body.result;
    };
    expect(await waitFor(done, { what: 'the operation to end' })).toMatchObject({ done: 1 });
    expect([await statusOf({ ...mine, waiting: own.body }), await statusOf({ ...theirs, waiting: other.body })]).toEqual([
      'cancelled',
      'pending',
    ]);
  });

  it('gets events of its own tasks only', async () => {
    const stream = await SseClient.open(`${server.url}/events?topics=executions`, { key });
    const client = new ContentClient(server.http);
    const other = (await client.submit({ accountId: theirs.account, topic: 'seen by others', runAt: LATER })).body;
    const own = (await client.submit({ accountId: mine.account, topic: 'seen', runAt: LATER })).body;
    const received = await stream.until('execution', ({ executionId }) => executionId === own.executionId);
    expect(received.data).toMatchObject({ taskName: 'content-generation' });
    expect(stream.events.map(({ data }) => data.executionId)).not.toContain(other.executionId);
    stream.cut();
  });

  it('learns why its execution waits, without the executions of others', async () => {
    const own = (await call<ContentTask>('POST', '/content-tasks', { accountId: mine.account, topic: 'x', runAt: LATER })).body;
    await server.sql('INSERT INTO task_dependencies (task_id, depends_on, on_failure) VALUES ($1, $2, $4), ($1, $3, $4)', [
      own.executionId,
      theirs.waiting.executionId,
      mine.waiting.executionId,
      'cancel',
    ]);
    const { body, text } = await call<{ blockers: { code: string; dependsOn?: object[] }[] }>('GET', `/executions/${own.executionId}/why`);
    expect(body.blockers.find(({ code }) => code === 'dependencies')?.dependsOn).toEqual(
      expect.arrayContaining([
        { executionId: null, status: null, open: true },
        { executionId: mine.waiting.executionId, status: expect.any(String), open: expect.any(Boolean) },
      ]),
    );
    expect(ids(theirs).filter((id) => text.includes(id))).toEqual([]);
    const all = await server.http<typeof body>('GET', `/executions/${own.executionId}/why`);
    expect(all.text).toContain(theirs.waiting.executionId);

    await server.http('POST', '/queues/content/pause');
    const ready = (await call<ContentTask>('POST', '/content-tasks', { accountId: mine.account, topic: 'x' })).body;
    const codes = (answer: typeof body) => answer.blockers.map(({ code }) => code);
    const path = `/executions/${ready.executionId}/why`;
    expect(codes((await call<typeof body>('GET', path)).body)).not.toContain('position');
    expect(codes((await server.http<typeof body>('GET', path)).body)).toContain('position');
    await call('DELETE', `/content-tasks/${ready.taskId}`);
    await server.http('POST', '/queues/content/resume');
  });

  it('submits a batch of contents for its own accounts, and nothing else', async () => {
    const contents = (accountId: string, more: object = {}) => [
      { taskName: 'content-generation', params: { accountId, topic: 'Tides' }, ...more },
    ];
    const submit = (tasks: object[]) => call<{ batchId: string; code: string; title: string }>('POST', '/batches', { name: 'mine', tasks });
    const others = await submit(contents(theirs.account));
    expect([others.status, others.body]).toMatchObject([
      422,
      { errors: [{ pointer: '/tasks/0/params/accountId', code: 'account_not_found' }] },
    ]);
    const named = await submit([...contents(mine.account), { taskName: 'task-cleanup', params: { olderThan: 'P3650D' } }]);
    expect([named.status, named.body.title]).toEqual([403, 'This takes the permission tasks:submit.']);
    const waiting = await submit(contents(mine.account, { dependsOn: [theirs.waiting.executionId] }));
    expect([waiting.status, waiting.body.title]).toEqual([403, 'This takes the permission tasks:submit.']);
    const own = await submit(contents(mine.account));
    expect(own.status).toBe(202);
    expect((await call('GET', `/batches/${own.body.batchId}`)).status).toBe(200);
    expect((await call('DELETE', `/batches/${own.body.batchId}`)).status).toBe(200);
  });

  it('does not see the batches of others', async () => {
    const tasks = [{ taskName: 'task-cleanup', params: { olderThan: 'P3650D' } }];
    const { batchId } = (await server.http<{ batchId: string }>('POST', '/batches', { name: 'x', tasks })).body;
    for (const [method, path] of [
      ['GET', `/batches/${batchId}`],
      ['GET', `/batches/${batchId}/report`],
      ['DELETE', `/batches/${batchId}`],
    ] as const) {
      expect([method, path, (await call(method, path)).status]).toEqual([method, path, 404]);
    }
  });

  it.each([
    ['GET', '/queues', 'queues:read'],
    ['GET', '/api/stats', 'queues:read'],
    ...['metrics', 'recent', 'failed', 'pending', 'stats', 'health', 'report'].map(
      (name) => ['GET', `/monitor/${name}`, 'queues:read'] as const,
    ),
    ['GET', '/limits', 'limits:read'],
    ['GET', '/agents', 'agents:read'],
    ...['alerts', 'alert-rules', 'alert-metrics', 'alert-channels'].map((path) => ['GET', `/${path}`, 'alerts:read'] as const),
    ['POST', '/alert-rules', 'alerts:edit'],
    ['POST', '/alert-channels', 'alerts:edit'],
    ['POST', '/queues/content/pause', 'queues:operate'],
    ['POST', '/tasks/content-generation/execute/api', 'tasks:submit'],
    ['POST', '/accounts', 'accounts:create'],
  ])('%s %s reaches all accounts: 403', async (method, path, permission) => {
    const { status, body } = await call(method, path, method === 'POST' ? {} : undefined);
    expect([status, body.title, body.detail]).toEqual([
      403,
      `This takes the permission ${permission}.`,
      expect.stringContaining('is limited to some accounts, and this reaches the tasks of all.'),
    ]);
  });
});
