import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Address, EgressClient } from '../../src/platform/egress/egress.client.ts';
import type { EgressError } from '../../src/platform/egress/egress-error.ts';
import { loadSettings } from '../../src/platform/config/settings.ts';

const routes: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {
  '/hello': (request, response) => response.end(`hello ${request.headers.host} ${request.headers['accept-encoding']}`),
  '/gbk': (_, response) =>
    response.end(
      Buffer.concat([Buffer.from('<?xml version="1.0" encoding="gbk"?><t>'), Buffer.from([0xc4, 0xe3, 0xba, 0xc3]), Buffer.from('</t>')]),
    ),
  '/latin': (_, response) => response.setHeader('content-type', 'text/plain; charset=iso-8859-1').end(Buffer.from([0xe9])),
  '/unknown-charset': (_, response) => response.setHeader('content-type', 'text/plain; charset=klingon').end('plain'),
  '/hop': (_, response) => response.writeHead(302, { location: '/hello' }).end(),
  '/to-private': (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:80/' }).end(),
  '/to-file': (_, response) => response.writeHead(301, { location: 'file:///etc/passwd' }).end(),
  '/round': (_, response) => response.writeHead(307, { location: '/round' }).end(),
  '/missing': (_, response) => response.writeHead(404).end('a secret body'),
  '/busy': (_, response) => response.writeHead(503).end(),
  '/gzip': (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
  '/endless': (_, response) => {
    const pour = (): void => {
      while (response.write(Buffer.alloc(65_536)));
    };
    response.on('drain', pour);
    pour();
  },
  '/drip': (_, response) => {
    response.write('a');
    const drip = setInterval(() => response.write('a'), 20);
    response.on('close', () => clearInterval(drip));
  },
  '/reset': (request) => request.socket.destroy(),
  '/echo': (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, headers } = request;
      response.setHeader('x-answer', 'yes').end(JSON.stringify({ method, headers, body: Buffer.concat(chunks).toString() }));
    });
  },
  '/refused-long': (_, response) => response.writeHead(409).end('y'.repeat(5_000)),
  '/refused-gzip': (_, response) => response.writeHead(500, { 'content-encoding': 'gzip' }).end('zipped'),
  '/hop-to-echo': (_, response) => response.writeHead(301, { location: '/echo' }).end(),
  '/hop-to-other-name': (_, response) => response.writeHead(302, { location: `http://other.example:${port}/echo` }).end(),
};

let server: Server;
let port: number;

beforeAll(async () => {
  server = createServer((request, response) => routes[request.url ?? '']?.(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

class ScriptedDns extends EgressClient {
  asked = 0;
  answers: Address[][] = [];
  protected override resolveName(): Promise<Address[]> {
    this.asked += 1;
    const answer = this.answers.shift();
    return answer ? Promise.resolve(answer) : Promise.reject(new Error('ENOTFOUND'));
  }
}

const client = (allow: string[] = []): ScriptedDns => new ScriptedDns(loadSettings({ EGRESS_ALLOW_PRIVATE: allow.join(',') }));
const local = (): ScriptedDns => client([`127.0.0.1:${port}`]);
const at = (path: string): string => `http://127.0.0.1:${port}${path}`;

async function refusal(request: Promise<unknown>): Promise<EgressError> {
  return request.then(
    (text) => {
      throw new Error(`was fetched: ${JSON.stringify(text)}`);
    },
    (error: EgressError) => error,
  );
}

describe('fetch', () => {
  it('reads what is allowed', async () => {
    expect((await local().fetch(at('/hello'))).text).toBe(`hello 127.0.0.1:${port} identity`);
    expect((await local().fetch(at('/hop'))).text).toContain('hello');
  });

  it('decodes by the header, by the XML declaration, or as UTF-8', async () => {
    expect((await local().fetch(at('/gbk'))).text).toContain('<t>你好</t>');
    expect((await local().fetch(at('/latin'))).text).toBe('é');
    expect((await local().fetch(at('/unknown-charset'))).text).toBe('plain');
  });

  it.each([
    ['/missing', 'bad_status', false],
    ['/busy', 'bad_status', true],
    ['/gzip', 'unsupported_encoding', false],
    ['/endless', 'too_large', false],
    ['/round', 'too_many_redirects', false],
    ['/reset', 'connection_failed', true],
    ['/to-private', 'forbidden_address', false],
    ['/to-file', 'forbidden_scheme', false],
  ])('refuses %s as %s', async (path, code, retryable) => {
    const error = await refusal(local().fetch(at(`${path}`)));
    expect([error.code, error.retryable]).toEqual([code, retryable]);
    expect(error.message).not.toContain('secret body');
  });

  it('times out on a slow body, and ends at once when cancelled', async () => {
    expect((await refusal(local().fetch(at('/drip'), { timeoutMs: 150 }))).code).toBe('timeout');
    const controller = new AbortController();
    const request = refusal(local().fetch(at('/drip'), { signal: controller.signal }));
    controller.abort();
    expect((await request).code).toBe('aborted');
  });
});

describe('request', () => {
  const echoed = (text: string) => JSON.parse(text) as { method: string; headers: Record<string, string>; body: string };

  it('sends method, headers and body, and returns status, headers and text', async () => {
    const headers = { 'x-key': 'abc', accept: 'application/json', 'accept-encoding': 'gzip' };
    const answer = await local().request({ method: 'PUT', url: at('/echo'), headers, body: '{"t":"中"}' });
    expect([answer.status, answer.headers['x-answer']]).toEqual([200, 'yes']);
    expect(echoed(answer.text)).toMatchObject({
      method: 'PUT',
      headers: { 'x-key': 'abc', accept: 'application/json', 'accept-encoding': 'identity', 'content-length': '11' },
      body: '{"t":"中"}',
    });
  });

  it('returns an answer with any status, also truncated or compressed', async () => {
    expect(await local().request({ method: 'GET', url: at('/refused-long'), maxBytes: 1_000 })).toMatchObject({
      status: 409,
      text: 'y'.repeat(1_000),
    });
    expect(await local().request({ method: 'GET', url: at('/refused-gzip') })).toMatchObject({ status: 500, text: '' });
    expect(await local().request({ method: 'GET', url: at('/missing') })).toMatchObject({ status: 404, text: 'a secret body' });
  });

  it('sends its headers only within one origin', async () => {
    const both = client([`127.0.0.1:${port}`, `other.example:${port}`]);
    both.answers = [[{ address: '127.0.0.1', family: 4 }]];
    const headers = { authorization: 'Bearer canary' };
    const same = await both.request({ method: 'GET', url: at('/hop-to-echo'), headers });
    expect(echoed(same.text).headers).toMatchObject(headers);
    const other = await both.request({ method: 'GET', url: at('/hop-to-other-name'), headers });
    expect(other.text).toContain(`other.example:${port}`);
    expect(other.text).not.toContain('canary');
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'])('does not follow the redirect of a %s', async (method) => {
    const error = await refusal(local().request({ method, url: at('/hop') }));
    expect([error.code, error.retryable]).toEqual(['forbidden_redirect', false]);
  });

  it.each<[Record<string, string>]>([[{ 'x-a': 'b\r\nx-c: d' }], [{ 'x-a': '中' }], [{ 'x a': 'b' }]])(
    'rejects the headers %j',
    async (headers) => {
      const error = await refusal(local().request({ method: 'GET', url: at('/echo'), headers }));
      expect([error.code, error.retryable]).toEqual(['invalid_header', false]);
    },
  );

  it('reports failures without the address, and no part of a long path', async () => {
    const error = await refusal(local().request({ method: 'GET', url: at('/reset') }));
    expect([error.message, error.reason]).toEqual([
      `127.0.0.1:${port}/reset could not be reached (ECONNRESET)`,
      'could not be reached (ECONNRESET)',
    ]);
    const long = await refusal(client().request({ method: 'GET', url: `http://10.0.0.1/${'canary'.repeat(50)}` }));
    expect(long.message).toMatch(/^10\.0\.0\.1\/… is not a public address/);
  });
});

describe('addresses that fetch rejects', () => {
  it.each([
    ['http://2130706433/', 'forbidden_address'],
    ['http://0x7f.1/', 'forbidden_address'],
    ['http://127.1/', 'forbidden_address'],
    ['http://[::ffff:127.0.0.1]/', 'forbidden_address'],
    ['http://[::ffff:7f00:1]/', 'forbidden_address'],
    ['http://[64:ff9b::127.0.0.1]/', 'forbidden_address'],
    ['http://①②⑦.⓪.⓪.①/', 'forbidden_address'],
    ['http://0/', 'forbidden_address'],
    ['http://0.0.0.0/', 'forbidden_address'],
    ['http://169.254.169.254/latest/meta-data', 'forbidden_address'],
    ['http://[fd00:ec2::254]/', 'forbidden_address'],
    ['http://user@example.org/', 'forbidden_credentials'],
    ['https://user@evil#@good/', 'forbidden_credentials'],
    ['http://example.org:22/', 'forbidden_port'],
    ['http://example.org:5432/', 'forbidden_port'],
    ['http://example.org:6379/', 'forbidden_port'],
    ['file:///etc/passwd', 'forbidden_scheme'],
    ['gopher://example.org/', 'forbidden_scheme'],
    ['data:text/plain,x', 'forbidden_scheme'],
    ['//example.org', 'invalid_url'],
    ['http://', 'invalid_url'],
    ['', 'invalid_url'],
  ])('%s is %s', async (url, code) => {
    const guarded = client();
    expect((await refusal(guarded.fetch(url))).code).toBe(code);
    expect(guarded.asked).toBe(0);
  });

  it('resolves names with the system, where localhost. is this machine', async () => {
    const plain = new EgressClient(loadSettings({}));
    expect((await refusal(plain.fetch('http://localhost./'))).code).toMatch(/forbidden_address|unresolvable/);
    expect((await refusal(plain.fetch('http://localhost/'))).code).toBe('forbidden_address');
  });

  it('a name with one private address among public ones', async () => {
    const guarded = client();
    guarded.answers = [
      [
        { address: '93.184.215.14', family: 4 },
        { address: 'fd00::1', family: 6 },
      ],
    ];
    expect((await refusal(guarded.fetch('http://mixed.example/'))).code).toBe('forbidden_address');
  });

  it('a name that resolves differently the second time: it is resolved once, and that address is used', async () => {
    const guarded = client([`rebind.example:${port}`]);
    guarded.answers = [[{ address: '127.0.0.1', family: 4 }], [{ address: '10.0.0.1', family: 4 }]];
    expect((await guarded.fetch(`http://rebind.example:${port}/hello`)).text).toContain(`hello rebind.example:${port}`);
    expect(guarded.asked).toBe(1);
  });

  it('a name without an address', async () => {
    const error = await refusal(client().fetch('http://metadata.google.internal/?key=canary'));
    expect([error.code, error.retryable]).toEqual(['unresolvable', true]);
    expect(error.message).not.toContain('canary');
  });
});
