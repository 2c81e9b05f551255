import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { ChannelHttpClient } from '../../src/channels/channel-http.client.ts';
import { freePort } from '../../src/platform/database/embedded/free-port.ts';
import { EgressClient } from '../../src/platform/egress/egress.client.ts';
import { startStub } from './stub-server.ts';
import { channelSettings } from './publications.ts';

const CANARY = 'canary-5e41';
let stub: Awaited<ReturnType<typeof startStub>>;
/** Accepts connections and never speaks, so a TLS handshake never ends. */
let silent: Server;
let received = 0;
let unused: number;
let client: ChannelHttpClient;

beforeAll(async () => {
  stub = await startStub(({ url }) => {
    received += 1;
    if (url.pathname === '/hang') return undefined;
    const status = Number(url.pathname.slice(1));
    const headers: Record<string, string> = status === 429 || status === 503 ? { 'retry-after': '120' } : {};
    if (status >= 300 && status < 400) headers.location = '/elsewhere';
    return { status, headers, body: { code: 'some_code', message: `No. <b>${CANARY}</b>\u202E\r\nline` } };
  });
  silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  unused = await freePort();
  const ports = [stub.port, unused, (silent.address() as { port: number }).port];
  const settings = channelSettings(ports, { CHANNEL_X: CANARY });
  settings.secretVariable('CHANNEL_X');
  client = new ChannelHttpClient(new EgressClient(settings), settings);
});
afterAll(async () => {
  silent.close();
  await stub.stop();
});

const credentials = { pointer: '/passwordVariable', name: 'the password in CHANNEL_X' };
const post = (path: string | URL, more: { publishes?: boolean; timeoutMs?: number; signal?: AbortSignal } = {}): Promise<unknown> => {
  const url = new URL(path, `http://127.0.0.1:${stub.port}`).href;
  return client.expect({ method: 'POST', url, body: 'x', label: 'The site', credentials, ...more }).then(
    ({ status }) => status,
    (error: unknown) => error,
  );
};

describe('ChannelHttpClient', () => {
  const unknown = { kind: 'outcome_unknown', permanent: false };
  const transient = { kind: 'not_sent', permanent: false };
  const permanent = { kind: 'not_sent', permanent: true };

  it.each<[number, object, object]>([
    [400, permanent, permanent],
    [401, { ...permanent, code: 'credentials_refused', pointer: '/passwordVariable' }, permanent],
    [403, { ...permanent, code: 'permission_missing', pointer: '/passwordVariable' }, permanent],
    [404, { ...permanent, code: 'no_such_api' }, permanent],
    [408, unknown, transient],
    [422, permanent, permanent],
    [429, transient, transient],
    [500, unknown, transient],
    [502, unknown, transient],
    [503, unknown, transient],
    // the server did not act on these redirects; after 302 and 303 it may have
    [301, permanent, permanent],
    [308, permanent, permanent],
    [302, unknown, transient],
    [303, unknown, transient],
  ])('%s on the request that publishes, and on another one', async (status, publishing, other) => {
    expect(await post(`/${status}`, { publishes: true })).toMatchObject(publishing);
    expect(await post(`/${status}`)).toMatchObject(other);
  });

  it('keeps the time of Retry-After', async () => {
    const { retryAt } = (await post('/429')) as { retryAt: Date };
    expect(Math.abs(retryAt.getTime() - Date.now() - 120_000)).toBeLessThan(60_000);
  });

  it('shows the reason of an answer on one line, without markup and secrets', async () => {
    expect(await post('/400')).toMatchObject({ message: 'The site answered 400: some_code: No. [hidden] line' });
    expect(await post('/401')).toMatchObject({
      message: 'The site refused the password in CHANNEL_X (401): some_code: No. [hidden] line',
    });
  });

  it('a timeout after the request was written: unknown', async () => {
    const before = received;
    expect(await post('/hang', { publishes: true, timeoutMs: 2_000 })).toMatchObject({ ...unknown, code: 'timeout' });
    expect(received).toBe(before + 1);
    expect(await post('/hang', { timeoutMs: 500 })).toMatchObject({ ...transient, code: 'timeout' });
  });

  it('a stop after the request was written: unknown', async () => {
    const stop = new AbortController();
    const before = received;
    const answer = post('/hang', { publishes: true, signal: stop.signal });
    while (received === before) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    expect(await answer).toMatchObject({ ...unknown, code: 'aborted' });
  });

  it('a refused connection, an unknown name and an unfinished TLS handshake: not sent', async () => {
    const publishes = true;
    expect(await post(`http://127.0.0.1:${unused}/`, { publishes })).toMatchObject({ ...transient, code: 'connection_failed' });
    expect(await post('http://no-such-name.invalid/', { publishes })).toMatchObject({ ...transient, code: 'unresolvable' });
    const tls = `https://127.0.0.1:${(silent.address() as { port: number }).port}/`;
    expect(await post(tls, { publishes, timeoutMs: 500 })).toMatchObject({ ...transient, code: 'timeout' });
    expect(await post(`https://127.0.0.1:${stub.port}/`, { publishes })).toMatchObject({ ...transient, code: 'connection_failed' });
  });

  it('an address that is not allowed: permanent', async () => {
    expect(await post('http://169.254.169.254/', { publishes: true })).toMatchObject({ ...permanent, code: 'forbidden_address' });
    expect(await post('http://127.0.0.1:22/', { publishes: true })).toMatchObject({ ...permanent, code: 'forbidden_port' });
  });
});
