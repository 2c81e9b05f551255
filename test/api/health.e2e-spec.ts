import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { Draining } from '../../src/platform/lifecycle/drain.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';

let server: TestApplication;

beforeAll(async () => {
  server = await startApplication();
});
afterAll(() => server.close());

const probe = (name: string) => server.http('GET', `/health/${name}`, undefined, { authorization: undefined });
const database = {
  status: 'up',
  latencyMs: expect.any(Number),
  migration: expect.stringMatching(/^[A-Z]\w+\d{13}$/),
  lastSuccessAt: expect.stringMatching(/^\d{4}-.*Z$/),
};

describe('the probes', () => {
  it('live depends on nothing outside the process', async () => {
    const { status, headers, body } = await probe('live');
    const process = { status: 'up', uptimeSeconds: expect.any(Number) };
    expect(body).toEqual({ status: 'ok', info: { process }, error: {}, details: { process } });
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
  });

  it('ready and startup report the database, and ready the queue', async () => {
    await waitFor(async () => (await probe('ready')).status === 200, { what: 'the first look at the database' });
    const ready = await probe('ready');
    const queue = { status: 'up', driver: 'postgres', degraded: false, problems: [] };
    const details = { accepting: { status: 'up' }, database, queue };
    expect(ready.body).toEqual({ status: 'ok', info: details, error: {}, details });
    expect(ready.headers.get('cache-control')).toBe('no-store');
    const startup = await probe('startup');
    expect([startup.status, startup.body]).toMatchObject([200, { status: 'ok', info: { database } }]);
    expect(startup.headers.get('cache-control')).toBe('no-store');
  });

  it('name the newest migration', async () => {
    const [newest] = await server.sql<{ name: string }>('SELECT name FROM migrations ORDER BY timestamp DESC LIMIT 1');
    expect((await probe('ready')).body).toMatchObject({ info: { database: { migration: newest?.name } } });
  });
});

describe('the documentation', () => {
  it('is a page that loads the OpenAPI document', async () => {
    const page = await server.http('GET', '/docs', undefined, { authorization: undefined });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html']);
    expect(page.text).toContain('swagger-ui');
    const script = await server.http('GET', '/docs/swagger-ui-init.js', undefined, { authorization: undefined });
    expect(script.text).toContain('tasks_executeManual');
  });

  it('is the committed openapi.json', async () => {
    const { status, body } = await server.http('GET', '/openapi.json');
    expect(status).toBe(200);
    expect(body).toEqual(JSON.parse(await readFile('openapi.json', 'utf8')));
  });
});

describe('while it drains', () => {
  it('is alive but not ready, and closes connections', async () => {
    server.app.get(Draining).begin();
    const ready = await probe('ready');
    const accepting = { status: 'down', message: 'shutting down' };
    expect([ready.status, ready.body]).toMatchObject([503, { status: 'error', error: { accepting }, details: { accepting, database } }]);
    expect(ready.headers.get('cache-control')).toBe('no-store');
    expect(ready.headers.get('connection')).toBe('close');
    expect((await probe('live')).status).toBe(200);
    expect((await server.http('GET', '/tasks')).status).toBe(200); // running requests still get their answer
  });
});
