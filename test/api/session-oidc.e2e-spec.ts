import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApplication, type TestApplication } from '../support/application.ts';
import { CLIENT, IdentityProvider } from '../support/identity-provider.ts';
import { PeopleClient, type Session, type User } from './people-client.ts';

const PUBLIC_URL = 'https://hub.example.org';
const CALLBACK = `${PUBLIC_URL}/session/oidc/callback`;

let provider: IdentityProvider;
let server: TestApplication;
let client: PeopleClient;

beforeAll(async () => {
  provider = await new IdentityProvider({
    anna: { name: 'Anna Schmidt', preferred_username: 'anna', roles: ['cms-admins', 'other'] },
    bert: { name: 'Bert', preferred_username: 'bert', roles: ['cms-team'] },
    nobody: { name: 'Nobody', preferred_username: 'nobody', roles: ['other'] },
  }).start(CALLBACK);
  server = await startApplication({
    settings: {
      PUBLIC_URL,
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: CLIENT.id,
      OIDC_CLIENT_SECRET: CLIENT.secret,
      OIDC_ROLES: 'cms-admins=admin,cms-team=editor',
    },
  });
  client = new PeopleClient(server);
});
afterAll(async () => {
  await server.close();
  await provider.stop();
});
beforeEach(() => server.sql('DELETE FROM users'));

interface Flow {
  authorization: string;
  cookie: string;
}

async function begin(): Promise<Flow> {
  const { status, headers } = await client.send('GET', '/session/oidc');
  expect(status).toBe(302);
  const [cookie = ''] = (headers.get('set-cookie') ?? '').split(';');
  return { authorization: headers.get('location') ?? '', cookie };
}

/** The answer of the server to the browser that the provider sent back. */
const finish = (callback: string, cookie: string) => client.send('GET', callback.slice(PUBLIC_URL.length), undefined, { cookie });

interface Outcome {
  location: string | null;
  cookie: string | undefined;
}

function outcomeOf({ headers }: { headers: Headers }): Outcome {
  const session = headers.getSetCookie().find((line) => line.startsWith('contenthub_session='));
  return { location: headers.get('location'), cookie: session?.split(';')[0] };
}

async function signIn(person: string): Promise<Outcome> {
  const { authorization, cookie } = await begin();
  return outcomeOf(await finish(await provider.signIn(authorization, person), cookie));
}

describe('a sign-in by the identity provider', () => {
  it('asks with state, nonce and PKCE, and keeps them in a cookie that is bound to the route', async () => {
    const { headers } = await client.send('GET', '/session/oidc');
    const { origin, searchParams } = new URL(headers.get('location') ?? '');
    expect(origin).toBe(provider.issuer);
    expect(Object.fromEntries(searchParams)).toEqual({
      client_id: CLIENT.id,
      redirect_uri: CALLBACK,
      response_type: 'code',
      scope: 'openid profile email',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    expect(headers.get('set-cookie')).toMatch(/; Path=\/session\/oidc; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/);
  });

  it('creates a user with the role of its claims, and signs it in', async () => {
    const { location, cookie = '' } = await signIn('anna');
    expect(location).toBe('/admin/');
    const { body } = await client.as<Session>(cookie, 'GET', '/session');
    expect(body).toMatchObject({ kind: 'user', name: 'Anna Schmidt', role: 'admin', accountIds: null });
    const { body: user } = await server.http<User>('GET', `/users/${body.id}`);
    expect(user).toMatchObject({ username: 'anna', status: 'active', issuer: provider.issuer, createdBy: { type: 'system' } });
    const link = await server.http('POST', `/users/${body.id}/link`, { purpose: 'reset' });
    expect([link.status, link.body.code]).toEqual([409, 'user_of_provider']);
    const again = await signIn('anna');
    expect((await client.as<Session>(again.cookie ?? '', 'GET', '/session')).body.id).toBe(body.id);
  });

  it('follows another role at the next sign-in, which ends the session before', async () => {
    const { cookie = '' } = await signIn('bert');
    provider.people.bert = { name: 'Bert', preferred_username: 'bert', roles: ['cms-admins'] };
    const next = await signIn('bert');
    expect((await client.as<Session>(next.cookie ?? '', 'GET', '/session')).body.role).toBe('admin');
    expect((await client.as(cookie, 'GET', '/session')).status).toBe(401);
    provider.people.bert = { name: 'Bert', preferred_username: 'bert', roles: ['cms-team'] };
  });

  it('never becomes a user that already has the name', async () => {
    const own = await client.create({ username: 'anna', role: 'viewer' });
    const { cookie = '' } = await signIn('anna');
    const { body } = await client.as<Session>(cookie, 'GET', '/session');
    expect(body.id).not.toBe(own.id);
    expect((await server.http<User>('GET', `/users/${body.id}`)).body.username).toMatch(/^anna-[0-9a-f]{8}$/);
  });
});

describe('a sign-in is refused', () => {
  const refused = (code: string): Outcome => ({ location: `/admin/?error=${code}`, cookie: undefined });

  it('without a role', async () => {
    expect(await signIn('nobody')).toEqual(refused('oidc_no_role'));
    expect(await server.sql('SELECT 1 FROM users')).toEqual([]);
  });

  it('of a disabled user', async () => {
    await signIn('bert');
    await server.sql('UPDATE users SET disabled_at = now()');
    expect(await signIn('bert')).toEqual(refused('oidc_disabled'));
  });

  it('with another state', async () => {
    const { authorization, cookie } = await begin();
    const callback = new URL(await provider.signIn(authorization, 'anna'));
    callback.searchParams.set('state', 'x'.repeat(43));
    expect(outcomeOf(await finish(callback.href, cookie))).toEqual(refused('oidc_refused'));
  });

  it('with another nonce', async () => {
    const { authorization, cookie } = await begin();
    const changed = new URL(authorization);
    changed.searchParams.set('nonce', 'x'.repeat(43));
    expect(outcomeOf(await finish(await provider.signIn(changed.href, 'anna'), cookie))).toEqual(refused('oidc_refused'));
  });

  it('with the code challenge of another', async () => {
    const { authorization, cookie } = await begin();
    const changed = new URL(authorization);
    changed.searchParams.set('code_challenge', 'x'.repeat(43));
    expect(outcomeOf(await finish(await provider.signIn(changed.href, 'anna'), cookie))).toEqual(refused('oidc_refused'));
  });

  it('with a code that was used', async () => {
    const { authorization, cookie } = await begin();
    const callback = await provider.signIn(authorization, 'anna');
    expect(outcomeOf(await finish(callback, cookie)).location).toBe('/admin/');
    expect(outcomeOf(await finish(callback, cookie))).toEqual(refused('oidc_refused'));
  });

  it('without the cookie, with that of another browser, or with a changed one', async () => {
    const [mine, other] = [await begin(), await begin()];
    const callback = await provider.signIn(mine.authorization, 'anna');
    expect(outcomeOf(await finish(callback, ''))).toEqual(refused('oidc_expired'));
    expect(outcomeOf(await finish(callback, `${mine.cookie.slice(0, -4)}AAAA`))).toEqual(refused('oidc_expired'));
    expect(outcomeOf(await finish(callback, other.cookie))).toEqual(refused('oidc_refused'));
  });

  it('when the person declines at the provider', async () => {
    const { authorization, cookie } = await begin();
    const state = new URL(authorization).searchParams.get('state') ?? '';
    const callback = `${CALLBACK}?error=access_denied&state=${state}&iss=${encodeURIComponent(provider.issuer)}`;
    expect(outcomeOf(await finish(callback, cookie))).toEqual(refused('oidc_refused'));
  });
});

describe('the ways to sign in', () => {
  it('name the identity provider', async () => {
    expect((await client.send('GET', '/session/ways')).body).toEqual({ form: true, code: true, oidc: true });
  });
});
