import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from 'node:http';
import { type KeyDigest, parseApiKey } from '../../src/platform/auth/api-key.ts';
import { permissionsOf, ROLES, rolesWith } from '../../src/platform/auth/roles.ts';
import { type MiniApp, startMiniApp } from './mini-app.ts';

let mini: MiniApp;
beforeAll(async () => {
  mini = await startMiniApp();
});
afterAll(() => mini.app.close());

const PUBLIC = ['/', '/docs', '/openapi.json', '/things/throw/', '/things/never', '/things/versioned', '/things/echo'];

/** The status of a request whose path and headers are sent unchanged. */
function statusOf(method: string, path: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: mini.port, method, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .once('error', reject)
      .end();
  });
}

describe('without a key', () => {
  it('every route of the router that is not public answers 401', async () => {
    const document = (await mini.send('/openapi.json')).body as { paths: Record<string, Record<string, { security?: unknown[] }>> };
    const closed: string[] = [];
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        const isPublic = Array.isArray(operation.security);
        expect([path, isPublic]).toEqual([
          path,
          PUBLIC.some((prefix) => path === prefix || (prefix.endsWith('/') && prefix !== '/' && path.startsWith(prefix))) ||
            (path === '/things' && method === 'delete'),
        ]);
        if (isPublic) continue;
        closed.push(`${method} ${path}`);
        const { status, headers, body } = await mini.send(path.replaceAll(/\{.*?\}/g, 'x'), { method });
        expect([path, status, body.code]).toEqual([path, 401, 'key_required']);
        expect(headers.get('www-authenticate')).toBe('Bearer realm="contenthub"');
      }
    }
    expect(closed.sort()).toEqual([
      'get /things',
      'get /things/page',
      'get /things/undeclared',
      'get /things/whoami',
      'get /things/{id}',
      'post /things',
    ]);
  });

  it.each([
    ['HEAD', '/things', 401],
    ['GET', '/%74hings', 401],
    ['GET', '/things?x', 401],
    ['GET', '/things;x', 404],
    ['GET', '/Things', 404],
    ['GET', '//things', 404],
    ['GET', '/things/', 404],
    ['GET', '/%2fthings', 404],
    ['GET', '/x/%2e%2e/things', 404],
    ['GET', '/things%2fwhoami', 404],
    ['GET', '/things/%2e%2e', 401],
    ['OPTIONS', '/things', 404],
    ['TRACE', '/things', 404],
    ['GET', 'http://other/things', 401],
  ])('no spelling passes: %s %s is %i', async (method, path, status) => {
    expect(await statusOf(method, path, { host: 'localhost' })).toBe(status);
  });
});

describe('with a key', () => {
  it('the request has its principal', async () => {
    expect((await mini.send('/things/whoami', { as: 'editor' })).body).toEqual({
      type: 'key',
      id: 'id-1',
      name: 'editor key',
      roles: ['editor'],
      accountIds: null,
    });
  });

  it.each(
    ROLES.flatMap((held) => [
      { held, needed: 'tasks:read' as const, path: '/things' },
      { held, needed: 'tasks:cancel' as const, path: '/things/x' },
      { held, needed: 'keys:manage' as const, path: '/things/page' },
    ]),
  )('$held asks for a route that requires $needed', async ({ held, needed, path }) => {
    const { status, body } = await mini.send(path, { as: held });
    const having = rolesWith(needed);
    const who = `The ${having.length === 1 ? 'role' : 'roles'} with it: ${having.join(', ')}.`;
    const refusal = ['permission_required', `This takes the permission ${needed}.`, `The key “${held} key” has the role ${held}. ${who}`];
    const may = permissionsOf([held], null).has(needed);
    expect([status, body.code, body.title, body.detail]).toEqual(may ? [200, undefined, undefined, undefined] : [403, ...refusal]);
  });

  it.each([
    ['no scheme', (key: string) => key],
    ['another scheme', (key: string) => `Basic ${key}`],
    ['two keys', (key: string) => `Bearer ${key} ${key}`],
    ['one character less', (key: string) => `Bearer ${key.slice(0, -1)}`],
    ['a wrong sum', (key: string) => `Bearer ${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`],
    ['another prefix', (key: string) => `Bearer ct_test_${key.slice(8)}`],
    ['nothing', () => 'Bearer '],
    ['ten thousand characters', (key: string) => `Bearer ${key.repeat(180)}`],
  ])('%s is 401', async (_, header) => {
    const { status, body, headers } = await mini.send('/things', { headers: { authorization: header(mini.keys.admin) } });
    expect([status, body.code]).toEqual([401, 'key_invalid']);
    expect(headers.get('www-authenticate')).toContain('invalid_token');
  });

  it('a route that declares no permission answers no one, not even an admin', async () => {
    const { status, body } = await mini.send('/things/undeclared', { as: 'admin' });
    expect([status, body.code]).toEqual([500, 'internal_error']);
    expect(mini.logLines.join('')).toContain('ThingsController.undeclared declares neither @RequirePermission() nor @Public()');
  });

  it('that is revoked or expired is 401 with the reason, one that expires later is not', async () => {
    const hour = 3_600_000;
    const revoked = mini.store.add('admin', { revokedAt: new Date() });
    const expired = mini.store.add('admin', { expiresAt: new Date(Date.now() - 1) });
    const current = mini.store.add('admin', { expiresAt: new Date(Date.now() + hour) });
    const answer = async (key: string): Promise<unknown[]> => {
      const { status, body } = await mini.send('/things', { headers: { authorization: `bearer ${key}` } });
      return [status, body.code, body.title];
    };
    expect(await answer(revoked)).toEqual([401, 'key_revoked', expect.stringMatching(/^The API key was revoked on 20\S+Z\.$/)]);
    expect(await answer(expired)).toEqual([401, 'key_expired', expect.stringMatching(/^The API key expired on 20\S+Z\.$/)]);
    expect(await answer(current)).toEqual([200, undefined, undefined]);
  });

  it('the store is asked once for simultaneous requests, and again for each invalid key', async () => {
    const key = mini.store.add('viewer');
    const before = mini.store.finds;
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => mini.send('/things', { headers: { authorization: `Bearer ${key}` } })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(mini.store.finds - before).toBe(1);
    mini.store.keys.pop();
    const { hash } = parseApiKey(key) as KeyDigest;
    expect(mini.store.keys.some((stored) => stored.hash.equals(hash))).toBe(false);
    expect((await mini.send('/things', { headers: { authorization: `Bearer ${key}` } })).status).toBe(200); // for at most 30 s
  });
});
