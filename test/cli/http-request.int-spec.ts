import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { httpRequest } from '../../src/cli/http-request.ts';
import { StubServer } from './stub-server.ts';

const GET = { method: 'GET', headers: { accept: 'application/json' }, body: undefined, signal: new AbortController().signal };

describe('httpRequest', () => {
  let server: StubServer;
  beforeEach(async () => {
    server = await new StubServer().start();
  });
  afterEach(() => server.stop());

  it('sends the body with its length in bytes, and reads status, headers and text', async () => {
    server.on('POST /things', { status: 201, headers: { 'retry-after': '3' }, body: { name: '任务' } });
    const { status, header, text } = await httpRequest(`${server.url}/things`, {
      ...GET,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"任务"}',
    });
    expect([status, header('retry-after'), header('x-none'), JSON.parse(text)]).toEqual([201, '3', null, { name: '任务' }]);
    expect(server.received[0]).toMatchObject({ body: { name: '任务' }, headers: { 'content-length': '17' } });
  });

  it.each([
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [303, 'POST', 'GET'],
    [307, 'POST', 'POST'],
    [308, 'POST', 'POST'],
    [301, 'PATCH', 'PATCH'],
    [303, 'DELETE', 'GET'],
  ])('follows the redirect %i of a %s with a %s, as fetch does, and sends each request once', async (status, method, next) => {
    server.on(`${method} /old`, { status, headers: { location: '/new' } }).on(`${next} /new`, { body: { done: true } });
    const headers = { 'content-type': 'application/json', authorization: 'Bearer key' };
    const response = await httpRequest(`${server.url}/old`, { ...GET, method, headers, body: '{"a":1}' });
    expect([response.status, response.text]).toEqual([200, '{"done":true}']);
    expect(server.received.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([`${method} /old`, `${next} /new`]);
    const last = server.received[1];
    const sent = [last?.headers.authorization, last?.headers['content-type'], last?.headers['content-length']];
    expect(sent).toEqual(next === 'GET' ? ['Bearer key', undefined, undefined] : ['Bearer key', 'application/json', '7']);
  });

  it('sends nothing to another origin', async () => {
    const other = await new StubServer().start();
    const location = `${other.url}/new`;
    server.on('GET /old', { status: 302, headers: { location } });
    const { status, header } = await httpRequest(`${server.url}/old`, GET);
    await other.stop();
    expect([status, header('location'), other.received]).toEqual([302, location, []]);
  });

  it('rejects after five redirects', async () => {
    server.on('GET /loop', { status: 302, headers: { location: '/loop' } });
    await expect(httpRequest(`${server.url}/loop`, GET)).rejects.toThrow('more than 5 redirects');
    expect(server.received).toHaveLength(6);
  });

  it('takes a 304 as it is', async () => {
    server.on('GET /same', { status: 304 });
    expect((await httpRequest(`${server.url}/same`, GET)).status).toBe(304);
  });
});

describe('a connection that breaks', () => {
  let server: Server;
  async function listen(answer: string | undefined): Promise<string> {
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => (answer === undefined ? undefined : socket.end(answer)));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }
  afterEach(() => {
    server.close();
  });

  it('rejects when the answer ends before its length', async () => {
    const address = await listen('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf');
    await expect(httpRequest(address, GET)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('rejects with the reason of the signal, before and after it was sent', async () => {
    const address = await listen(undefined);
    const late = new AbortController();
    const waiting = httpRequest(address, { ...GET, signal: late.signal });
    await once(server, 'connection');
    late.abort(new Error('too late'));
    await expect(waiting).rejects.toThrow('too late');
    await expect(httpRequest(address, { ...GET, signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before');
  });
});
