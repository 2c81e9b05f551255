import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ALL_PERMISSIONS, type Permission } from '../../src/platform/auth/permissions.ts';
import { permissionsOf, ROLES } from '../../src/platform/auth/roles.ts';
import { generateApiKey } from '../../src/platform/auth/api-key.ts';
import { type Answer, startApplication, type TestApplication } from '../support/application.ts';
import { routesOf, statusOf } from './routes.ts';

const FEEDS = ['atom.xml', 'feed.json', 'rss.xml', 'files/:contentId/:name'].map((format) => `GET /feeds/:accountId/${format}`);
/** Its signature takes the place of a key: test/content/creator-callbacks.e2e-spec.ts. */
const SIGNED = 'POST /creator-callbacks/:creator';
const SIGN_IN = ['POST /session', 'POST /session/password'];
const OIDC = ['GET /session/oidc', 'GET /session/oidc/callback'];
const PROBES = ['GET /health/live', 'GET /health/ready', 'GET /health/startup'];
const PUBLIC = ['GET /', 'GET /contents/:id/preview', SIGNED, ...FEEDS, ...PROBES, ...SIGN_IN, ...OIDC, 'GET /session/ways'];
/** Any caller may use them: they show and change only what is the caller's own. */
const OWN = ['GET /session', 'GET /sessions', 'PUT /session/password', 'DELETE /session', 'DELETE /sessions/:sessionId'];
/** 400 for a preview without a signature, 404 for the feed of an unknown account and without an identity provider, 422 for a sign-in without a body. */
const ANSWERED = [200, 400, 404, 422];
const HOUR_MS = 3_600_000;

interface Document {
  paths: Record<
    string,
    Record<string, { 'x-permission'?: Permission; 'x-permission-or'?: Permission; 'x-public'?: boolean; 'x-any-caller'?: boolean }>
  >;
}

/** The permission that the document declares for a route; undefined without a declaration. */
type Declared = Permission | 'public' | 'any caller' | undefined;

let server: TestApplication;
/** The declared permissions of the document, by `GET /accounts/:id`. */
let access: Map<string, Declared>;
/** What opens a route beside that, where the body decides. */
let alternatives: Map<string, Permission | undefined>;

beforeAll(async () => {
  server = await startApplication();
  const { paths } = (await server.http<Document>('GET', '/openapi.json', undefined, { authorization: undefined })).body;
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): [string, Declared] => {
      const pattern = path.replaceAll(/\{(\w+)\}/g, ':$1');
      const needsNone = operation['x-any-caller'] === true ? 'any caller' : operation['x-permission'];
      return [`${method.toUpperCase()} ${pattern}`, operation['x-public'] === true ? 'public' : needsNone];
    }),
  );
  access = new Map(operations);
  alternatives = new Map([['POST /batches', paths['/batches']?.post?.['x-permission-or']]]);
});
afterAll(() => server.close());

const guarded = (): string[] => [...access.keys()].filter((route) => !PUBLIC.includes(route));
const methodOf = (route: string): string => route.split(' ')[0] ?? '';
/** A path of the route, with unknown ids. */
const pathOf = (route: string): string => (route.split(' ')[1] ?? '').replaceAll(/:\w+/g, '01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f');

function send(route: string, authorization: string | undefined): Promise<Answer> {
  return server.http(methodOf(route), pathOf(route), undefined, { authorization });
}

describe('the routes', () => {
  it('are all in the OpenAPI document', () => {
    const known = routesOf(server.app).filter((route) => !route.startsWith('HEAD '));
    expect(known.toSorted()).toEqual([...access.keys()].toSorted());
    expect(known.length).toBeGreaterThan(25);
  });

  it('declare a permission each, except the public ones and those that show only what is the own', () => {
    const routesWith = (rule: Declared) => [...access].filter(([, declared]) => declared === rule).map(([route]) => route);
    expect(routesWith('public').toSorted()).toEqual(PUBLIC.toSorted());
    expect(routesWith('any caller').toSorted()).toEqual(OWN.toSorted());
    const known: Declared[] = ['public', 'any caller', ...ALL_PERMISSIONS];
    const undeclared = [...access].filter(([, declared]) => !known.includes(declared));
    expect(undeclared).toEqual([]);
  });

  it('are closed to viewers when they change something', () => {
    const viewer = permissionsOf(['viewer'], null);
    const open = [...access].filter(
      ([route, declared]) =>
        !route.startsWith('GET ') && (declared === 'public' || declared === 'any caller' || viewer.has(declared as Permission)),
    );
    const expected = [SIGNED, ...SIGN_IN, ...OWN.filter((route) => !route.startsWith('GET '))];
    expect(open.map(([route]) => route).toSorted()).toEqual(expected.toSorted());
  });
});

describe('without a key', () => {
  it('every route except the public ones answers 401', async () => {
    for (const route of guarded()) {
      const { status, headers, body } = await send(route, undefined);
      expect([route, status, body.code]).toEqual([route, 401, 'key_required']);
      expect(headers.get('www-authenticate')).toBe('Bearer realm="contenthub"');
      expect(headers.get('content-type')).toContain('application/problem+json');
    }
  });

  it('HEAD answers as GET does', async () => {
    const heads = routesOf(server.app).filter((route) => route.startsWith('HEAD '));
    expect(heads.length).toBeGreaterThan(15);
    for (const route of heads) {
      const expected = PUBLIC.includes(route.replace('HEAD', 'GET')) ? ANSWERED : [401];
      expect([route, expected.includes((await send(route, undefined)).status)]).toEqual([route, true]);
    }
  });

  it('no other spelling of a path is accepted', async () => {
    for (const route of guarded()) {
      const path = pathOf(route);
      const encoded = `/%${path.charCodeAt(1).toString(16)}${path.slice(2)}`;
      const spellings = [
        encoded,
        `${path}/`,
        `/${path}`,
        `/.${path}`,
        `/x/..${path}`,
        `/x/%2e%2e${path}`,
        `${path}%2f`,
        `${path};x`,
        `${path}%20`,
        path.toUpperCase(),
      ];
      for (const spelling of spellings) {
        const status = await statusOf(server.url, methodOf(route), spelling);
        expect([spelling, [401, 404].includes(status)]).toEqual([spelling, true]);
      }
      expect([route, await statusOf(server.url, methodOf(route), encoded)]).toEqual([route, 401]);
    }
  });

  it('the public ones answer', async () => {
    for (const route of PUBLIC) expect([route, ANSWERED.includes((await send(route, undefined)).status)]).toEqual([route, true]);
  });

  it.each<[string, () => string | Promise<string>, string?]>([
    ['one that was never created', () => generateApiKey()],
    ['half of one', () => server.key.slice(0, 30)],
    ['one with a wrong sum', () => `${server.key.slice(0, -1)}${server.key.endsWith('0') ? '1' : '0'}`],
    ['none after Bearer', () => ''],
    ['one that has expired', () => server.keyOf('admin', { expiresAt: new Date(Date.now() - HOUR_MS) }), 'key_expired'],
    ['one that was revoked', () => server.keyOf('admin', { revokedAt: new Date(Date.now() - HOUR_MS) }), 'key_revoked'],
  ])('rejects %s', async (_what, make, code = 'key_invalid') => {
    const { status, body } = await send('GET /tasks', `Bearer ${await make()}`);
    expect([status, body.code]).toEqual([401, code]);
  });

  it('accepts no key in another place', async () => {
    expect((await server.http('GET', `/tasks?key=${server.key}`, undefined, { authorization: undefined })).status).toBe(401);
    expect((await send('GET /tasks', `Basic ${Buffer.from(`admin:${server.key}`).toString('base64')}`)).status).toBe(401);
  });
});

describe('a key', () => {
  it.each(ROLES)('of the role %s opens its routes; others answer 403 with the required permission', async (role) => {
    const held = permissionsOf([role], null);
    const key = await server.keyOf(role);
    for (const route of guarded()) {
      const needed = access.get(route) as Permission;
      const other = alternatives.get(route);
      const { status, body } = await send(route, `Bearer ${key}`);
      const refused = expect.objectContaining({
        status: 403,
        code: 'permission_required',
        title: `This takes the permission ${needed}.`,
        detail: expect.stringContaining(`The key “the ${role}'s key” has the role ${role}.`),
      });
      const answer = status === 401 || status === 403 ? body : 'open';
      expect([route, answer]).toEqual([
        route,
        OWN.includes(route) || held.has(needed) || (other !== undefined && held.has(other)) ? 'open' : refused,
      ]);
    }
  });

  it('of a viewer changes nothing', async () => {
    const authorization = `Bearer ${await server.keyOf('viewer')}`;
    const { status } = await server.http('POST', '/accounts', { name: 'x', platform: 'x' }, { authorization });
    expect(status).toBe(403);
    expect(await server.sql('SELECT 1 FROM accounts')).toEqual([]);
  });

  it('is never repeated in an answer', async () => {
    const answers = await Promise.all(['/', '/tasks', '/nope', `/executions?cursor=${server.key}`].map((path) => server.http('GET', path)));
    for (const { text } of answers) expect(text).not.toContain(server.key);
  });
});
