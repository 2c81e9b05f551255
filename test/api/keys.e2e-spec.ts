import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CreatedKeyView, KeyView } from '../../src/platform/auth/keys/key.dto.ts';
import { runCli } from '../cli/run-cli.ts';
import { startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { SseClient } from '../stream/sse-client.ts';

const UNKNOWN = '01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f';
type Created = Wire<CreatedKeyView>;

let server: TestApplication;
let tech: string;
let travel: string;

beforeAll(async () => {
  server = await startApplication({ sseTimes: { look: 50, recheck: 200 } });
  [tech, travel] = [await account('tech'), await account('travel')];
});
afterAll(() => server.close());

async function account(name: string): Promise<string> {
  const { body } = await server.http<{ id: string }>('POST', '/accounts', { name, platform: 'blog' });
  return body.id;
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const create = (body: object, key = server.key) => server.http<Created>('POST', '/keys', body, bearer(key));
const created = async (body: object, key = server.key): Promise<Created> => (await create(body, key)).body;
const revoke = (id: string, query = '', key = server.key) =>
  server.http<Wire<KeyView>>('DELETE', `/keys/${id}${query}`, undefined, bearer(key));
const as = (key: string, method: string, path: string, body?: unknown) => server.http(method, path, body, bearer(key));

describe('a key', () => {
  it('is shown once, stored as a digest, and has the permissions of its roles', async () => {
    const { status, headers, body } = await create({ name: 'ci', roles: ['editor', 'approver'] });
    const { key, ...shown } = body;
    expect([status, headers.get('location'), headers.get('cache-control')]).toEqual([201, `/keys/${body.id}`, 'no-store']);
    expect(key).toMatch(/^ct_live_\w{49}$/);
    expect(shown).toMatchObject({
      name: 'ci',
      roles: ['editor', 'approver'],
      permissions: expect.arrayContaining(['content:edit', 'content:approve']),
      accountIds: null,
      status: 'active',
      createdBy: { type: 'key', name: "the admin's key" },
      expiresAt: null,
      lastUsedAt: null,
    });
    expect((await server.http('GET', `/keys/${body.id}`)).body).toEqual(shown);
    const listed = await server.http<{ items: object[] }>('GET', '/keys');
    expect(listed.body.items).toContainEqual(shown);
    expect(listed.text + JSON.stringify(await server.sql('SELECT * FROM api_keys'))).not.toContain(key.slice(20));
    expect((await as(key, 'GET', '/contents')).status).toBe(200);
    expect((await as(key, 'GET', '/keys')).body).toMatchObject({
      code: 'permission_required',
      title: 'This takes the permission keys:manage.',
    });
  });

  it('creates no key that outlives it', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000);
    const own = (await created({ name: 'expiring admin', roles: ['admin'], expiresAt: expiresAt.toISOString() })).key;
    const later = new Date(expiresAt.getTime() + 1_000).toISOString();
    for (const body of [
      { name: 'x', roles: ['viewer'] },
      { name: 'x', roles: ['viewer'], expiresAt: later },
    ]) {
      expect(await create(body, own)).toMatchObject({
        status: 403,
        body: { code: 'key_exceeds_creator', errors: [{ pointer: '/expiresAt', code: 'beyond_creator' }] },
      });
    }
    expect((await create({ name: 'x', roles: ['viewer'], expiresAt: expiresAt.toISOString() }, own)).status).toBe(201);
  });

  it.each([
    [{ name: '', roles: ['viewer'] }, '/name'],
    [{ name: 'x', roles: [] }, '/roles'],
    [{ name: 'x', roles: ['owner'] }, '/roles'],
    [{ name: 'x', roles: ['viewer'], accountIds: [] }, '/accountIds'],
    [{ name: 'x', roles: ['viewer'], accountIds: [UNKNOWN] }, '/accountIds/0'],
    [{ name: 'x', roles: ['viewer'], expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt'],
    [{ name: 'x', roles: ['viewer'], hash: 'x' }, '/hash'],
  ])('cannot be made from %j', async (body, pointer) => {
    const answer = await create(body);
    expect([answer.status, Reflect.get(answer.body, 'errors')]).toEqual([422, [expect.objectContaining({ pointer })]]);
  });

  it('gives no more than its creator has', async () => {
    const limited = (await created({ name: 'limited admin', roles: ['admin'], accountIds: [tech] })).key;
    expect((await create({ name: 'one more', roles: ['editor'], accountIds: [tech] }, limited)).status).toBe(201);
    for (const accountIds of [undefined, [travel], [tech, travel]]) {
      const { status, body } = await create({ name: 'x', roles: ['viewer'], accountIds }, limited);
      expect([accountIds, status, Reflect.get(body, 'code')]).toEqual([accountIds, 403, 'key_exceeds_creator']);
    }
  });

  it('that is limited to accounts sees and revokes only keys limited to them', async () => {
    const limited = await created({ name: 'admin of tech', roles: ['admin'], accountIds: [tech] });
    const own = await created({ name: 'tech editor', roles: ['editor'], accountIds: [tech] });
    const others = [
      await created({ name: 'all', roles: ['viewer'] }),
      await created({ name: 'travel', roles: ['viewer'], accountIds: [travel] }),
    ];
    const { items } = (await as(limited.key, 'GET', '/keys')).body as unknown as { items: Wire<KeyView>[] };
    expect(items.map(({ id }) => id)).toEqual(expect.arrayContaining([own.id, limited.id]));
    expect(items.every(({ accountIds }) => accountIds?.every((id) => id === tech))).toBe(true);
    for (const { id } of others) {
      expect([(await as(limited.key, 'GET', `/keys/${id}`)).status, (await revoke(id, '', limited.key)).status]).toEqual([404, 404]);
    }
    expect((await revoke(own.id, '', limited.key)).body).toMatchObject({ status: 'revoked', revokedBy: { type: 'key', id: limited.id } });
  });

  it('that is revoked answers 401 at once and loses its event stream', async () => {
    const { id, key } = await created({ name: 'short-lived', roles: ['viewer'] });
    const stream = await SseClient.open(`${server.url}/events?topics=executions`, { key });
    const { status, body } = await revoke(id);
    expect([status, body.status, body.revokedBy]).toEqual([
      200,
      'revoked',
      expect.objectContaining({ type: 'key', name: "the admin's key" }),
    ]);
    const answer = await as(key, 'GET', '/tasks');
    expect([answer.status, answer.body.code, answer.body.title]).toEqual([
      401,
      'key_revoked',
      `The API key was revoked on ${body.revokedAt}.`,
    ]);
    expect((await revoke(id)).body.revokedAt).toBe(body.revokedAt);
    expect((await stream.until('bye')).data).toEqual({ reason: 'key_revoked' });
    await stream.end();
  });

  it('is not revoked by accident when it is the last that can administer', async () => {
    await server.sql(
      `UPDATE api_keys SET revoked_at = now(), revoked_by = 'test' WHERE roles @> '{admin}' AND account_ids IS NULL AND name <> $1`,
      ["the admin's key"],
    );
    const [{ id } = { id: '' }] = await server.sql<{ id: string }>('SELECT id FROM api_keys WHERE name = $1', ["the admin's key"]);
    const refused = await revoke(id);
    expect([refused.status, Reflect.get(refused.body, 'code')]).toEqual([409, 'last_admin_key']);
    const second = await created({ name: 'second admin', roles: ['admin'] });
    expect((await revoke(id, '', second.key)).status).toBe(200);
    expect((await revoke(second.id, '', second.key)).status).toBe(409);
    await server.sql('UPDATE api_keys SET revoked_at = NULL, revoked_by = NULL WHERE id = $1', [id]);
    expect((await revoke(second.id)).status).toBe(200);
    expect((await revoke(id, '?allowLastAdmin=true')).body.status).toBe('revoked');
    await server.sql('UPDATE api_keys SET revoked_at = NULL, revoked_by = NULL WHERE id = $1', [id]);
  });

  it('two keys that revoke each other at once leave one', async () => {
    const [one, two] = [await created({ name: 'one', roles: ['admin'] }), await created({ name: 'two', roles: ['admin'] })];
    await server.sql(`UPDATE api_keys SET expires_at = now() WHERE name = $1`, ["the admin's key"]);
    const answers = await Promise.all([revoke(two.id, '', one.key), revoke(one.id, '', two.key)]);
    await server.sql('UPDATE api_keys SET expires_at = NULL WHERE name = $1', ["the admin's key"]);
    const [revoked, refused] = answers.map(({ status }) => status).toSorted((a, b) => a - b);
    // 401: the first revocation had ended before the second request was authenticated.
    expect([revoked, [401, 409].includes(refused as number)]).toEqual([200, true]);
    const left = await server.sql('SELECT id FROM api_keys WHERE id = ANY ($1) AND revoked_at IS NULL', [[one.id, two.id]]);
    expect(left).toHaveLength(1);
  });
});

describe('contenthub key', () => {
  const cli = (...argv: string[]) => runCli(argv, { env: { APP_SERVER: server.url, APP_TOKEN: server.key } });

  it('creates, lists, shows and revokes', async () => {
    const made = await cli('key', 'create', 'from-cli', '--role', 'editor,approver', '--account', 'tech', '--expires', '90d', '-o', 'json');
    expect([made.code, made.stderr]).toEqual([0, '']);
    const { id, key, expiresAt } = JSON.parse(made.stdout) as Created;
    expect((await cli('key', 'create', 'in a table', '--role', 'viewer')).stderr).toBe('The key is not shown again: store it now.\n');
    expect((await as(key, 'GET', `/accounts/${tech}`)).status).toBe(200);
    expect(new Date(expiresAt ?? 0).getTime() - Date.now()).toBeGreaterThan(89 * 86_400_000);
    expect((await cli('key', 'list', '--columns', 'name,roles')).stdout).toMatch(/from-cli\teditor, approver/);
    expect(JSON.parse((await cli('key', 'show', 'from-cli', '-o', 'json')).stdout)).toMatchObject({ id, accountIds: [tech] });
    expect((await cli('key', 'revoke', 'from-cli')).code).toBe(2);
    expect(await cli('key', 'revoke', 'from-cli', '--yes')).toMatchObject({ code: 0 });
    expect((await as(key, 'GET', '/accounts')).body).toMatchObject({ code: 'key_revoked' });
    expect(await cli('key', 'show', 'nothing')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('There is no API key "nothing"'),
    });
  });
});
