import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';
import fc from 'fast-check';
import type { AddressInfo } from 'node:net';
import type { AuthGuard } from '../../src/platform/auth/auth.guard.ts';
import type { Credentials } from '../../src/platform/auth/authenticator.ts';
import type { AuthenticatedRequest, Principal } from '../../src/platform/auth/principal.ts';
import { permissionsOf } from '../../src/platform/auth/roles.ts';
import { ProblemError } from '../../src/platform/http/problem.ts';
import { DEFAULT_SSE_TIMES, SseRegistry, type SseTimes } from '../../src/platform/http/sse.ts';
import { Metrics } from '../../src/platform/telemetry/metrics.ts';
import { sseFrame, type SseStream } from '../../src/platform/http/sse-stream.ts';
import { Draining } from '../../src/platform/lifecycle/drain.ts';
import { waitFor } from '../support/wait-for.ts';
import { SseClient } from './sse-client.ts';

const MEGABYTE = 2 ** 20;

/** Rejects the keys in `revoked`; a key is the id of its principal. */
class Guard {
  readonly revoked = new Set<string>();
  down = false;

  authorize({ authorization }: Pick<Credentials, 'authorization'>): Promise<Principal> {
    const id = authorization?.slice('Bearer '.length) ?? '';
    if (this.down) return Promise.reject(new Error('the database is away'));
    if (this.revoked.has(id)) return Promise.reject(new ProblemError(401, 'key_revoked', 'The API key was revoked.'));
    return Promise.resolve({
      type: 'key',
      id,
      name: id,
      roles: ['viewer'],
      permissions: permissionsOf(['viewer'], null),
      accountIds: null,
      expiresAt: null,
    });
  }
}

let guard: Guard;
let draining: Draining;
let registry: SseRegistry;
let server: FastifyInstance;
let streams: SseStream[];
let url: string;

async function start(times: Partial<SseTimes> = {}): Promise<void> {
  guard = new Guard();
  draining = new Draining();
  registry = new SseRegistry(guard as unknown as AuthGuard, draining, { ...DEFAULT_SSE_TIMES, ...times }, new Metrics());
  streams = [];
  server = fastify();
  server.get('/', async (request, reply) => {
    const principal = await guard.authorize({ authorization: request.headers.authorization });
    try {
      streams.push(
        registry.open(
          Object.assign(request, { principal, requiredPermission: 'tasks:read' }) as unknown as AuthenticatedRequest,
          reply.header('x-request-id', 'r1'),
        ),
      );
    } catch (error) {
      const { status, code, headers } = error as ProblemError;
      await reply.status(status).headers(headers).send({ code });
    }
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
  url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}/`;
}

beforeEach(() => start());
afterEach(async () => {
  registry.onModuleDestroy();
  await server.close();
});

const stream = (i = 0): SseStream => streams[i] as SseStream;

/** Sends until neither the client nor any buffer accepts more; returns the bytes. */
async function fill(): Promise<number> {
  const frame = sseFrame({ event: 'log', data: { message: 'x'.repeat(50_000) } });
  let sent = 0;
  while (stream().blockedMs < 200 && sent < 64 * MEGABYTE) {
    if (stream().ready) stream().send(frame);
    if (stream().blockedMs === 0) sent += frame.length;
    await new Promise((ok) => setImmediate(ok));
  }
  return sent;
}

describe('an event stream', () => {
  it('has the headers against buffering proxies, and those of the application', async () => {
    const client = await SseClient.open(url, { key: 'a' });
    expect(client.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      connection: 'close',
      'x-request-id': 'r1',
    });
    expect(client.headers['content-length']).toBeUndefined();
    client.cut();
  });

  it('gives each client another reconnect delay', async () => {
    const clients = await Promise.all(['a', 'b', 'c', 'd'].map((key) => SseClient.open(url, { key })));
    await Promise.all(clients.map((client) => client.when(() => /\n\n/.test(client.raw) || undefined, 'retry')));
    const times = clients.map((client) => Number(/^retry: (\d+)\n\n$/.exec(client.raw)?.[1]));
    expect(times.every((ms) => ms >= 2_000 && ms < 4_000)).toBe(true);
    expect(new Set(times).size).toBeGreaterThan(1);
    for (const client of clients) client.cut();
  });

  it('answers HEAD without a stream', async () => {
    const client = await SseClient.open(url, { key: 'a', method: 'HEAD' });
    await client.end();
    expect([client.status, client.raw]).toEqual([200, '']);
  });

  it('sends a heartbeat at least as often as configured, and none while there is traffic', async () => {
    await server.close();
    await start({ look: 10, heartbeat: 100 });
    const client = await SseClient.open(url, { key: 'a' });
    await client.when(() => client.events.length > 1 || undefined, 'two heartbeats');
    const heartbeat = { event: 'heartbeat', id: undefined, data: {} };
    expect(client.events.slice(0, 2)).toEqual([heartbeat, heartbeat]);
    client.cut();
  });

  it('has a default heartbeat of 15 s at most, and notices a revoked key within a minute', () => {
    const { look, heartbeat, recheck } = DEFAULT_SSE_TIMES;
    const KEY_CACHE_MS = 30_000;
    expect(heartbeat + look).toBeLessThanOrEqual(15_000);
    expect(recheck + look + KEY_CACHE_MS).toBeLessThanOrEqual(60_000);
  });
});

describe('frames', () => {
  it('contain any value in one line each', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.jsonValue(), (event, id, data) => {
        const lines = sseFrame({ event, id, data }).split(/\r\n|\r|\n/);
        expect(lines).toHaveLength(5);
        expect(lines[0]).toMatch(/^id: [\w.-]*$/);
        expect(lines[1]).toMatch(/^event: [\w.-]*$/);
        expect(JSON.parse((lines[2] as string).slice('data: '.length))).toEqual(JSON.parse(JSON.stringify(data)));
        expect(lines.slice(3)).toEqual(['', '']);
      }),
    );
  });

  it('cannot be ended by a value', () => {
    const text = sseFrame({ event: 'log', id: '1\n\nevent: bye', data: { message: 'a\r\n\r\nevent: end\ndata: {}\n\n' } });
    expect(text).toBe('id: 1eventbye\nevent: log\ndata: {"message":"a\\r\\n\\r\\nevent: end\\ndata: {}\\n\\n"}\n\n');
    expect(sseFrame({ event: 'log', data: ['\u2028', '\u2029'] })).toBe('event: log\ndata: ["\\u2028","\\u2029"]\n\n'); // line breaks to regular expressions
  });
});

describe('a key', () => {
  it('accepts a new stream as soon as the oldest of five vanished clients is replaceable', async () => {
    await server.close();
    await start({ replaceable: 1_500 });
    const five = [];
    for (let i = 0; i < 5; i++) five.push(await SseClient.open(url, { key: 'a' }));
    for (const client of five) client.pause(); // the client neither reads nor closes
    const early = await SseClient.open(url, { key: 'a' });
    expect([early.status, early.headers['retry-after']]).toEqual([429, expect.stringMatching(/^[12]$/)]);
    const sixth = await waitFor(
      async () => {
        const client = await SseClient.open(url, { key: 'a' });
        return client.status === 200 && client;
      },
      { what: 'the place of the oldest', timeoutMs: 5_000 },
    );
    expect(streams.map(({ open }) => open)).toEqual([false, true, true, true, true, true]);
    five[0]?.response.resume();
    expect((await five[0]?.until('bye'))?.data).toEqual({ reason: 'replaced' });
    for (const client of [...five, sixth]) client.cut();
  });

  it('closes its streams regularly, so that vanished clients do not stay for ever', async () => {
    await server.close();
    await start({ look: 10, lifetime: 200 });
    const begun = performance.now();
    const client = await SseClient.open(url, { key: 'a' });
    expect((await client.until('bye')).data).toEqual({ reason: 'recycled' });
    await client.end();
    expect(performance.now() - begun).toBeGreaterThan(170);
  });

  it('rejects a new client for 30 s at most, and keeps a vanished one for less than 6 minutes', () => {
    expect(DEFAULT_SSE_TIMES.replaceable).toBeLessThanOrEqual(30_000);
    expect(DEFAULT_SSE_TIMES.lifetime * 1.1 + DEFAULT_SSE_TIMES.look).toBeLessThan(360_000);
  });

  it('has five streams; the sixth is rejected until one is closed', async () => {
    const five = await Promise.all(Array.from({ length: 5 }, () => SseClient.open(url, { key: 'a' })));
    const sixth = await SseClient.open(url, { key: 'a' });
    expect([sixth.status, sixth.headers['retry-after']]).toEqual([429, '30']);
    const other = await SseClient.open(url, { key: 'b' });
    expect(other.status).toBe(200);
    five[0]?.cut();
    const seventh = await waitFor(
      async () => {
        const client = await SseClient.open(url, { key: 'a' });
        return client.status === 200 && client;
      },
      { what: 'a free place' },
    );
    for (const client of [...five, other, seventh]) client.cut();
  });

  it('that was revoked loses its streams, and no other key does', async () => {
    await server.close();
    await start({ look: 10, recheck: 50 });
    const [mine, other] = [await SseClient.open(url, { key: 'a' }), await SseClient.open(url, { key: 'b' })];
    guard.revoked.add('a');
    expect((await mine.until('bye')).data).toEqual({ reason: 'key_revoked' });
    await mine.end();
    expect(other.closed).toBe(false);
    other.cut();
  });

  it('keeps them while the database is unreachable', async () => {
    await server.close();
    await start({ look: 10, recheck: 20, heartbeat: 20 });
    const client = await SseClient.open(url, { key: 'a' });
    guard.down = true;
    await client.when(() => client.named('heartbeat').length > 10 || undefined, 'ten heartbeats');
    expect(client.events.filter(({ event }) => event !== 'heartbeat')).toEqual([]);
    expect(client.lastId).toBeUndefined();
    client.cut();
  });
});

describe('a client that does not read', () => {
  it('is not ready, then disconnected, and costs only what was sent until then', async () => {
    await server.close();
    await start({ look: 20, blocked: 500 });
    const client = await SseClient.open(url, { key: 'a' });
    client.pause();
    expect(await fill()).toBeLessThan(16 * MEGABYTE);
    expect([stream().open, stream().ready]).toEqual([true, false]);
    await waitFor(() => Promise.resolve(!stream().open), { what: 'the stream to be cut' });
    client.cut();
  });

  it('is ready again once it reads', async () => {
    const client = await SseClient.open(url, { key: 'a' });
    client.pause();
    let drained = 0;
    stream().onDrain(() => drained++);
    await fill();
    client.response.resume();
    await waitFor(() => Promise.resolve(drained > 0), { what: 'the stream to be drained' });
    expect(stream().ready).toBe(true);
    client.cut();
  });
});

describe('a process that drains', () => {
  it('sends bye on every stream, closes them, and accepts no new one', async () => {
    const clients = await Promise.all(['a', 'b', 'c'].map((key) => SseClient.open(url, { key })));
    draining.begin();
    for (const client of clients) {
      expect((await client.until('bye')).data).toEqual({ reason: 'shutdown' });
      await client.end();
    }
    const late = await SseClient.open(url, { key: 'a' });
    expect([late.status, late.headers['retry-after']]).toEqual([503, '1']);
  });

  it('does not wait for a client that does not read', async () => {
    const client = await SseClient.open(url, { key: 'a' });
    client.pause();
    await fill();
    draining.begin();
    const connections = () => new Promise<number>((ok) => server.server.getConnections((_error, count) => ok(count)));
    expect(await connections()).toBe(1); // the client has a second to read the rest
    await waitFor(async () => (await connections()) === 0, { what: 'the connection to be cut', timeoutMs: 3_000 });
    client.cut();
  });
});
