import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CleanerLoop } from '../../src/engine/maintenance/cleaner-loop.ts';
import type { OperationPage } from '../../src/platform/auth/audit/operation-audit.dto.ts';
import { runCli } from '../cli/run-cli.ts';
import { startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { routesOf } from './routes.ts';
import { waitFor } from '../support/wait-for.ts';

let server: TestApplication;
let operator: string;

beforeAll(async () => {
  server = await startApplication();
  operator = await server.keyOf('operator');
});
beforeEach(() => server.sql('DELETE FROM operation_audit'));
afterAll(() => server.close());

const call = (method: string, path: string, body?: unknown) => server.http(method, path, body, { authorization: `Bearer ${operator}` });

/** The rows, once each has the status of its answer and, when that is a success, what was changed. Both follow the answer. */
const rows = (count: number) =>
  waitFor(
    async () => {
      const complete = await server.sql(
        `SELECT actor_type AS type, actor_name AS name, permission, method, path, status FROM operation_audit
         WHERE status >= 400 OR changes IS NOT NULL ORDER BY id`,
      );
      return complete.length === count && complete;
    },
    { what: `${count} complete rows` },
  );

it('each change by a caller is recorded with the type, id and name of the caller, and the status', async () => {
  await call('POST', '/queues/content/pause');
  await call('POST', '/queues/content/resume');
  await call('PUT', '/queues/content/strategy', { strategy: 'fair' });
  await call('PUT', '/limits/customer-42?x=secret', { maxRunning: 4 });
  await call('PUT', '/limits/customer-42', { maxRunning: 4 });
  await call('DELETE', '/limits/customer-42');
  await call('POST', '/tasks/task-cleanup/pause');
  await call('POST', '/tasks/task-cleanup/resume');
  const by = { type: 'key', name: "the operator's key" };
  expect(await rows(8)).toEqual([
    { ...by, permission: 'queues:operate', method: 'POST', path: '/queues/content/pause', status: 200 },
    { ...by, permission: 'queues:operate', method: 'POST', path: '/queues/content/resume', status: 200 },
    { ...by, permission: 'queues:operate', method: 'PUT', path: '/queues/content/strategy', status: 200 },
    { ...by, permission: 'limits:set', method: 'PUT', path: '/limits/customer-42', status: expect.any(Number) },
    { ...by, permission: 'limits:set', method: 'PUT', path: '/limits/customer-42', status: 200 },
    { ...by, permission: 'limits:set', method: 'DELETE', path: '/limits/customer-42', status: 204 },
    { ...by, permission: 'tasks:pause', method: 'POST', path: '/tasks/task-cleanup/pause', status: 200 },
    { ...by, permission: 'tasks:pause', method: 'POST', path: '/tasks/task-cleanup/resume', status: 200 },
  ]);
  const [{ id } = { id: '' }] = await server.sql<{ id: string }>(`SELECT id FROM api_keys WHERE name = $1`, [by.name]);
  expect(await server.sql('SELECT DISTINCT actor_id AS id FROM operation_audit')).toEqual([{ id }]);
});

it('a change that fails is recorded with its status; reads, rejected requests and tasks are not recorded here', async () => {
  await call('POST', '/queues/nothing/pause');
  await call('GET', '/queues');
  await call('POST', '/keys', { name: 'x', roles: ['admin'] });
  await call('POST', '/tasks/task-cleanup/execute/api', { params: { olderThan: 'P3650D' } });
  expect(await rows(1)).toEqual([expect.objectContaining({ path: '/queues/nothing/pause', status: 404 })]);
});

/** What the only row says once it is complete. */
const only = () =>
  waitFor(
    async () => {
      const [row] = await server.sql<{
        changes: { field: string; before?: string; after?: string }[] | null;
        reason: string | null;
        requestId: string;
      }>('SELECT changes, reason, request_id AS "requestId" FROM operation_audit');
      return row !== undefined && row.changes !== null && { ...row, changes: row.changes };
    },
    { what: 'the row with its changes' },
  );

describe('what a change changed', () => {
  const createAccount = async (members: object) =>
    (await server.http<{ id: string }>('POST', '/accounts', { platform: 'blog', ...members })).body.id;

  it('is each member that differs, with both values, the reason and the id of the request', async () => {
    const id = await createAccount({ name: 'tech', owner: 'Ada' });
    await only();
    await server.sql('DELETE FROM operation_audit');
    const headers = { 'if-match': '"v1"', 'x-reason': encodeURIComponent('改版'), 'x-request-id': 'request-of-the-audit' };
    expect((await server.http('PATCH', `/accounts/${id}`, { name: 'tech', owner: 'Grace' }, headers)).status).toBe(200);
    expect(await only()).toEqual({
      changes: [{ field: 'owner', before: 'Ada', after: 'Grace' }],
      reason: '改版',
      requestId: 'request-of-the-audit',
    });
  });

  it('is read through the object for an action, and what was asked for at a creation', async () => {
    await call('POST', '/queues/content/pause');
    expect((await only()).changes).toContainEqual({ field: 'paused', before: 'false', after: 'true' });
    await server.sql('DELETE FROM operation_audit');
    await call('POST', '/queues/content/resume');
    await only();
    await server.sql('DELETE FROM operation_audit');
    const id = await createAccount({ name: 'short-lived' });
    expect((await only()).changes).toEqual([
      { field: 'platform', after: 'blog' },
      { field: 'name', after: 'short-lived' },
    ]);
    await server.sql('DELETE FROM operation_audit');
    await server.http('DELETE', `/accounts/${id}`);
    expect((await only()).changes).toEqual([{ field: 'status', before: 'active', after: 'archived' }]);
  });

  it('never has the secret that an answer shows once, and is absent for a change that failed', async () => {
    const created = await server.http<{ id: string; secret: string }>('POST', '/webhooks', {
      name: 'audited',
      url: 'https://hooks.example.org/a',
    });
    expect(created.status).toBe(201);
    await only();
    await server.http('POST', `/webhooks/${created.body.id}/rotate`, undefined, { 'if-match': '*' });
    await server.http('POST', '/webhooks', { name: '' });
    const found = await waitFor(
      async () => {
        const all = await server.sql<{ path: string; status: number; changes: unknown }>(
          'SELECT path, status, changes FROM operation_audit ORDER BY id',
        );
        return all.length === 3 && all[2]?.status !== null && all[1]?.changes !== null && all;
      },
      { what: 'three rows' },
    );
    const secrets = [...(await server.sql<{ secret: string }>('SELECT secret FROM webhook_secrets'))].map(({ secret }) => secret);
    expect(secrets).toHaveLength(2);
    for (const secret of secrets) expect(JSON.stringify(found)).not.toContain(secret);
    expect(found[2]).toEqual({ path: '/webhooks', status: 422, changes: null });
  });
});

it('a change that cannot be recorded is not made', async () => {
  await server.sql('ALTER TABLE operation_audit RENAME TO operation_audit_away');
  try {
    expect((await call('POST', '/queues/content/pause')).status).toBe(500);
  } finally {
    await server.sql('ALTER TABLE operation_audit_away RENAME TO operation_audit');
  }
  expect((await call('GET', '/queues/content')).body).toMatchObject({ paused: false });
});

describe('the list', () => {
  const list = (query = '', key = operator) =>
    server.http<Wire<OperationPage>>('GET', `/audit${query}`, undefined, { authorization: `Bearer ${key}` });
  const pathsOf = async (query: string) => (await list(query)).body.items.map(({ path }) => path);

  beforeEach(async () => {
    await call('POST', '/queues/content/pause');
    await call('POST', '/queues/content/resume');
    await server.http('DELETE', '/limits/nothing');
    await rows(3);
  });

  it('has pages, newest first, whose cursor is of no other list', async () => {
    const first = await list('?limit=2');
    const by = { type: 'key', id: expect.any(String), name: "the operator's key" };
    expect(first.body.items.map(({ path }) => path)).toEqual(['/limits/nothing', '/queues/content/resume']);
    expect(first.body.items[1]).toEqual({
      id: expect.any(String),
      at: expect.any(String),
      actor: by,
      operation: 'queues:operate',
      method: 'POST',
      path: '/queues/content/resume',
      status: 200,
      reason: null,
      requestId: expect.any(String),
      changes: expect.anything(),
    });
    const cursor = first.body.nextCursor ?? '';
    const second = await list(`?limit=2&cursor=${cursor}`);
    expect([second.body.items.map(({ path }) => path), second.body.nextCursor]).toEqual([['/queues/content/pause'], null]);
    expect((await server.http('GET', `/keys?cursor=${cursor}`)).body).toMatchObject({ code: 'invalid_cursor' });
  });

  it('is filtered by actor, operation and time', async () => {
    const operators = ['/queues/content/resume', '/queues/content/pause'];
    const { body } = await list();
    const [latest, , oldest] = body.items;
    expect(await pathsOf(`?actor=${encodeURIComponent("the operator's key")}`)).toEqual(operators);
    expect(await pathsOf(`?actor=${oldest?.actor.id}`)).toEqual(operators);
    expect(await pathsOf('?actor=another')).toEqual([]);
    expect(await pathsOf('?operation=limits:set')).toEqual(['/limits/nothing']);
    expect(await pathsOf('?method=DELETE')).toEqual(['/limits/nothing']);
    expect(await pathsOf('?path=/queues/content/p')).toEqual(['/queues/content/pause']);
    expect(await pathsOf('?path=%25')).toEqual([]);
    await server.sql(`UPDATE operation_audit SET at = at - interval '1 hour' WHERE id = $1`, [oldest?.id]);
    const hourAgo = new Date(Date.parse(latest?.at ?? '') - 1_800_000).toISOString();
    expect(await pathsOf(`?from=${hourAgo}`)).toEqual(['/limits/nothing', '/queues/content/resume']);
    expect(await pathsOf(`?to=${hourAgo}`)).toEqual(['/queues/content/pause']);
  });

  it.each([
    ['?operation=tasks:submit', '/operation'],
    ['?from=yesterday', '/from'],
    ['?to=1', '/to'],
    ['?limit=0', '/limit'],
    ['?who=me', '/who'],
    ['?method=GET', '/method'],
  ])('rejects %s and names the parameter', async (query, pointer) => {
    const { status, body } = await list(query);
    expect([status, body]).toMatchObject([400, { errors: [{ pointer }] }]);
  });

  it('is for operators and admins without limits on accounts', async () => {
    const [editor, limited] = await Promise.all([
      server.keyOf('editor'),
      server
        .http<{ id: string }>('POST', '/accounts', { name: 'tech', platform: 'blog' })
        .then(({ body }) => server.keyOf('admin', { accountIds: [body.id] })),
    ]);
    for (const key of [editor, limited]) expect((await list('', key)).body).toMatchObject({ code: 'permission_required' });
  });

  it('is printed by the CLI', async () => {
    const { stdout, code } = await runCli(['audit', 'list', '--operation', 'queues:operate', '--from', '1h', '-o', 'json'], {
      env: { APP_SERVER: server.url, APP_TOKEN: operator },
    });
    expect([code, (JSON.parse(stdout) as OperationPage).items.map(({ path }) => path)]).toEqual([
      0,
      ['/queues/content/resume', '/queues/content/pause'],
    ]);
  });

  it('is exported as JSON lines and as CSV, in which no text is a formula', async () => {
    await server.sql(`UPDATE operation_audit SET actor_name = '=HYPERLINK("http://evil")' WHERE path = '/queues/content/pause'`);
    const get = (query: string) => server.http('GET', `/audit/export${query}`, undefined, { authorization: `Bearer ${operator}` });
    const lines = await get('?operation=queues:operate');
    expect([lines.headers.get('content-type'), lines.headers.get('content-disposition')]).toEqual([
      'application/jsonl; charset=utf-8',
      'attachment; filename="audit.jsonl"',
    ]);
    const { items } = (await list('?operation=queues:operate')).body;
    expect(
      lines.text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(items);
    const csv = await get('?format=csv&path=/queues');
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const [head, , second] = csv.text.split('\r\n');
    expect(head).toBe('id,at,actorType,actorId,actorName,operation,method,path,status,reason,requestId,changes');
    expect(second).toContain(`,"'=HYPERLINK(""http://evil"")",queues:operate,POST,/queues/content/pause,200,,`);
    expect((await get('?format=xml')).status).toBe(400);
  });

  it('is exported whole, page by page', async () => {
    await server.sql(
      `INSERT INTO operation_audit (id, actor_type, actor_id, actor_name, permission, method, path, status)
       SELECT uuid_v7(now()), 'key', gen_random_uuid(), 'many', 'limits:set', 'PUT', '/limits/' || n, 200 FROM generate_series(1, 1001) n`,
    );
    const { text } = await server.http('GET', '/audit/export?actor=many');
    const found = text
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { path: string }).path);
    expect([found.length, new Set(found).size]).toEqual([1_001, 1_001]);
  });

  it('is read only: no route changes or deletes a row', async () => {
    const routes = routesOf(server.app).filter((route) => / \/audit/.test(route) && !route.startsWith('HEAD '));
    expect(routes).toEqual(['GET /audit', 'GET /audit/export']);
    const before = await server.sql('SELECT * FROM operation_audit ORDER BY id');
    const [{ id } = { id: '' }] = await server.sql<{ id: string }>('SELECT id FROM operation_audit LIMIT 1');
    for (const path of ['/audit', `/audit/${id}`, '/audit/export'])
      for (const method of ['DELETE', 'PATCH', 'PUT', 'POST']) expect([404, 405]).toContain((await server.http(method, path, {})).status);
    const cleanUp = await server.http<{ executionId: string }>('POST', '/tasks/task-cleanup/execute/api', {
      params: { olderThan: 'PT1H' },
    });
    await waitFor(
      async () => (await server.http<{ status: string }>('GET', `/executions/${cleanUp.body.executionId}`)).body.status === 'completed',
      { what: 'the clean-up' },
    );
    expect(await server.sql('SELECT * FROM operation_audit ORDER BY id')).toEqual(before);
  });

  it('loses rows after AUDIT_RETENTION_DAYS, by the cleaner loop', async () => {
    await server.sql(`UPDATE operation_audit SET at = at - interval '366 days' WHERE path = '/limits/nothing'`);
    await server.sql(`UPDATE operation_audit SET at = at - interval '364 days' WHERE path = '/queues/content/pause'`);
    await server.app.get(CleanerLoop).clean(new AbortController().signal);
    expect(await pathsOf('')).toEqual(['/queues/content/resume', '/queues/content/pause']);
  });
});
