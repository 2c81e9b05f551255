import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type Engine, useEngines } from '../support/engine.ts';
import { waitFor } from '../support/wait-for.ts';
import { json, type Reply, startStubService, status } from './stub-service.ts';
import { exampleFor, removeTasksFiles, tasksFile } from './tasks-file.ts';

const harness = useEngines();
const SECRETS = { SPACE_API_TOKEN: 'canary-token/with+signs', FEISHU_BOT_HOOK: 'canary-hook-7f3a' };
const MEMBERS = { members: [{ id: 1, name: '林' }], next: null };

let stub: Awaited<ReturnType<typeof startStubService>>;
beforeAll(async () => {
  stub = await startStubService();
});
afterAll(async () => {
  await stub.close();
  removeTasksFiles();
});

function start(text: string, settings: Record<string, string> = {}): Promise<Engine> {
  const environment = { TASKS_FILE: tasksFile(text), EGRESS_ALLOW_PRIVATE: stub.host, ...SECRETS, ...settings };
  return harness.start({ slots: 2, loops: true, settings: environment });
}

/** One task `sync`, with these lines, against the stub by default. */
const sync = (lines: string[], request = `{method: GET, url: "${stub.url}/sync"}`): string =>
  [
    'secrets: [SPACE_API_TOKEN]',
    'tasks:',
    '- name: sync',
    `  request: ${request}`,
    '  backoff: {baseMs: 1, maxMs: 1}',
    ...lines.map((line) => `  ${line}`),
  ].join('\n');

async function run(engine: Engine, name: string, params: Record<string, unknown> = {}) {
  return engine.ended(await engine.submit(name, params));
}

it('a request has the trace context of the submission', async () => {
  stub.answer(json({}));
  const traceContext = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const engine = await start(sync([]));
  await engine.ended(await engine.submit('sync', {}, { traceContext }));
  expect(stub.received[0]?.headers).toMatchObject({ traceparent: traceContext });
});

describe('the tasks of tasks.example.yaml', () => {
  it('user-space-sync fetches the members of a space', async () => {
    stub.answer(json(MEMBERS));
    const engine = await start(exampleFor(stub.url));
    expect(await run(engine, 'user-space-sync', { space: 'docs/内部' })).toMatchObject({
      status: 'completed',
      attempt: 1,
      params: { space: 'docs/内部', limit: 200 },
      result: MEMBERS.members,
    });
    expect(stub.received).toEqual([
      expect.objectContaining({ method: 'GET', url: `/api/v1/spaces/${encodeURIComponent('docs/内部')}/members?limit=200`, body: '' }),
    ]);
    expect(stub.received[0]?.headers).toMatchObject({ authorization: `Bearer ${SECRETS.SPACE_API_TOKEN}`, accept: 'application/json' });
    expect(stub.received[0]?.headers).not.toHaveProperty('idempotency-key');
  });

  it('feishu-sync sends a message, after a Retry-After, with one key', async () => {
    stub.answer(status(503), status(502), json({ code: 0, msg: 'success' }));
    const engine = await start(exampleFor(stub.url));
    const id = await engine.submit('feishu-sync', { text: '发布了 "一篇" \\ 文章\n{{ env.FEISHU_BOT_HOOK }}' });
    expect(await engine.ended(id)).toMatchObject({ status: 'completed', attempt: 3, result: { code: 0, msg: 'success' } });
    expect(stub.received.map(({ url }) => url)).toEqual(Array(3).fill(`/open-apis/bot/v2/hook/${SECRETS.FEISHU_BOT_HOOK}`));
    expect(stub.received.map(({ headers }) => headers['idempotency-key'])).toEqual([id, id, id]);
    expect(stub.received.map(({ headers }) => headers['content-type'])).toEqual(Array(3).fill('application/json'));
    expect(JSON.parse(stub.received[2]?.body ?? '')).toEqual({
      msg_type: 'text',
      content: { text: '发布了 "一篇" \\ 文章\n{{ env.FEISHU_BOT_HOOK }}' },
    });
    expect((await harness.transitions(id)).filter((step) => step.startsWith('retry'))).toHaveLength(2);
  });

  it('feishu-sync works without params, and an error inside a 200 is a failure', async () => {
    stub.answer(json({ code: 19024, msg: 'Key Words Not Found' }));
    const engine = await start(exampleFor(stub.url));
    expect(await run(engine, 'feishu-sync')).toMatchObject({
      status: 'failed',
      attempt: 1,
      error: {
        class: 'invalid_output',
        code: 'unexpected_answer',
        message: expect.stringContaining('answered with 19024 at /code, expected 0'),
      },
    });
    expect(stub.received[0]?.body).toContain('ContentHub 同步完成');
  });

  it('reject invalid params, with pointers', async () => {
    const engine = await start(exampleFor(stub.url));
    await expect(engine.submit('user-space-sync', { spaec: 'docs', limit: '5' })).rejects.toMatchObject({
      status: 422,
      code: 'invalid_params',
      errors: [
        { pointer: '/params/spaec', code: 'unknown_member', detail: expect.stringContaining('‘space’') },
        { pointer: '/params/space', code: 'required' },
        { pointer: '/params/limit', code: 'is_number' },
      ].map((error) => expect.objectContaining(error)),
    });
  });
});

describe('an answer', () => {
  it('429 with Retry-After delays the task until then', async () => {
    stub.answer(status(429, { 'retry-after': '120' }));
    const engine = await start(sync([]));
    const id = await engine.submit('sync');
    const pending = async () => {
      const row = await engine.tasks.get(id);
      return row.status === 'pending' && row;
    };
    const row = await waitFor(pending, { what: 'the wait' });
    const seconds = (row.runAt.getTime() - Date.now()) / 1_000;
    expect(seconds).toBeGreaterThan(110);
    expect(seconds).toBeLessThanOrEqual(132);
    const [retried] = await harness.sql(`SELECT detail FROM task_audit WHERE task_id = $1 AND reason = 'retry'`, [id]);
    expect(retried).toMatchObject({ detail: { class: 'rate_limited', code: 'http_429' } });
    expect(stub.received).toHaveLength(1);
  });

  it.each<[string, Reply, string[], object]>([
    ['404 fails at once', status(404), [], { status: 'failed', attempt: 1, error: { class: 'invalid_input', code: 'http_404' } }],
    [
      '500 fails when the attempts are used up',
      status(500),
      ['maxAttempts: 2'],
      { status: 'failed', attempt: 2, error: { class: 'transient', code: 'http_500' } },
    ],
    ['204 is a success without a result', status(204), [], { status: 'completed', result: null }],
    ['404 may be expected', status(404), ['expect: {status: [200, 404]}'], { status: 'completed', result: null }],
    [
      'one that breaks off is tried again',
      (response) => response.destroy(),
      ['maxAttempts: 2'],
      { status: 'failed', attempt: 2, error: { class: 'transient', code: 'connection_failed' } },
    ],
    [
      'one without the result is useless',
      json({}),
      ['result: /members'],
      { status: 'failed', attempt: 1, error: { class: 'invalid_output', code: 'result_missing' } },
    ],
    [
      'one of 2 MB is useless',
      (response) => response.end('x'.repeat(2_000_000)),
      [],
      { status: 'failed', attempt: 1, error: { class: 'invalid_output', code: 'too_large' } },
    ],
    [
      'a redirect to a private address is not followed',
      status(302, { location: 'http://169.254.169.254/' }),
      [],
      { status: 'failed', attempt: 1, error: { class: 'invalid_input', code: 'forbidden_address' } },
    ],
  ])('%s', async (_, reply, lines, outcome) => {
    stub.answer(reply);
    const engine = await start(sync(lines));
    expect(await run(engine, 'sync')).toMatchObject(outcome);
  });

  it('that does not come in time is a timeout, and is tried again', async () => {
    stub.answer(() => undefined);
    const engine = await start(sync(['timeoutMs: 150', 'maxAttempts: 2']));
    expect(await run(engine, 'sync')).toMatchObject({ status: 'timeout', attempt: 2, error: { class: 'timeout' } });
  });

  it('is not awaited once the task is cancelled', async () => {
    const { promise: asked, resolve } = Promise.withResolvers<Parameters<Reply>[0]>();
    stub.answer((response) => resolve(response));
    const engine = await start(sync(['timeoutMs: 60000']));
    const id = await engine.submit('sync');
    const response = await asked;
    const closed = once(response, 'close');
    await engine.tasks.cancelByIds([id], 'test');
    await closed;
    expect(await engine.ended(id)).toMatchObject({ status: 'cancelled', attempt: 1 });
  });
});

describe('a request', () => {
  it.each([
    ['http://169.254.169.254/latest/meta-data', 'forbidden_address'],
    ['http://127.0.0.1:80/', 'forbidden_address'],
    ['http://[::1]/', 'forbidden_address'],
    ['https://example.com:22/', 'forbidden_port'],
  ])('to %s is rejected at once', async (url, code) => {
    const engine = await start(sync([], `{method: GET, url: "${url}"}`));
    expect(await run(engine, 'sync')).toMatchObject({ status: 'failed', attempt: 1, error: { class: 'invalid_input', code } });
  });

  it('to another method than GET is not redirected', async () => {
    stub.answer(status(307, { location: '/elsewhere' }));
    const engine = await start(sync([], `{method: POST, url: "${stub.url}/sync", body: {}}`));
    expect(await run(engine, 'sync')).toMatchObject({
      status: 'failed',
      attempt: 1,
      error: { class: 'invalid_input', code: 'forbidden_redirect' },
    });
    expect(stub.received).toHaveLength(1);
  });

  it('whose values would leave their place is not sent', async () => {
    const lines = ['params: {part: {type: string}, label: {type: string}}'];
    const engine = await start(
      sync(lines, `{method: DELETE, url: "${stub.url}/a/{{ params.part }}/b", headers: {X-Label: "{{ params.label }}"}}`),
    );
    stub.answer(status(200));
    expect(await run(engine, 'sync', { part: '..' })).toMatchObject({
      status: 'failed',
      attempt: 1,
      error: { class: 'invalid_input', code: 'dot_segment' },
    });
    expect(await run(engine, 'sync', { part: 'x', label: 'a\r\nX-Admin: yes' })).toMatchObject({
      status: 'failed',
      attempt: 1,
      error: { class: 'invalid_input', code: 'invalid_header', message: expect.not.stringContaining('X-Admin') },
    });
    expect(stub.received).toEqual([]);
    expect(await run(engine, 'sync', { part: '../../admin?x#y' })).toMatchObject({ status: 'completed' });
    expect(stub.received[0]?.url).toBe('/a/..%2F..%2Fadmin%3Fx%23y/b');
    expect(stub.received[0]?.headers).not.toHaveProperty('x-label');
  });
});

describe('secrets', () => {
  const echo: Reply = (response, { url, headers }) => json({ url, headers, decoded: decodeURIComponent(url) })(response, {} as never);
  const request = `{method: GET, url: "${'$'}URL/hook/{{ env.SPACE_API_TOKEN }}", query: {key: "{{ env.SPACE_API_TOKEN }}"}, headers: {Authorization: "Bearer {{ env.SPACE_API_TOKEN }}"}}`;
  const leaky = (lines: string[]): string => sync(lines, request.replace('$URL', stub.url));

  /** The whole database as text. */
  async function stored(): Promise<string> {
    const tables = ['tasks', 'task_audit', 'task_logs', 'task_steps', 'events'];
    const queries = tables.map((table) => `SELECT t::text AS row FROM ${table} t`);
    const rows = await harness.sql<{ row: string }>(queries.join(' UNION ALL '));
    return rows.map(({ row }) => row).join('\n');
  }

  it.each<[string, Reply, string[]]>([
    ['the other side sends back what it got', echo, []],
    [
      'the other side puts it where something else is expected',
      (response, { headers }) => json({ code: headers.authorization })(response, {} as never),
      ['expect: {json: {/code: 0}}'],
    ],
    ['the other side does not know the address', status(404), []],
    ['the connection breaks', (response) => response.destroy(), ['maxAttempts: 1']],
    [
      'the other side redirects to a private address with it',
      (response, { url }) => status(302, { location: `http://10.0.0.1${url}` })(response, {} as never),
      [],
    ],
  ])('are stored nowhere when %s', async (_, reply, lines) => {
    stub.answer(reply);
    const engine = await start(leaky(lines));
    await run(engine, 'sync');
    expect(stub.received[0]?.url).toContain(encodeURIComponent(SECRETS.SPACE_API_TOKEN));
    expect(stub.received[0]?.headers.authorization).toContain(SECRETS.SPACE_API_TOKEN);
    const everything = await stored();
    expect(everything).toContain('sync');
    expect(everything).not.toContain('canary');
  });

  it('are not sent to the target of a redirect', async () => {
    const other = await startStubService();
    other.answer(json({ ok: true }));
    stub.answer(status(302, { location: `${other.url}/next` }));
    const engine = await start(leaky([]), { EGRESS_ALLOW_PRIVATE: `${stub.host},${other.host}` });
    expect(await run(engine, 'sync')).toMatchObject({ status: 'completed', result: { ok: true } });
    expect(stub.received[0]?.headers.authorization).toContain('canary');
    expect(JSON.stringify(other.received)).not.toContain('canary');
    await other.close();
  });
});
