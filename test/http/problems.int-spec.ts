import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { type Answer, type MiniApp, startMiniApp } from './mini-app.ts';

let mini: MiniApp;
beforeAll(async () => {
  mini = await startMiniApp();
});
afterAll(() => mini.app.close());

const echo = (json: string, init: RequestInit = {}): Promise<Answer> => mini.send('/things/echo', { json, ...init });

/** Sends bytes unchanged and collects the answer until the server has answered or closed. */
async function raw(bytes: string): Promise<string> {
  const socket = connect(mini.port, '127.0.0.1');
  socket.write(bytes);
  let answer = '';
  for await (const chunk of socket) {
    answer += String(chunk);
    if (answer.includes('\r\n\r\n') && answer.trimEnd().endsWith('}')) break;
  }
  socket.destroy();
  return answer;
}
const get = (target: string, headers = ''): string => `GET ${target} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`;

describe('every error is a problem', () => {
  it('has all its fields, the request id and no query', async () => {
    const { status, headers, body } = await mini.send('/nowhere?signature=canary', { headers: { 'x-request-id': 'client-id-1' } });
    expect(status).toBe(404);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(headers.get('x-request-id')).toBe('client-id-1');
    expect(body).toEqual({
      type: 'urn:contenthub:problem:route_not_found',
      title: 'There is no such route.',
      status: 404,
      detail: '/openapi.json lists all of them.',
      instance: '/nowhere',
      code: 'route_not_found',
      traceId: 'client-id-1',
      retryable: false,
      errors: [],
    });
  });

  it.each(['short', 'a b c d e f g', '<script>alert(1)</script>', 'x'.repeat(65)])('does not repeat the request id %s', async (id) => {
    const { headers, body } = await mini.send('/nowhere', { headers: { 'x-request-id': id } });
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(body.traceId).toBe(headers.get('x-request-id'));
  });

  it.each([
    ['secret', 500, 'internal_error'],
    ['text', 500, 'internal_error'],
    ['refused', 500, 'internal_error'], // not marked as an error of the database connection
    ['pool', 503, 'database_unavailable'],
    ['released', 503, 'database_unavailable'],
    ['shutdown', 503, 'database_unavailable'],
    ['full', 503, 'database_unavailable'],
    ['jsonb', 422, 'invalid_text'],
    ['uuid', 422, 'invalid_text'],
    ['conflict', 409, 'name_taken'],
  ])('thrown %s is %i %s', async (what, status, code) => {
    const answer = await mini.send(`/things/throw/${what}`);
    expect([answer.status, answer.body.code, answer.body.retryable]).toEqual([status, code, status === 503]);
    expect(answer.headers.get('retry-after')).toBe(status === 503 ? '5' : null);
    expect(answer.text).not.toMatch(/canary|srv|10\.1\.2\.3|\\n +at /);
  });

  it('logs the details that it does not send, with the same id', async () => {
    const { body } = await mini.send('/things/throw/secret?signature=hidden-canary');
    const line = mini.logLines.find((text) => text.includes(String(body.traceId)));
    expect(JSON.parse(line ?? '{}')).toMatchObject({ level: 50, path: '/things/throw/secret', err: { message: 'canary in /srv/app.ts' } });
    expect(line).not.toContain('hidden-canary');
  });

  it('keeps the headers of a problem, and the shape of a health report', async () => {
    expect((await mini.send('/things/throw/conflict')).headers.get('x-taken')).toBe('yes');
    const report = await mini.send('/things/throw/health');
    expect([report.status, report.body]).toEqual([
      503,
      expect.objectContaining({ status: 'error', details: { database: { status: 'down' } } }),
    ]);
    expect(report.headers.get('content-type')).toMatch(/^application\/json/);
  });

  it.each([
    [get('/things/%zz'), 400, 'invalid_url'],
    [get('/things/%c3'), 400, 'invalid_url'],
    [get(`/things/${'x'.repeat(201)}`), 414, 'path_too_long'],
    [get('/things', `X-Long: ${'x'.repeat(1_000_000)}\r\n`), 431, 'headers_too_large'],
    ['GARBAGE\r\n\r\n', 400, 'malformed_request'],
    [
      'POST /things/echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}',
      400,
      'malformed_request',
    ],
    [get('/things/x%00y'), 422, 'nul_character'],
    [get('/things?status=%00'), 422, 'nul_character'],
  ])('of the bytes %#', async (bytes, status, code) => {
    const answer = await raw(bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain(`"code":"${code}"`);
    expect(answer.toLowerCase()).toContain('application/problem+json');
  });
});

describe('the body', () => {
  const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
  const wide = (keys: number): string => JSON.stringify(Object.fromEntries(Array.from({ length: keys }, (_, i) => [`k${i}`, i])));

  it.each([
    ['{', 400, 'invalid_json', '"errors":[]'],
    ['{"a":1}x', 400, 'invalid_json', '"errors":[]'],
    ['{"__proto__":{"isAdmin":true}}', 400, 'forbidden_key', '"pointer":"/__proto__"'],
    ['{"a":[{"constructor":{"prototype":{}}}]}', 400, 'forbidden_key', '"pointer":"/a/0/constructor/prototype"'],
    ['{"a":1,"b":{"c":1,"\\u0063":2}}', 400, 'duplicate_key', '"pointer":"/b/c"'],
    ['{"n":[1,{"chat":7615917337495251231}]}', 400, 'unsafe_integer', '"pointer":"/n/1/chat"'],
    ['{"params":{"n":9007199254740993.0}}', 400, 'unsafe_integer', '"pointer":"/params/n"'],
    ['{"params":{"n":9.007199254740993e15}}', 400, 'unsafe_integer', '"pointer":"/params/n"'],
    ['{"n":[1,-1e400000]}', 400, 'number_out_of_range', '"pointer":"/n/1"'],
    [`{"n":${'9'.repeat(400)}}`, 400, 'number_out_of_range', '"pointer":"/n"'],
    ['{"a/b":"x\\u0000"}', 422, 'nul_character', '"pointer":"/a~1b"'],
    ['{"a":["\\ud800"]}', 422, 'lone_surrogate', '"pointer":"/a/0"'],
    [deep(65), 400, 'too_deep', '"pointer":"/0/0/0/'],
    [deep(20_000), 400, 'too_deep', '"pointer":"/0/0/0/'],
    [wide(1001), 400, 'too_many_keys', '"pointer":""'],
  ])('%.40s is %i %s', async (json, status, code, part) => {
    const answer = await echo(json);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.text).toContain(part);
  });

  it.each([
    ['{"constructor":1,"a":{"a":1},"b":{"a":1}}'],
    [deep(64)],
    [wide(1000)],
    ['[1.5e3,-1,"\\\\\\"",{"a\\"":"b"}]'],
    ['"text"'],
    ['null'],
    ['\ufeff{"bom":true}'],
  ])('%.30s is accepted', async (json) => {
    const { status, body } = await echo(json);
    expect([status, body.body ?? null]).toEqual([200, JSON.parse(json.replace('\ufeff', ''))]);
  });

  it.each(['null', '[]', '"text"', '1'])('%s is rejected where a route needs an object', async (json) => {
    const { status, body } = await mini.send('/things', { as: 'editor', json });
    expect([status, body.code, body.errors]).toEqual([
      422,
      'invalid_body',
      [expect.objectContaining({ pointer: '', code: 'not_an_object' })],
    ]);
  });

  it('may be empty for any content type, and may be sent with DELETE', async () => {
    expect((await mini.send('/things/echo', { method: 'POST', headers: { 'content-type': 'application/json' } })).body).toEqual({
      is: 'undefined',
    });
    expect((await mini.send('/things/echo', { method: 'POST' })).body).toEqual({ is: 'undefined' });
    expect((await mini.send('/things', { method: 'DELETE', headers: { 'content-type': 'application/json' } })).status).toBe(200);
    expect((await mini.send('/things', { method: 'DELETE', json: '{"ids":[1]}' })).body).toEqual({ body: { ids: [1] } });
  });

  it('has a limit of 256 kB', async () => {
    const text = (bytes: number): string => JSON.stringify('x'.repeat(bytes - 2));
    expect((await echo(text(256 * 1024))).status).toBe(200);
    const answer = await echo(text(256 * 1024 + 1));
    expect([answer.status, answer.body.code]).toEqual([413, 'body_too_large']);
  });

  it.each([
    ['text/plain', '{}', {}, 'unsupported_media_type'],
    ['application/x-www-form-urlencoded', 'a=1', {}, 'unsupported_media_type'],
    ['multipart/form-data; boundary=x', '--x--', {}, 'unsupported_media_type'],
    ['nonsense', '{}', {}, 'unsupported_media_type'],
    ['application/json; charset=utf-16', '{}', {}, 'unsupported_charset'],
    ['application/json; charset="utf-7"', '{}', {}, 'unsupported_charset'],
    ['application/json', '{}', { 'content-encoding': 'gzip' }, 'unsupported_encoding'],
  ])('as %s is 415', async (type, body, headers, code) => {
    const answer = await mini.send('/things/echo', { method: 'POST', body, headers: { 'content-type': type, ...headers } });
    expect([answer.status, answer.body.code]).toEqual([415, code]);
  });

  it('is UTF-8', async () => {
    const answer = await mini.send('/things/echo', {
      method: 'POST',
      body: Buffer.from([0x22, 0xc3, 0x28, 0x22]),
      headers: { 'content-type': 'application/json; charset=UTF-8' },
    });
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_utf8']);
  });

  it('that never ends does not block other requests', async () => {
    const socket = connect(mini.port, '127.0.0.1');
    socket.write('POST /things/echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{');
    expect((await mini.send('/')).status).toBe(200);
    socket.destroy();
  });
});

describe('validation', () => {
  it('points at each wrong member of a body', async () => {
    const json = '{"topik":"x","priority":"1","sections":[{"heading":"ok"},{"heading":7},{"heding":"x"}]}';
    const { status, body } = await mini.send('/things', { json, as: 'editor' });
    expect([status, body.code]).toEqual([422, 'invalid_body']);
    expect(body.errors).toEqual(
      expect.arrayContaining([
        { pointer: '/topik', code: 'unknown_member', detail: 'there is no member ‘topik’, did you mean ‘topic’?' },
        { pointer: '/topic', code: 'required', detail: 'topic is required' },
        expect.objectContaining({ pointer: '/priority' }),
        expect.objectContaining({ pointer: '/sections/1/heading', code: 'is_string' }),
        { pointer: '/sections/2/heding', code: 'unknown_member', detail: 'there is no member ‘heding’, did you mean ‘heading’?' },
      ]),
    );
  });

  it.each(['[]', '[{"topic":"x"}]', '"x"', '7', 'null', ''])('rejects %s where an object is required', async (json) => {
    expect((await mini.send('/things', { json, as: 'editor' })).status).toBe(422);
  });

  it('limits the number of its findings', async () => {
    const { text } = await mini.send('/things', { json: JSON.stringify({ topic: 'x', sections: Array(800).fill({}) }), as: 'editor' });
    expect(text.length).toBeLessThan(10_000);
  });

  it.each([
    ['statuss=x', 'there is no parameter ‘statuss’, did you mean ‘status’?'],
    ['STATUS=x', 'did you mean ‘status’?'],
    ['lmit=2', 'did you mean ‘limit’?'],
    ['sort=id;drop', 'there is no parameter ‘sort’'],
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=1e9', 'limit'],
    ['limit=0x10', 'limit'],
    ['limit=01', 'limit'],
    ['limit=-0', 'limit'],
    ['limit=%201', 'limit'],
    ['limit=1.0', 'limit'],
    ['limit=', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['cursor=a&cursor=b', 'cursor'],
  ])('rejects the query %s', async (query, detail) => {
    const { status, body } = await mini.send(`/things?${query}`, { as: 'viewer' });
    expect([status, body.code]).toEqual([400, 'invalid_query']);
    expect(body.detail).toContain(detail);
  });

  it.each(['1', '1W10', '1WzFd', '1WyJhIiwxXQ=', '2WyJhIiwxXQ', '1WyJhIiwxXR', '1WyJhIixudWxsXQ', '1WyJhXHUwMDAwIiwxXQ', '../../etc'])(
    'rejects the cursor %s',
    async (cursor) => {
      const { status, body } = await mini.send(`/things?cursor=${encodeURIComponent(cursor)}`, { as: 'viewer' });
      expect([status, body.code, body.errors]).toEqual([400, 'invalid_cursor', [expect.objectContaining({ pointer: '/cursor' })]]);
    },
  );

  it('accepts a valid query', async () => {
    const { body } = await mini.send('/things?limit=7&cursor=1WyJhIiwxXQ&status=x', { as: 'viewer' });
    expect(body).toEqual({ limit: 7, cursor: '1WyJhIiwxXQ', status: 'x', after: ['a', 1] });
    expect((await mini.send('/things', { as: 'viewer' })).body).toEqual({ limit: 50, after: null });
  });
});

describe('versions', () => {
  it('are sent again only when they have changed', async () => {
    const first = await mini.send('/things/versioned');
    expect([first.status, first.headers.get('etag')]).toEqual([200, '"v3"']);
    for (const known of ['"v3"', 'W/"v3"', '"v1", "v3"', '*']) {
      const again = await mini.send('/things/versioned', { headers: { 'if-none-match': known } });
      expect([known, again.status, again.text]).toEqual([known, 304, '']);
    }
    expect((await mini.send('/things/versioned', { headers: { 'if-none-match': '"v2"' } })).status).toBe(200);
  });

  it.each([
    [undefined, 428],
    ['"v2"', 412],
    ['W/"v3"', 412],
    ['v3', 400],
    ['"v2", "v3"', 201],
    ['"v3"', 201],
    ['*', 201],
  ])('change with If-Match %s: %i', async (match, status) => {
    const answer = await mini.send('/things/versioned', { method: 'POST', headers: match === undefined ? {} : { 'if-match': match } });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('etag')).toBe(status === 412 ? '"v3"' : null);
  });
});
