import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { permissionsOf } from '../../src/platform/auth/roles.ts';
import { Settings } from '../../src/platform/config/settings.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { runBehindLock } from '../support/lock-holder.ts';
import { cookieOf, PASSWORD, PeopleClient, type Session, type User } from './people-client.ts';

const UNKNOWN = '01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f';

let server: TestApplication;
let client: PeopleClient;
let account: string;

beforeAll(async () => {
  server = await startApplication({ settings: { RATE_LIMIT_AUTH_FAILURES: '0' } });
  client = new PeopleClient(server);
  account = (await server.http<{ id: string }>('POST', '/accounts', { name: 'tech', platform: 'blog' })).body.id;
});
afterAll(() => server.close());

const change = (id: string, body: object) => server.http<User>('PATCH', `/users/${id}`, body);
const statusAs = async (cookie: string): Promise<number> => (await client.as(cookie, 'GET', '/tasks')).status;
const codeOf = ({ body }: { body: object }): unknown => Reflect.get(body, 'code');

describe('a user', () => {
  it('is created without a password, is invited by a link, and then signs in', async () => {
    const answer = await server.http<User>('POST', '/users', { username: 'Anna@Example.org', displayName: 'Anna Schmidt', role: 'editor' });
    const { id } = answer.body;
    expect([answer.status, answer.headers.get('location')]).toEqual([201, `/users/${id}`]);
    expect(answer.body).toEqual({
      id: expect.any(String),
      username: 'Anna@Example.org',
      displayName: 'Anna Schmidt',
      role: 'editor',
      accountIds: null,
      status: 'invited',
      issuer: null,
      createdBy: expect.objectContaining({ type: 'key', name: "the admin's key" }),
      createdAt: expect.any(String),
      disabledAt: null,
      lastSeenAt: null,
    });
    const link = await server.http<{ url: string; expiresAt: string }>('POST', `/users/${id}/link`, { purpose: 'invite' });
    expect([link.status, link.headers.get('cache-control')]).toEqual([201, 'no-store']);
    expect(link.body.url).toMatch(new RegExp(`^${server.url}/admin/\\?link=cl_live_\\w{49}$`));
    expect(Math.round((Date.parse(link.body.expiresAt) - Date.now()) / 3_600_000)).toBe(48);
    const first = await client.setPassword(link.body.url.split('=')[1] ?? '');
    expect(first.body).toMatchObject({ kind: 'user', id, name: 'Anna Schmidt', role: 'editor', accountIds: null });
    expect(first.body.permissions).toEqual([...permissionsOf(['editor'], null)]);
    const again = await client.signIn({ username: 'anna@example.ORG', password: PASSWORD });
    expect([again.status, again.body.id]).toEqual([200, id]);
    const shown = (await server.http<User>('GET', `/users/${id}`)).body;
    expect([shown.status, typeof shown.lastSeenAt]).toEqual(['active', 'string']);
    const stored = JSON.stringify(await server.sql('SELECT * FROM users u, sign_in_links, sessions'));
    for (const secret of [PASSWORD, link.body.url.slice(-40)]) expect(stored).not.toContain(secret);
  });

  it('is the actor of what it does, and of the audit', async () => {
    const { cookie, id, username } = await client.signedIn();
    const { body } = await client.as<{ id: string }>(cookie, 'POST', '/topics', { accountId: account, title: 'What a user did' });
    const actor = { type: 'user', id, name: username };
    expect((await client.as(cookie, 'GET', `/topics/${body.id}`)).body.createdBy).toEqual(actor);
    const { items } = (await server.http<{ items: object[] }>('GET', `/audit?actor=${id}`)).body;
    expect(items).toEqual([expect.objectContaining({ actor, operation: 'topics:edit', path: '/topics' })]);
  });

  it('that is limited to accounts sees these only', async () => {
    await server.http('POST', '/accounts', { name: 'travel', platform: 'blog' });
    const { cookie } = await client.signedIn({ role: 'admin', accountIds: [account] });
    const { items } = (await client.as<{ items: { id: string }[] }>(cookie, 'GET', '/accounts')).body;
    expect(items.map(({ id }) => id)).toEqual([account]);
    expect((await client.as<Session>(cookie, 'GET', '/session')).body.accountIds).toEqual([account]);
    expect((await client.as(cookie, 'GET', '/users')).status).toBe(403);
  });

  it('has a username that no other has in upper or lower case', async () => {
    const { username } = await client.create({ username: 'Berta' });
    const taken = await server.http('POST', '/users', { username: 'bERTA', role: 'viewer' });
    expect([taken.status, taken.body.code]).toEqual([409, 'username_taken']);
    expect((await server.http<{ items: User[] }>('GET', '/users?username=BERTA')).body.items.map((one) => one.username)).toEqual([
      username,
    ]);
  });

  it.each([
    [{ username: 'with space', role: 'viewer' }, '/username'],
    [{ username: 'ann:admin', role: 'viewer' }, '/username'],
    [{ username: 'x'.repeat(65), role: 'viewer' }, '/username'],
    [{ username: 'x', role: 'owner' }, '/role'],
    [{ username: 'x', role: 'viewer', displayName: '\u202E' }, '/displayName'],
    [{ username: 'x', role: 'viewer', accountIds: [] }, '/accountIds'],
    [{ username: 'x', role: 'viewer', accountIds: [UNKNOWN] }, '/accountIds/0'],
    [{ username: 'x', role: 'viewer', password: PASSWORD }, '/password'],
  ])('cannot be made from %j', async (body, pointer) => {
    const answer = await server.http('POST', '/users', body);
    expect([answer.status, answer.body.errors]).toEqual([422, [expect.objectContaining({ pointer })]]);
  });

  it('is listed page by page, newest first', async () => {
    const made = [await client.create(), await client.create(), await client.create()].map(({ id }) => id).toReversed();
    const page = async (query: string) => (await server.http<{ items: User[]; nextCursor: string }>('GET', `/users?${query}`)).body;
    const first = await page('limit=2');
    const second = await page(`limit=2&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items].map(({ id }) => id).slice(0, 3)).toEqual(made);
  });

  it('is unknown with another id', async () => {
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PATCH', '', { role: 'viewer' }],
      ['DELETE', '', undefined],
      ['POST', '/link', { purpose: 'reset' }],
    ] as const) {
      for (const id of [UNKNOWN, 'x']) {
        const { status, body: problem } = await server.http(method, `/users/${id}${path}`, body);
        expect([method, id, status, problem.code]).toEqual([method, id, 404, 'user_not_found']);
      }
    }
  });

  it('is not given rights by a key that expires', async () => {
    const { id } = await client.create();
    const authorization = `Bearer ${await server.keyOf('admin', { expiresAt: new Date(Date.now() + 60_000) })}`;
    const send = (method: string, path: string, body: object) => server.http(method, path, body, { authorization });
    for (const answer of [
      await send('POST', '/users', { username: 'lasting', role: 'admin' }),
      await send('PATCH', `/users/${id}`, { role: 'admin' }),
      await send('POST', `/users/${id}/link`, { purpose: 'reset' }),
    ]) {
      expect([answer.status, codeOf(answer)]).toEqual([403, 'key_expires']);
    }
    expect((await send('PATCH', `/users/${id}`, { disabled: true })).status).toBe(200);
  });
});

describe('the sessions of a user end at once', () => {
  it.each<[string, (user: User) => Promise<unknown>]>([
    ['its role changes', ({ id }) => change(id, { role: 'viewer' })],
    ['its accounts change', ({ id }) => change(id, { accountIds: [account] })],
    ['it is disabled', ({ id }) => change(id, { disabled: true })],
    ['it is deleted', ({ id }) => server.http('DELETE', `/users/${id}`)],
    ['its password is reset', async ({ id }) => client.setPassword(await client.link(id, 'reset'), 'another of my texts')],
  ])('when %s', async (_what, act) => {
    const user = await client.signedIn();
    expect(await statusAs(user.cookie)).toBe(200);
    await act(user);
    expect(await statusAs(user.cookie)).toBe(401);
  });

  it('but not when its name changes', async () => {
    const { id, cookie } = await client.signedIn();
    expect((await change(id, { displayName: 'Another Name', role: 'editor', accountIds: null })).body.displayName).toBe('Another Name');
    expect(await statusAs(cookie)).toBe(200);
  });
});

describe('a disabled user', () => {
  it('has no usable session, even one that was left in the database', async () => {
    const { id, cookie } = await client.signedIn();
    await server.sql('UPDATE users SET disabled_at = now() WHERE id = $1', [id]);
    expect(await statusAs(cookie)).toBe(401);
  });

  it('cannot sign in, and can again once it is enabled', async () => {
    const { id, username } = await client.signedIn();
    const link = await client.link(id, 'reset');
    expect((await change(id, { disabled: true })).body.status).toBe('disabled');
    const refused = await client.signIn({ username, password: PASSWORD });
    expect([refused.status, codeOf(refused)]).toEqual([401, 'sign_in_failed']);
    expect(codeOf(await client.setPassword(link))).toBe('link_invalid');
    expect(codeOf(await server.http('POST', `/users/${id}/link`, { purpose: 'reset' }))).toBe('user_disabled');
    await change(id, { disabled: false });
    expect((await client.signIn({ username, password: PASSWORD })).status).toBe(200);
    expect(codeOf(await client.setPassword(link))).toBe('link_invalid');
  });
});

describe('the last enabled admin', () => {
  it('cannot be demoted, limited, disabled or deleted', async () => {
    await server.sql('DELETE FROM users');
    const { id } = await client.create({ role: 'admin' });
    await client.create({ role: 'admin', accountIds: [account] });
    const refusals = [
      await change(id, { role: 'operator' }),
      await change(id, { accountIds: [account] }),
      await change(id, { disabled: true }),
      await server.http('DELETE', `/users/${id}`),
    ];
    expect(refusals.map((answer) => [answer.status, codeOf(answer)])).toEqual(refusals.map(() => [409, 'last_admin']));
    expect((await change(id, { displayName: 'The Admin' })).status).toBe(200);
    const second = await client.create({ role: 'admin' });
    expect((await change(id, { role: 'operator' })).status).toBe(200);
    expect((await change(second.id, { disabled: true })).status).toBe(409);
  });

  it('is left when two disable each other at once', async () => {
    await server.sql('DELETE FROM users');
    const [one, two] = [await client.create({ role: 'admin' }), await client.create({ role: 'admin' })];
    const other = { text: 'UPDATE users SET disabled_at = app_clock() WHERE id = $1', values: [two.id], commits: true };
    const { answer } = await runBehindLock(server.app.get(Settings).databaseUrl ?? '', other, () => change(one.id, { disabled: true }));
    expect([answer.status, codeOf(answer)]).toEqual([409, 'last_admin']);
  });
});

describe('a link', () => {
  it('works once, and not beside a later one', async () => {
    const { id } = await client.create();
    const [first, second] = [await client.link(id), await client.link(id)];
    expect(codeOf(await client.setPassword(first))).toBe('link_invalid');
    const answers = await Promise.all([client.setPassword(second), client.setPassword(second)]);
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['200', '401']);
    expect((await client.setPassword(second)).status).toBe(401);
  });

  it('is not used up by a password that is refused', async () => {
    const { id, username } = await client.create({ username: 'clara.schumann@example.org' });
    const link = await client.link(id);
    for (const password of ['short', username, 'aaaaaaaaaaaaa', '课'.repeat(400)]) {
      const answer = await client.setPassword(link, password);
      expect([answer.status, Reflect.get(answer.body, 'errors')]).toEqual([422, [expect.objectContaining({ pointer: '/password' })]]);
    }
    expect((await client.setPassword(link)).status).toBe(200);
  });

  it('expires after 48 hours', async () => {
    const { id } = await client.create();
    const link = await client.link(id);
    await server.sql(`UPDATE sign_in_links SET expires_at = expires_at - interval '48 hours'`);
    for (const password of [PASSWORD, 'short']) expect(codeOf(await client.setPassword(link, password))).toBe('link_invalid');
  });

  it('is neither a code nor the other way round', async () => {
    const { id } = await client.create();
    expect((await client.signIn({ code: await client.link(id) })).status).toBe(401);
  });
});

describe('the own password', () => {
  it('changes with the current one: the other sessions end, and this one is replaced', async () => {
    const { username, cookie } = await client.signedIn();
    const other = await client.cookie({ username, password: PASSWORD });
    const password = 'another of my texts';
    const wrong = await client.as(cookie, 'PUT', '/session/password', { current: 'not this one', password });
    expect([wrong.status, wrong.body.code]).toEqual([403, 'wrong_password']);
    const changed = await client.as(cookie, 'PUT', '/session/password', { current: PASSWORD, password });
    expect(changed.status).toBe(200);
    expect([await statusAs(cookie), await statusAs(other), await statusAs(cookieOf(changed))]).toEqual([401, 401, 200]);
    expect((await client.signIn({ username, password: PASSWORD })).status).toBe(401);
    expect((await client.signIn({ username, password })).status).toBe(200);
  });

  it('does not exist for a key', async () => {
    const answer = await server.http('PUT', '/session/password', { current: PASSWORD, password: PASSWORD });
    expect([answer.status, answer.body.code]).toEqual([409, 'no_password']);
  });
});
