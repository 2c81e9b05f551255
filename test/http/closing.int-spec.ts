import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import pg from 'pg';
import { DatabaseClient } from '../../src/platform/database/database-client.ts';
import { toProblem } from '../../src/platform/http/problem-mapping.ts';
import { waitFor } from '../support/wait-for.ts';
import { type MiniApp, startMiniApp } from './mini-app.ts';

const HEAD = 'POST /things/echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n';

let mini: MiniApp;
beforeEach(async () => {
  mini = await startMiniApp();
});
afterEach(() => mini.app.close());

/** Opens a connection and sends a part of a request. */
async function begin(bytes: string): Promise<{ socket: Socket; answer: () => string }> {
  const socket = connect(mini.port, '127.0.0.1').on('error', () => undefined);
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  const arrived = once(mini.app.getHttpServer(), 'connection') as Promise<[Socket]>;
  socket.write(bytes);
  const [serverSide] = await arrived;
  await waitFor(async () => serverSide.bytesRead === bytes.length, { what: 'the bytes to arrive' });
  return { socket, answer: () => text };
}

describe('a server that closes', () => {
  it.each([
    ['headers', HEAD],
    ['body', `${HEAD}\r\n{"half":`],
  ])('waits 2.5 s for a request whose %s never end', async (_, bytes) => {
    const { socket } = await begin(bytes);
    const begun = performance.now();
    await Promise.all([mini.app.close(), once(socket, 'close')]);
    expect(performance.now() - begun).toBeGreaterThan(2_000);
    expect(performance.now() - begun).toBeLessThan(20_000); // Node ends slow requests after 30 s
    expect(mini.logLines.some((line) => line.includes('closing connections whose requests did not end in time'))).toBe(true);
  });

  it('answers new requests with a problem document and Retry-After, and closes the connection', async () => {
    const { socket, answer } = await begin('GET /things HTTP/1.1\r\nHost: localhost\r\n');
    const listening = mini.app.getHttpServer();
    const closing = mini.app.close();
    await waitFor(async () => !listening.listening, { what: 'the server to listen no more' });
    socket.write('\r\n');
    await Promise.all([closing, once(socket, 'close')]);
    const [head = '', body = ''] = answer().split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 503 /);
    expect(head.toLowerCase()).toContain('content-type: application/problem+json');
    expect(head.toLowerCase()).toContain('retry-after: 1');
    expect(head.toLowerCase()).toContain('connection: close');
    expect(JSON.parse(body)).toMatchObject({ status: 503, code: 'draining', retryable: true, instance: '/things' });
  });
});

describe('a client that disconnects', () => {
  it('is logged as 499 at debug level, and not as a failure of the database', async () => {
    const { socket } = await begin(`${HEAD}\r\n{"half":`);
    socket.destroy();
    const lines = await waitFor(async () => mini.logLines.length > 0 && mini.logLines, { what: 'a line in the log' });
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({ level: 20, status: 499, code: 'client_closed_request', path: '/things/echo' }),
    ]);
  });
});

describe('a connection that fails', () => {
  const refused = async (client: { connect(): Promise<unknown> }): Promise<unknown> => client.connect().catch((error: unknown) => error);

  it('is database_unavailable only when it is the connection to the database', async () => {
    const nowhere = { host: '127.0.0.1', port: 1 };
    expect(toProblem(await refused(new DatabaseClient(nowhere)))).toMatchObject({ status: 503, code: 'database_unavailable' });
    const pool = new pg.Pool({ ...nowhere, Client: DatabaseClient });
    expect(toProblem(await refused(pool))).toMatchObject({ status: 503, code: 'database_unavailable' });
    const other = connect(1, '127.0.0.1');
    const [error] = (await once(other, 'error')) as [Error];
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
    expect(toProblem(error)).toMatchObject({ status: 500, code: 'internal_error' });
    expect(toProblem({ driverError: error, code: 'ECONNREFUSED' })).toMatchObject({ status: 500 });
    const wrapped = { driverError: await refused(new DatabaseClient(nowhere)), code: 'ECONNREFUSED' };
    expect(toProblem(wrapped)).toMatchObject({ status: 503, code: 'database_unavailable' });
  });

  it('is database_unavailable when the server resets it in the middle of a query', async () => {
    const { createServer } = await import('node:net');
    const server = createServer((socket) => {
      socket.once('data', () => {
        socket.write('R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I'); // AuthenticationOk, ReadyForQuery
        socket.once('data', () => socket.resetAndDestroy());
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const client = new DatabaseClient({ host: '127.0.0.1', port, user: 'nobody' });
    client.on('error', () => undefined);
    await client.connect();
    const error = await client.query('SELECT 1').catch((reason: unknown) => reason);
    expect(toProblem(error)).toMatchObject({ status: 503, code: 'database_unavailable' });
    server.close();
  });
});
