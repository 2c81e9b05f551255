import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runCli } from './run-cli.ts';
import { COMPLETED, EXECUTION_ID, execution } from './samples.ts';
import { problem, StubServer } from './stub-server.ts';

const EXECUTION = `GET /executions/${EXECUTION_ID}`;
const FOLLOW = ['task', 'status', EXECUTION_ID, '--follow'];
const AT_ONCE = { 'retry-after': '0' };
const RUNNING = { headers: AT_ONCE, body: execution() };

let server: StubServer;
let env: Record<string, string>;
beforeEach(async () => {
  server = await new StubServer().start();
  env = { APP_SERVER: server.url, APP_TOKEN: 'key' };
});
afterEach(() => server.stop());
describe('logs', () => {
  const LOGS = `GET /executions/${EXECUTION_ID}/logs`;
  const AUDIT = `GET /executions/${EXECUTION_ID}/audit`;
  const LATER = '2026-11-23T01:00:13.000Z';
  const transition = (version: number, fields: object = {}) => ({
    version,
    from: 'submitted',
    to: 'running',
    reason: 'claim',
    actor: { type: 'worker', id: 'pool-1', name: 'pool-1' },
    attempt: 1,
    detail: null,
    at: '2026-11-23T01:00:12.345Z',
    level: 'info',
    message: 'Task started',
    ...fields,
  });
  const NOTHING_TOLD = { body: { items: [] } };
  const line = (seq: number, fields: object = {}) => ({
    seq,
    timestamp: '2026-11-23T01:00:12.345Z',
    level: 'info',
    message: `line ${seq}`,
    ...fields,
  });

  it('task logs -f prints new lines until the end', async () => {
    server.on(EXECUTION, RUNNING, { body: COMPLETED }).on(AUDIT, NOTHING_TOLD);
    server.on(
      LOGS,
      { body: { items: [line(1), line(2)], nextAfter: 2, truncated: false } },
      { body: { items: [line(3, { data: { n: 1 } })], nextAfter: 3, truncated: false } },
    );
    const { code, stdout } = await runCli(['task', 'logs', EXECUTION_ID, '-f'], { env });
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      '2026-11-23T01:00:12.345Z\tinfo\tline 1',
      '2026-11-23T01:00:12.345Z\tinfo\tline 2',
      '2026-11-23T01:00:12.345Z\tinfo\tline 3 {"n":1}',
      '',
    ]);
    expect(server.requests(LOGS).map(({ url }) => url.searchParams.get('after'))).toEqual(['0', '2']);
  });

  it('reads all pages', async () => {
    const page = Array.from({ length: 200 }, (_, index) => line(index + 1));
    server.on(AUDIT, NOTHING_TOLD);
    server.on(
      LOGS,
      { body: { items: page, nextAfter: 200, truncated: true } },
      { body: { items: [line(201)], nextAfter: 201, truncated: false } },
    );
    const { stdout } = await runCli(['task', 'logs', EXECUTION_ID, '-o', 'json'], { env });
    expect((JSON.parse(stdout) as { items: unknown[] }).items).toHaveLength(201);
  });

  it('escape sequences of a message have no effect on a terminal', async () => {
    server.on(AUDIT, NOTHING_TOLD);
    server.on(LOGS, { body: { items: [line(1, { message: 'a\x1b[2Jb\x07\nnext' })], nextAfter: 1, truncated: false } });
    const { stdout } = await runCli(['task', 'logs', EXECUTION_ID], { env, tty: true });
    expect(stdout).toMatch(/^\d\d:\d\d:12 info {2}ab\n {4}next\n$/);
  });

  it('task status --logs prints them below the state, or into the JSON', async () => {
    server
      .on(EXECUTION, { body: COMPLETED })
      .on(LOGS, { body: { items: [line(1)], nextAfter: 1, truncated: false } })
      .on(AUDIT, NOTHING_TOLD);
    const table = await runCli(['task', 'status', EXECUTION_ID, '--logs'], { env });
    expect(table.stdout).toMatch(/^ID\t[^]*\n\n2026-11-23T01:00:12.345Z\tinfo\tline 1\n$/);
    const json = await runCli(['task', 'status', EXECUTION_ID, '--logs', '-o', 'json'], { env });
    expect(JSON.parse(json.stdout)).toMatchObject({ executionId: EXECUTION_ID, logs: [line(1)] });
  });

  it('shows transitions between the lines, without a number', async () => {
    server.on(LOGS, { body: { items: [line(1), line(2)], nextAfter: 2, truncated: false } });
    server.on(AUDIT, {
      body: {
        items: [
          transition(1),
          transition(2, { message: null, level: null }),
          transition(3, { reason: 'complete', message: 'Task completed', at: LATER }),
        ],
      },
    });
    const { stdout } = await runCli(['task', 'logs', EXECUTION_ID], { env });
    expect(stdout.split('\n').map((text) => text.split('\t').at(-1))).toEqual(['Task started', 'line 1', 'line 2', 'Task completed', '']);
    const { items } = JSON.parse((await runCli(['task', 'logs', EXECUTION_ID, '-o', 'json'], { env })).stdout) as { items: object[] };
    expect(items[0]).toEqual({
      seq: null,
      timestamp: '2026-11-23T01:00:12.345Z',
      level: 'info',
      message: 'Task started',
      data: { transition: 'claim', status: 'running', attempt: 1, by: 'pool-1' },
    });
  });

  describe('from the stream', () => {
    const STREAM = `GET /executions/${EXECUTION_ID}/logs/stream`;
    const stream = (...events: [event: string, data: object][]) => ({
      headers: { 'content-type': 'text/event-stream; charset=utf-8' },
      body: `retry: 2000\n\n:\n\n${events.map(([event, data]) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`).join('')}`,
    });
    const END: [string, object] = ['end', { executionId: EXECUTION_ID, status: 'completed' }];

    it('task logs -f prints lines as they arrive, each once across two connections', async () => {
      server.on(EXECUTION, RUNNING, { body: COMPLETED });
      server.on(
        STREAM,
        stream(['transition', transition(1)], ['log', line(1)], ['log', line(2)], ['bye', { reason: 'shutdown' }]),
        stream(
          ['transition', transition(1)],
          ['log', line(2)],
          ['log', line(3)],
          ['transition', transition(2, { message: 'Task completed' })],
          END,
        ),
      );
      const { code, stdout } = await runCli(['task', 'logs', EXECUTION_ID, '-f'], { env });
      expect(code).toBe(0);
      expect(stdout.split('\n').map((text) => text.split('\t').at(-1))).toEqual([
        'Task started',
        'line 1',
        'line 2',
        'line 3',
        'Task completed',
        '',
      ]);
      expect(server.requests(STREAM).map(({ url, headers }) => [url.searchParams.get('after'), headers.accept])).toEqual([
        ['0', 'text/event-stream'],
        ['2', 'text/event-stream'],
      ]);
      expect(server.requests(LOGS)).toEqual([]);
    });

    it('task status --follow shows progress from the stream, and skips the lines', async () => {
      server.on(EXECUTION, RUNNING, { body: COMPLETED });
      server.on(
        STREAM,
        stream(['transition', transition(1)], ['progress', { progress: 80, step: 'check' }]),
        stream(['transition', transition(2)], END),
      );
      const { code, stderr } = await runCli(FOLLOW, { env });
      expect(code).toBe(0);
      expect(stderr).toBe('status=running progress=25 step=draft\nprogress=80 step=check\nstatus=completed progress=100\n');
      expect(server.requests(EXECUTION)).toHaveLength(2);
      expect(server.requests(STREAM)[0]?.url.searchParams.get('after')).toBe('2147483647');
    });

    it.each([
      ['a server without streams', problem(404, 'route_not_found', 'no such route')],
      ['a key with five already', problem(429, 'too_many_streams', 'five', { retryable: true })],
      ['a proxy that answers something else', { body: 'hello' }],
    ])('%s falls back to polling', async (_what, refusal) => {
      server.on(STREAM, refusal).on(EXECUTION, RUNNING, { body: COMPLETED });
      expect((await runCli(FOLLOW, { env })).code).toBe(0);
      expect(server.requests(STREAM)).toHaveLength(1);
      expect(server.requests(EXECUTION)).toHaveLength(2);
    });

    it('a closed stream is opened again', async () => {
      server
        .on(STREAM, stream(['transition', transition(1)]), { hangUp: true }, stream(['transition', transition(2)], END))
        .on(EXECUTION, RUNNING, { body: COMPLETED });
      const { code, stderr } = await runCli(FOLLOW, { env });
      expect([code, stderr.match(/reconnecting/g)?.length]).toEqual([0, 1]);
    });

    it('a rejected key ends it', async () => {
      server.on(STREAM, problem(401, 'key_invalid', 'revoked'));
      expect((await runCli(FOLLOW, { env })).code).toBe(4);
    });
  });
});
