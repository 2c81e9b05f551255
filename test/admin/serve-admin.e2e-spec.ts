import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { buffer } from 'node:stream/consumers';
import { ensureAdminBuilt } from '../../scripts/build-admin.mjs';
import { serveAdmin } from '../../src/app/http/admin/serve-admin.ts';
import { startApplication, type TestApplication } from '../support/application.ts';

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** The path is sent as it is; fetch would normalise it. */
async function send(url: string, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, method, headers }, (response) => {
      buffer(response).then((body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }), reject);
    })
      .on('error', reject)
      .end();
  });
}

const HTML = { accept: 'text/html,application/xhtml+xml' };

describe('the admin pages', () => {
  let server: TestApplication;
  let page: Answer;
  let script = '';

  beforeAll(async () => {
    await ensureAdminBuilt();
    server = await startApplication();
    page = await send(server.url, '/admin/', HTML);
    script = /src="(\/admin\/assets\/[^"]+\.js)"/.exec(page.body.toString())?.[1] ?? '';
  });
  afterAll(() => server.close());

  it('redirects a browser from / and from /admin, and answers a program as before', async () => {
    const root = await send(server.url, '/', HTML);
    expect([root.status, root.headers.location, root.headers.vary]).toEqual([302, '/admin/', 'accept']);
    const program = await send(server.url, '/', { accept: 'application/json' });
    expect([program.status, JSON.parse(program.body.toString())]).toEqual([200, expect.objectContaining({ name: 'ContentHub' })]);
    const admin = await send(server.url, '/admin', HTML);
    expect([admin.status, admin.headers.location]).toEqual([308, '/admin/']);
  });

  it('sends the page for every address that a browser navigates to', async () => {
    for (const path of [
      '/admin/',
      '/admin/executions?status=failed',
      '/admin/executions/01926f3e-0000-7000-8000-000000000000',
      '/admin/x',
    ]) {
      const { status, headers, body } = await send(server.url, path, HTML);
      expect([path, status, headers['content-type'], headers['cache-control']]).toEqual([
        path,
        200,
        'text/html; charset=utf-8',
        'no-cache',
      ]);
      expect(body.toString()).toContain('<div id="root">');
    }
  });

  it('permits only scripts of the build, and styles with a nonce of this answer', async () => {
    const policy = String(page.headers['content-security-policy']);
    const nonce = /style-src 'self' 'nonce-([A-Za-z0-9+/]{22}==)'/.exec(policy)?.[1];
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(page.body.toString()).toContain(`nonce="${nonce}"`);
    expect(page.body.toString()).not.toMatch(/__CSP_NONCE__|<script(?![^>]*\bsrc=)/);
    const again = await send(server.url, '/admin/', HTML);
    expect(again.headers['content-security-policy']).not.toBe(policy);
    expect(page.headers['x-content-type-options']).toBe('nosniff');
  });

  it.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ] as const)('sends assets for a year, compressed as %s', async (encoding, decompress) => {
    const plain = await send(server.url, script);
    const compressed = await send(server.url, script, { 'accept-encoding': encoding });
    expect([plain.status, plain.headers['content-encoding'], plain.headers['content-type']]).toEqual([
      200,
      undefined,
      'text/javascript; charset=utf-8',
    ]);
    expect(compressed.headers['content-encoding']).toBe(encoding);
    expect(compressed.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(compressed.headers.vary).toBe('accept-encoding');
    expect(decompress(compressed.body).equals(plain.body)).toBe(true);
    expect(compressed.body.length).toBeLessThan(plain.body.length / 2);
  });

  it('answers HEAD like GET, without a body', async () => {
    for (const [path, headers] of [[script, {}] as const, ['/admin/executions', HTML] as const]) {
      const [get, head] = [await send(server.url, path, headers), await send(server.url, path, headers, 'HEAD')];
      expect([path, head.status, head.headers['content-type']]).toEqual([path, get.status, get.headers['content-type']]);
      expect(head.body).toHaveLength(0);
    }
  });

  it.each([
    ['/admin/assets/gone-12345678.js', '*/*'],
    ['/admin/assets/gone-12345678.js', 'text/html'],
    ['/admin/x.png', 'text/html'],
    ['/admin/index.html', '*/*'],
    ['/admin/executions', 'application/json'],
    ['/admin/../package.json', 'text/html'],
    ['/admin/%2e%2e/%2e%2e/package.json', 'text/html'],
    ['/admin/..%2f..%2fpackage.json', '*/*'],
    ['/admin/assets/..%2f..%2f..%2fpackage.json', '*/*'],
    ['/admin/.built', '*/*'],
  ])('answers %s for %s with a 404 of the API', async (path, accept) => {
    const { status, headers, body } = await send(server.url, path, { accept });
    expect([path, status, headers['content-type']]).toEqual([path, 404, expect.stringContaining('application/problem+json')]);
    expect(JSON.parse(body.toString())).toMatchObject({ code: 'route_not_found' });
  });

  it('takes no writes', async () => {
    for (const method of ['POST', 'PUT', 'DELETE']) expect((await send(server.url, '/admin/', HTML, method)).status).toBe(404);
  });
});

describe('before the pages are built', () => {
  const folder = mkdtempSync(join(tmpdir(), 'contenthub-admin-'));
  let server: FastifyInstance;
  let url = '';

  beforeAll(async () => {
    server = Fastify();
    serveAdmin(server, join(folder, 'dist'));
    server.get('/', () => ({ name: 'ContentHub' }));
    url = await server.listen({ port: 0, host: '127.0.0.1' });
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  it('the API answers, and the pages are there as soon as they are built', async () => {
    expect((await send(url, '/admin/', HTML)).status).toBe(404);
    expect((await send(url, '/', HTML)).status).toBe(200);
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'dist/index.html'), '<p nonce="__CSP_NONCE__">');
    const { status, body } = await send(url, '/admin/', HTML);
    expect([status, body.toString()]).toEqual([200, expect.stringMatching(/^<p nonce="[A-Za-z0-9+/]{22}==">$/)]);
    expect((await send(url, '/', HTML)).headers.location).toBe('/admin/');
  });
});
