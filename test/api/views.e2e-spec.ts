import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SystemView } from '../../src/monitoring/system/system.controller.ts';
import type { SavedViewView } from '../../src/platform/views/saved-view.dto.ts';
import { startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { ContentClient } from './content-client.ts';

type View = Wire<SavedViewView> & { code: string };
const CANARY = 'canary-7f3a';

let server: TestApplication;
let ann = '';
let ben = '';
let limited = '';

beforeAll(async () => {
  server = await startApplication({ settings: { WEBHOOK_SECRET_KEY: CANARY } });
  const { id } = await new ContentClient(server.http).createAccount();
  [ann, ben, limited] = await Promise.all([server.keyOf('operator'), server.keyOf('editor'), server.keyOf('admin', { accountIds: [id] })]);
});
afterAll(() => server.close());

const as = <Body = View>(key: string, method: string, path: string, body?: unknown) =>
  server.http<Body>(method, path, body, { authorization: `Bearer ${key}` });
const names = async (key: string, query = '') =>
  (await as<{ items: View[] }>(key, 'GET', `/views${query}`)).body.items.map(({ name }) => name);
const body = (name: string, more: object = {}) => ({ page: 'executions', name, query: 'status=failed&since=PT24H', ...more });

describe('saved views', () => {
  it('are their owner’s, and shared ones are shown to callers of all accounts', async () => {
    const own = await as(ann, 'POST', '/views', body('mine'));
    expect([own.status, own.body]).toEqual([
      201,
      expect.objectContaining({ own: true, shared: false, query: 'status=failed&since=PT24H' }),
    ]);
    const shared = await as(ann, 'POST', '/views', body('ours', { shared: true, page: 'queues' }));
    expect([await names(ann), await names(ben), await names(limited), await names(ann, '?page=queues')]).toEqual([
      ['mine', 'ours'],
      ['ours'],
      [],
      ['ours'],
    ]);
    for (const [method, sent] of [
      ['PUT', body('taken')],
      ['DELETE', undefined],
    ] as const) {
      for (const key of [ben, limited]) expect((await as(key, method, `/views/${shared.body.id}`, sent)).status).toBe(404);
    }
    const replaced = await as(ann, 'PUT', `/views/${own.body.id}`, body('renamed', { query: '' }));
    expect(replaced.body).toMatchObject({ id: own.body.id, name: 'renamed', query: '' });
    expect((await as(ann, 'DELETE', `/views/${own.body.id}`)).status).toBe(204);
    expect((await as(ann, 'DELETE', `/views/${own.body.id}`)).body.code).toBe('view_not_found');
  });

  it('have one name on a page for each owner', async () => {
    expect((await as(ann, 'POST', '/views', body('twice'))).status).toBe(201);
    expect((await as(ann, 'POST', '/views', body('twice'))).body.code).toBe('view_exists');
    expect((await as(ann, 'POST', '/views', body('twice', { page: 'queues' }))).status).toBe(201);
    expect((await as(ben, 'POST', '/views', body('twice'))).status).toBe(201);
  });

  it('are 200 at most', async () => {
    await server.sql(
      `INSERT INTO saved_views (id, owner, page, name, query, shared) SELECT gen_random_uuid(), v.owner, 'x', 'n' || n, '', false
       FROM (SELECT owner FROM saved_views WHERE name = 'twice' LIMIT 1) v, generate_series(1, 200) AS n`,
    );
    const answers = await Promise.all([ann, ben].map(async (key) => (await as(key, 'POST', '/views', body('one more'))).body.code));
    expect(answers).toContain('too_many_views');
  });

  it.each([{ query: 'x'.repeat(2_001) }, { page: 'Executions' }, { name: ' ' }, { shared: 'yes' }, { owner: 'me' }])(
    'reject %j',
    async (more) => {
      expect((await as(ann, 'POST', '/views', body('bad', more))).status).toBe(422);
    },
  );
});

describe('the system', () => {
  it('shows versions, migrations, processes and settings without secrets', async () => {
    const { status, body: system, text } = await as<Wire<SystemView>>(ann, 'GET', '/system');
    expect(status).toBe(200);
    expect(system).toMatchObject({ nodeVersion: process.versions.node, roles: expect.arrayContaining(['api', 'worker', 'scheduler']) });
    expect(system.migrations.at(-1)).toMatch(/1796000000\d+$/);
    const setting = (name: string) => system.settings.find((one) => one.name === name)?.value;
    expect([setting('WEBHOOK_SECRET_KEY'), setting('DATABASE_URL'), setting('REDIS_URL'), setting('POLL_INTERVAL_MS')]).toEqual([
      '***',
      '***',
      null,
      '500',
    ]);
    expect(text).not.toContain(CANARY);
    expect(text).not.toMatch(/postgres(ql)?:\/\/[^*]/);
  });

  it('is for operators of the installation', async () => {
    for (const key of [ben, limited, await server.keyOf('viewer')]) expect((await as(key, 'GET', '/system')).status).toBe(403);
  });
});
