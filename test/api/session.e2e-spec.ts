import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { welcome } from '../../src/app/welcome.ts';
import { ALL_PERMISSIONS } from '../../src/platform/auth/permissions.ts';
import { permissionsOf } from '../../src/platform/auth/roles.ts';
import { SignInLinkStore } from '../../src/platform/auth/sign-in/sign-in-link.store.ts';
import { PeopleRetention } from '../../src/platform/auth/people.retention.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { TestAgent } from '../agents/agent-client.ts';
import { SseClient } from '../stream/sse-client.ts';
import { cookieOf, PASSWORD, PeopleClient, SAME_ORIGIN, type Session } from './people-client.ts';

let server: TestApplication;
let client: PeopleClient;

beforeAll(async () => {
  server = await startApplication({ sseTimes: { look: 50, recheck: 200 }, settings: { RATE_LIMIT_AUTH_FAILURES: '0' } });
  client = new PeopleClient(server);
});
afterAll(() => server.close());

const code = async (): Promise<string> => (await server.app.get(SignInLinkStore).issueCode()).token;
const statusAs = async (cookie: string, path = '/tasks'): Promise<number> => (await client.as(cookie, 'GET', path)).status;
const session = async (cookie: string): Promise<Session> => (await client.as<Session>(cookie, 'GET', '/session')).body;
/** Moves the times of a session, as if so many hours had passed. */
const age = async (cookie: string, column: 'last_used_at' | 'expires_at', hours: number): Promise<void> => {
  const { sessionId } = await session(cookie);
  await server.sql(`UPDATE sessions SET ${column} = ${column} - make_interval(secs => $2) WHERE id = $1`, [sessionId, hours * 3_600]);
};

describe('a session from a key', () => {
  it('has the name and the rights of the key, and its cookie opens every route', async () => {
    const key = await server.keyOf(['editor', 'approver']);
    const answer = await client.signIn({ key });
    expect(answer.headers.get('set-cookie')).toMatch(
      /^contenthub_session=cs_live_\w{49}; Path=\/; Expires=[^;]+ GMT; HttpOnly; SameSite=Lax$/,
    );
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(answer.body).toEqual({
      kind: 'key',
      id: expect.any(String),
      name: "the editor and approver's key",
      role: 'editor',
      roles: ['editor', 'approver'],
      permissions: [...permissionsOf(['editor', 'approver'], null)],
      accountIds: null,
      sessionId: expect.any(String),
      expiresAt: expect.any(String),
      authRequired: true,
    });
    const cookie = cookieOf(answer);
    expect([await statusAs(cookie), await statusAs(cookie, '/keys')]).toEqual([200, 403]);
    expect((await client.as(cookie, 'POST', '/accounts', { name: 'mine', platform: 'blog' })).status).toBe(201);
    expect(JSON.stringify(await server.sql('SELECT * FROM sessions'))).not.toContain(cookie.slice(30));
  });

  it('ends when the key is revoked or expires, and loses its event stream', async () => {
    const { body } = await server.http<{ id: string; key: string }>('POST', '/keys', { name: 'short-lived', roles: ['viewer'] });
    const cookie = await client.cookie({ key: body.key });
    const stream = await SseClient.open(`${server.url}/events?topics=executions`, { headers: { cookie, ...SAME_ORIGIN } });
    await server.http('DELETE', `/keys/${body.id}`);
    expect((await client.as(cookie, 'GET', '/session')).body.code).toBe('session_ended');
    expect((await stream.until('bye')).data).toEqual({ reason: 'session_ended' });
    await stream.end();

    const expiring = await client.cookie({ key: await server.keyOf('viewer', { expiresAt: new Date(Date.now() + 3_600_000) }) });
    expect(Date.parse((await session(expiring)).expiresAt ?? '')).toBeLessThanOrEqual(Date.now() + 3_600_000);
    await server.sql(`UPDATE api_keys SET expires_at = now() WHERE expires_at > now()`);
    expect(await statusAs(expiring)).toBe(401);
  });

  it('is not opened by a wrong key, or by the token of an agent', async () => {
    const refused = await client.signIn({ key: `${server.key.slice(0, -1)}?` });
    expect([refused.status, Reflect.get(refused.body, 'code'), refused.headers.get('set-cookie')]).toEqual([401, 'key_invalid', null]);
    const { token } = await TestAgent.register(server.http, { name: 'gpu-1', capabilities: [], maxConcurrency: 1 });
    const agent = await client.signIn({ key: token });
    expect([agent.status, Reflect.get(agent.body, 'code')]).toEqual([403, 'no_session_for_agents']);
  });
});

describe('a session from a code', () => {
  it('is that of an administrator of this machine, and the code works once', async () => {
    const own = await code();
    const answer = await client.signIn({ code: own });
    expect(answer.body).toMatchObject({ kind: 'local', name: 'local', role: 'admin', accountIds: null });
    expect(answer.body.permissions.toSorted()).toEqual(ALL_PERMISSIONS.filter((one) => one !== 'agents:work').toSorted());
    const again = await client.signIn({ code: own });
    expect([again.status, Reflect.get(again.body, 'code')]).toEqual([401, 'code_invalid']);
    const { body } = await client.as<{ createdBy: object }>(cookieOf(answer), 'POST', '/keys', { name: 'by local', roles: ['viewer'] });
    expect(body.createdBy).toMatchObject({ type: 'user', name: 'local' });
  });

  it('has the code that the start of a server on this machine prints, but not where the output is stored as JSON', async () => {
    const printed = async (plain: boolean): Promise<string | undefined> => {
      const lines: string[] = [];
      const out = { plain, say: (line: string) => void lines.push(line), warn: () => undefined };
      await welcome(server.app, out, { url: server.url, key: null, applied: [] });
      return lines.find((line) => line.startsWith('  Admin     '))?.slice('  Admin     '.length);
    };
    const link = new URL((await printed(true)) ?? '');
    expect(link.origin + link.pathname).toBe(`${server.url}/admin/`);
    expect((await client.signIn({ code: link.searchParams.get('code') })).body.kind).toBe('local');
    expect(await printed(false)).toBe(`${server.url}/admin/`);
  });

  it('two simultaneous requests with one code open one session', async () => {
    const own = await code();
    const answers = await Promise.all([1, 2, 3].map(() => client.signIn({ code: own })));
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['200', '401', '401']);
  });

  it('is not opened after 15 minutes', async () => {
    const own = await code();
    await server.sql(`UPDATE sign_in_links SET expires_at = expires_at - interval '15 minutes'`);
    expect((await client.signIn({ code: own })).status).toBe(401);
  });

  it('has a code from the API on a server of this machine, for an administrator whose key does not expire', async () => {
    const { status, body } = await server.http<{ url: string }>('POST', '/session/code');
    expect([status, body.url.startsWith(`${server.url}/admin/?code=cc_live_`)]).toEqual([201, true]);
    expect((await client.signIn({ code: body.url.split('=')[1] })).status).toBe(200);
    const expiring = await server.keyOf('admin', { expiresAt: new Date(Date.now() + 60_000) });
    expect((await server.http('POST', '/session/code', undefined, { authorization: `Bearer ${expiring}` })).body.code).toBe('key_expires');
  });
});

describe('a session', () => {
  it('ends 12 hours after its last request', async () => {
    const cookie = await client.cookie({ code: await code() });
    await age(cookie, 'last_used_at', 11.9);
    expect(await statusAs(cookie)).toBe(200);
    await age(cookie, 'last_used_at', 12.1);
    const { status, body, headers } = await client.as(cookie, 'GET', '/tasks');
    expect([status, body.code, headers.get('www-authenticate')]).toEqual([401, 'session_ended', expect.stringContaining('Bearer')]);
  });

  it('ends 7 days after the sign-in however much it is used', async () => {
    const cookie = await client.cookie({ code: await code() });
    await age(cookie, 'expires_at', 167.9);
    expect(await statusAs(cookie)).toBe(200);
    await age(cookie, 'expires_at', 0.2);
    expect(await statusAs(cookie)).toBe(401);
  });

  it('stores its use at most once a minute', async () => {
    const cookie = await client.cookie({ code: await code() });
    const { sessionId } = await session(cookie);
    const used = async () => (await server.sql<{ at: Date }>('SELECT last_used_at AS at FROM sessions WHERE id = $1', [sessionId]))[0]?.at;
    const first = await used();
    await session(cookie);
    expect(await used()).toEqual(first);
    await age(cookie, 'last_used_at', 0.05);
    await session(cookie);
    const renewed = async () => ((await used())?.getTime() ?? 0) >= (first?.getTime() ?? Number.POSITIVE_INFINITY);
    await waitFor(renewed, { what: 'the last use to be written' });
  });

  it('ends with a sign-out, which clears the cookie', async () => {
    const cookie = await client.cookie({ code: await code() });
    const { status, headers } = await client.as(cookie, 'DELETE', '/session');
    expect([status, headers.get('set-cookie')]).toEqual([
      204,
      'contenthub_session=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax',
    ]);
    expect(await statusAs(cookie)).toBe(401);
  });

  it('is one of at most 20 of its holder: the least recently used one ends', async () => {
    const key = await server.keyOf('viewer');
    const cookies: string[] = [];
    for (let i = 0; i < 21; i++) cookies.push(await client.cookie({ key }));
    expect([await statusAs(cookies[0] ?? ''), await statusAs(cookies[1] ?? ''), await statusAs(cookies[20] ?? '')]).toEqual([
      401, 200, 200,
    ]);
  });

  it('counts its event streams for itself', async () => {
    const key = await server.keyOf('viewer');
    const [one, two] = [await client.cookie({ key }), await client.cookie({ key })];
    const path = '/events?topics=executions';
    const open = (cookie: string) => SseClient.open(server.url + path, { headers: { cookie, ...SAME_ORIGIN } });
    const streams = await Promise.all([...Array.from({ length: 5 }, () => open(one)), ...Array.from({ length: 5 }, () => open(two))]);
    expect(streams.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    const sixth = await open(one);
    expect(sixth.status).toBe(429);
    for (const stream of [...streams, sixth]) stream.cut();
  });

  it.each([
    ['nothing', 'contenthub_session='],
    ['another text', 'contenthub_session=x'],
    ['an unknown token', `contenthub_session=cs_live_${'0'.repeat(49)}`],
    ['a key', () => `contenthub_session=${server.key}`],
  ])('is not %s in the cookie', async (_what, cookie) => {
    expect(await statusAs(typeof cookie === 'string' ? cookie : cookie())).toBe(401);
  });

  it('does not count when a key is sent too', async () => {
    const cookie = await client.cookie({ code: await code() });
    const viewer = `Bearer ${await server.keyOf('viewer')}`;
    expect((await client.as(cookie, 'GET', '/keys', undefined, { authorization: viewer })).status).toBe(403);
    expect((await client.as(cookie, 'GET', '/keys', undefined, { authorization: 'Bearer wrong' })).status).toBe(401);
  });

  it('is deleted by the cleaner once it has ended, with expired links and old failures', async () => {
    const cookie = await client.cookie({ code: await code() });
    await code();
    await client.signIn({ username: 'nobody', password: PASSWORD });
    await server.sql(`UPDATE sessions SET expires_at = now()`);
    await server.sql(`UPDATE sign_in_links SET expires_at = now()`);
    await server.sql(`UPDATE sign_in_failures SET last_at = now() - interval '25 hours'`);
    await server.app.get(PeopleRetention).clean(new AbortController().signal);
    for (const table of ['sessions', 'sign_in_links', 'sign_in_failures']) {
      expect([table, await server.sql(`SELECT 1 FROM ${table}`)]).toEqual([table, []]);
    }
    expect(await statusAs(cookie)).toBe(401);
  });
});

describe('GET /session', () => {
  it('answers to a key in the header too', async () => {
    const { body } = await server.http<Session>('GET', '/session');
    expect(body).toMatchObject({ kind: 'key', role: 'admin', sessionId: null, expiresAt: null });
  });

  it('answers 401 without either', async () => {
    const { status, body } = await client.send('GET', '/session');
    expect([status, body.code]).toEqual([401, 'key_required']);
  });
});

it.each([
  ['nothing', {}],
  ['two ways', { key: 'x', code: 'y' }],
  ['a key and a username', { key: 'x', username: 'ann', password: PASSWORD }],
  ['half of a way', { username: 'ann' }],
  ['a member that does not exist', { token: 'x' }],
  ['no body', undefined],
])('a sign-in with %s is 422', async (_what, body) => {
  expect((await client.send('POST', '/session', body)).status).toBe(422);
});

describe('the list of sessions', () => {
  it('shows the own ones, and all to an administrator', async () => {
    const key = await server.keyOf('viewer');
    const [own, other] = [await client.cookie({ key }), await client.cookie({ key })];
    const admin = await client.cookie({ code: await code() });
    const list = async (cookie: string, query = '') =>
      (await client.as<{ items: { id: string; current: boolean; name: string }[] }>(cookie, 'GET', `/sessions${query}`)).body.items;
    const seen = await list(own);
    expect(seen.map(({ id, current }) => [id, current])).toEqual([
      [(await session(other)).sessionId, false],
      [(await session(own)).sessionId, true],
    ]);
    expect((await client.as(own, 'GET', '/sessions?of=all')).body.code).toBe('permission_required');
    expect((await list(admin, '?of=all')).map(({ id }) => id)).toEqual(expect.arrayContaining(seen.map(({ id }) => id)));
    expect((await list(admin)).every(({ name }) => name === 'local')).toBe(true);
  });

  it('an own one can be ended, one of another holder only by an administrator', async () => {
    const [mine, theirs] = [
      await client.cookie({ key: await server.keyOf('viewer') }),
      await client.cookie({ key: await server.keyOf('viewer') }),
    ];
    const end = async (cookie: string, id: string | null) => (await client.as(cookie, 'DELETE', `/sessions/${id}`)).status;
    const [myId, theirId] = [(await session(mine)).sessionId, (await session(theirs)).sessionId];
    expect([await end(mine, theirId), await statusAs(theirs)]).toEqual([404, 200]);
    expect([await end(mine, myId), await statusAs(mine)]).toEqual([204, 401]);
    expect([await end(await client.cookie({ code: await code() }), theirId), await statusAs(theirs)]).toEqual([204, 401]);
    expect(await end(await client.cookie({ code: await code() }), 'x')).toBe(404);
  });
});
