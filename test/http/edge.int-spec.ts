import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from 'node:http';
import { Draining } from '../../src/platform/lifecycle/drain.ts';
import { productVersion } from '../../src/platform/config/product-version.ts';
import { type MiniApp, startMiniApp } from './mini-app.ts';

describe('a development installation', () => {
  let mini: MiniApp;
  beforeAll(async () => {
    mini = await startMiniApp();
  });
  afterAll(() => mini.app.close());

  const withHost = (host: string): Promise<number> =>
    new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port: mini.port, path: '/', headers: { host } }, (response) =>
        resolve(response.resume().statusCode ?? 0),
      )
        .once('error', reject)
        .end();
    });

  it('describes itself', async () => {
    const { status, body } = await mini.send('/');
    expect([status, body.name, body.version]).toEqual([200, 'ContentHub', productVersion()]);
  });

  it.each([
    ['localhost', 200],
    ['LOCALHOST:3000', 200],
    ['127.0.0.1:1', 200],
    ['[::1]:80', 200],
    ['evil.com', 421],
    ['localhost.evil.com', 421],
    ['127.0.0.1.nip.io', 421],
    ['localhost:80@evil.com', 421],
    ['0.0.0.0', 421],
  ])('answers to Host %s with %i', async (host, status) => {
    expect(await withHost(host)).toBe(status);
  });

  it('sets security headers on every answer, also on errors, and allows no other origin', async () => {
    for (const path of ['/', '/nowhere', '/things', '/things/%zz', '/docs', '/things/throw/secret']) {
      const { headers } = await mini.send(path, { headers: { origin: 'https://evil.example' } });
      expect([path, headers.get('x-content-type-options'), headers.get('referrer-policy'), headers.get('x-frame-options')]).toEqual([
        path,
        'nosniff',
        'no-referrer',
        'DENY',
      ]);
      expect(headers.get('x-request-id')).toMatch(/^[\w-]{8,}$/);
      expect([headers.get('access-control-allow-origin'), headers.get('x-powered-by'), headers.get('server')]).toEqual([null, null, null]);
    }
  });

  it('shows its documentation without an inline script', async () => {
    const page = await mini.send('/docs');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
    expect(page.text).not.toMatch(/<script>/);
    for (const [, source = ''] of page.text.matchAll(/<script src="([^"]+)"/g)) {
      const script = await mini.send(new URL(source, `${mini.url}/docs`).pathname);
      expect([source, script.status, script.headers.get('content-type')]).toEqual([source, 200, expect.stringMatching(/javascript/)]);
    }
    expect([...page.text.matchAll(/<script src=/g)]).toHaveLength(3);
  });

  it('describes its routes equally each time', async () => {
    const other = await startMiniApp();
    const first = await mini.send('/openapi.json');
    const second = await other.send('/openapi.json');
    await other.app.close();
    expect(first.text).toBe(second.text);
    const { paths, components, security } = first.body as {
      paths: Record<
        string,
        Record<string, { operationId: string; security?: object[]; responses: Record<string, unknown>; 'x-permission'?: string }>
      >;
      components: { schemas: object; responses: object; securitySchemes: object };
      security: object[];
    };
    expect(Object.keys(paths)).toEqual(Object.keys(paths).sort());
    expect(security).toEqual([{ apiKey: [] }, { session: [] }]);
    expect(components).toMatchObject({
      schemas: { Problem: { type: 'object' } },
      responses: { Problem: {} },
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } },
    });
    expect(paths['/things']?.post).toMatchObject({
      operationId: 'things_create',
      'x-permission': 'content:edit',
      responses: { default: { $ref: '#/components/responses/Problem' } },
    });
    expect([paths['/things']?.post?.security, paths['/']?.get?.security]).toEqual([undefined, []]);
  });

  it('bounds how slowly a request may arrive', () => {
    const { headersTimeout, requestTimeout, keepAliveTimeout } = mini.app.getHttpServer();
    expect({ headersTimeout, requestTimeout, keepAliveTimeout }).toEqual({
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 65_000,
    });
  });

  it('closes connections while it drains', async () => {
    expect((await mini.send('/')).headers.get('connection')).toBe('keep-alive');
    mini.app.get(Draining).begin();
    const { status, headers } = await mini.send('/');
    expect([status, headers.get('connection')]).toEqual([200, 'close']);
  });
});

describe('a production installation', () => {
  let mini: MiniApp;
  beforeAll(async () => {
    mini = await startMiniApp({ NODE_ENV: 'production', DATABASE_URL: 'postgres://h/x' });
  });
  afterAll(() => mini.app.close());

  it.each([
    '/docs',
    '/docs/',
    '/docs/swagger-ui-init.js',
    '/docs/swagger-ui-bundle.js',
    '/docs/index.html',
    '/openapi.json',
    '/%64ocs',
    '/openapi%2ejson',
    '/docs/%73wagger-ui.css',
  ])('keeps %s for admins', async (path) => {
    expect((await mini.send(path)).status).toBe(401);
    expect((await mini.send(path, { method: 'HEAD' })).status).toBe(401);
    expect((await mini.send(path, { as: 'operator' })).status).toBe(403);
    expect((await mini.send(path, { as: 'admin' })).status).toBe(200);
  });

  it('leaves the Host to its proxy', async () => {
    expect((await mini.send('/')).status).toBe(200);
    const status = await new Promise((resolve) => {
      request({ host: '127.0.0.1', port: mini.port, path: '/', headers: { host: 'hub.example.org' } }, (response) =>
        resolve(response.resume().statusCode),
      ).end();
    });
    expect(status).toBe(200);
  });
});
