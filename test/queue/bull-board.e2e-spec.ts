import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AcceptedExecution } from '../../src/tasks/service/accepted-execution.view.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { describeRedis } from '../support/describe-redis.ts';
import { startRedis } from '../support/redis.ts';
import { waitFor } from '../support/wait-for.ts';

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** The path is sent as it is; fetch would normalise it. */
async function raw(url: string, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, method, headers }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }), reject);
    })
      .on('error', reject)
      .end();
  });
}

const basic = (key: string) => ({ authorization: `Basic ${Buffer.from(`anyone:${key}`).toString('base64')}` });
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

describeRedis('Bull Board', (url) => {
  let server: TestApplication;
  let operator: string;
  const settings = { QUEUE_DRIVER: 'bullmq', REDIS_URL: url, REDIS_PREFIX: `board-${process.pid}`, QUEUE_SLOTS: 'default=0' };

  beforeAll(async () => {
    server = await startApplication({ handlers: [{ name: 'quick', handle: () => Promise.resolve('done') }], settings });
    operator = await server.keyOf('operator');
  });
  afterAll(() => server.close());

  it('shows an operator the waiting jobs, with either scheme of authentication', async () => {
    await server.http<AcceptedExecution>('POST', '/tasks/quick/execute/api', {});
    for (const headers of [bearer(operator), basic(operator), bearer(server.key)]) {
      const waiting = async () => {
        const { status, body } = await raw(server.url, '/bull-board/api/queues', headers);
        expect(status).toBe(200);
        const { queues } = JSON.parse(body) as { queues: { name: string; readOnlyMode: boolean; counts: { prioritized: number } }[] };
        expect(queues.every((queue) => queue.readOnlyMode)).toBe(true);
        return queues.find(({ name }) => name === 'default')?.counts.prioritized === 1;
      };
      await waitFor(waiting, { what: 'the job to be shown' });
    }
  });

  it('is a page whose own scripts and styles may load, and nothing else', async () => {
    for (const path of ['/bull-board', '/bull-board/', '/bull-board/queue/default']) {
      const { status, headers, body } = await raw(server.url, path, basic(operator));
      expect([status, headers['content-type']]).toEqual([200, expect.stringMatching(/^text\/html/)]);
      expect(headers['content-security-policy']).toMatch(/^default-src 'self'; style-src 'self' 'unsafe-inline';/);
      const [, script = ''] = /src="(static\/js\/main[^"]+)"/.exec(body) ?? [];
      const loaded = await raw(server.url, `/bull-board/${script}`, basic(operator));
      expect([loaded.status, loaded.headers['content-type']]).toEqual([200, expect.stringMatching(/javascript/)]);
    }
    const elsewhere = await raw(server.url, '/health/live');
    expect(elsewhere.headers['content-security-policy']).toMatch(/^default-src 'none'/);
  });

  it('asks a browser for a key, and no other page does', async () => {
    const { status, headers, body } = await raw(server.url, '/bull-board');
    expect([status, headers['www-authenticate']]).toEqual([401, expect.stringMatching(/^Basic realm=/)]);
    expect(JSON.parse(body)).toMatchObject({ code: 'key_required' });
    expect((await raw(server.url, '/queues')).headers['www-authenticate']).toMatch(/^Bearer/);
    expect((await raw(server.url, '/queues', basic(operator))).status).toBe(401);
  });

  it.each([
    '/bull-board',
    '/bull-board/',
    '//bull-board',
    '/admin//queues',
    '/bull-board//api/queues',
    '/admin/%71ueues',
    '/%61dmin/queues/api/queues',
    '/admin%2fqueues',
    '/bull-board/%61pi/queues',
    '/bull-board/api/queues/',
    '/bull-board/./api/queues',
    '/x/../bull-board/api/queues',
    '/x/%2e%2e/bull-board/api/queues',
    '/bull-board/static/%2e%2e/index.ejs',
    '/bull-board/static/..%2findex.ejs',
    '/ADMIN/queues/api/queues',
    '/bull-board;x/api/queues',
    '/bull-board/api/queues?x=/health/live',
    '/bull-board/static/js/',
    '/bull-board/api/redis/stats',
  ])('%s shows nothing without the permission', async (path) => {
    const approver = await server.keyOf('approver');
    for (const headers of [{}, basic('ct_live_wrong'), basic(approver), bearer(approver), { authorization: 'Basic' }]) {
      const { status, headers: answered, body } = await raw(server.url, path, headers as Record<string, string>);
      expect([400, 401, 403, 404]).toContain(status);
      expect(answered['content-type']).toMatch(/^application\/problem\+json/);
      expect(body).not.toMatch(/prioritized|__UI_CONFIG__|redis_version/i);
    }
  });

  it('is read-only for an admin too', async () => {
    const { status, headers, body } = await raw(server.url, '/bull-board/api/queues/default/pause', basic(server.key), 'PUT');
    expect([status, headers['allow'], JSON.parse(body)]).toEqual([405, 'GET', expect.objectContaining({ code: 'read_only' })]);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('changes nothing by %s', async (method) => {
    for (const path of [
      '/bull-board/api/queues/default/pause',
      '/bull-board/api/queues/pause',
      '/bull-board/api/queues/default/obliterate',
    ]) {
      const { status, body } = await raw(server.url, path, { ...basic(server.key), 'content-type': 'application/json' }, method);
      expect([
        [404, 'route_not_found'],
        [405, 'read_only'],
      ]).toContainEqual([status, (JSON.parse(body) as { code: string }).code]);
    }
  });
});

describeRedis('Bull Board without Redis', () => {
  it('answers 503 at once, and shows jobs once Redis is there', async () => {
    const redis = await startRedis();
    if (!redis) throw new Error('Redis was there a moment ago');
    await redis.stop();
    const server = await startApplication({ settings: { QUEUE_DRIVER: 'bullmq', REDIS_URL: redis.url } });
    let back: Awaited<ReturnType<typeof startRedis>>;
    try {
      const look = () => raw(server.url, '/bull-board/api/queues', bearer(server.key));
      const gone = await look();
      expect([gone.status, JSON.parse(gone.body)]).toEqual([503, expect.objectContaining({ code: 'redis_unavailable', retryable: true })]);
      expect((await raw(server.url, '/bull-board', bearer(server.key))).status).toBe(200);
      back = await startRedis(redis.port);
      await waitFor(async () => (await look()).status === 200, { what: 'the board to see Redis' });
    } finally {
      await server.close();
      await back?.stop();
    }
  });
});

it('without the bullmq driver there is no board', async () => {
  const server = await startApplication({ settings: { QUEUE_DRIVER: 'postgres' } });
  try {
    expect((await raw(server.url, '/bull-board', bearer(server.key))).status).toBe(404);
  } finally {
    await server.close();
  }
});
