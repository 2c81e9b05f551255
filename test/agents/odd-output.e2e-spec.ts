import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentTaskHandler } from '../../src/tasks/definitions/agent-task.handler.ts';
import { startCli } from '../cli/run-cli.ts';
import { type TestApplication, startApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';

interface Execution {
  status: string;
  attempt: number;
  result: unknown;
  error: { class: string; code: string; message: string } | null;
}

let server: TestApplication;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'contenthub-odd-'));
  const handle = () => new AgentTaskHandler().handle();
  server = await startApplication({ handlers: [{ name: 'print', runBy: 'agents', backoff: { baseMs: 1, maxMs: 1 }, handle }] });
});
afterEach(async () => {
  await server.http('DELETE', '/tasks/executions/cancel/all');
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Writes the bytes in its params. */
function program(): string {
  const file = join(folder, 'program');
  writeFileSync(
    file,
    `#!${process.execPath}
const params = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
const bytes = (parts = []) => Buffer.concat(parts.flatMap(({ hex, times }) => Array(times).fill(Buffer.from(hex, 'hex'))));
process.stdout.write(bytes(params.out));
process.stderr.write(bytes(params.err));
if (params.env) console.log(JSON.stringify(process.env));
process.exitCode = params.exit ?? 0;`,
  );
  chmodSync(file, 0o755);
  return file;
}

const bytes = (...parts: (string | [text: string, times: number])[]) =>
  parts.map((part) => {
    const [text, times] = typeof part === 'string' ? [part, 1] : part;
    return { hex: Buffer.from(text).toString('hex'), times };
  });

async function submit(params: object, headers: Record<string, string> = {}): Promise<string> {
  return (await server.http<{ executionId: string }>('POST', '/tasks/print/execute/api', { params }, headers)).body.executionId;
}

const ended = (id: string) =>
  waitFor(
    async () => {
      const { body } = await server.http<Execution>('GET', `/executions/${id}`);
      return ['completed', 'failed', 'timeout', 'cancelled'].includes(body.status) && body;
    },
    { what: `the end of ${id}` },
  );

function start(
  name: string,
  { args = [], env = {}, url = server.url }: { args?: string[]; env?: Record<string, string>; url?: string } = {},
) {
  return startCli(['agent', '--name', name, '--exec', program(), '--server', url, ...args], {
    env: { PATH: process.env.PATH ?? '', APP_TOKEN: server.key, ...env },
    cwd: folder,
  });
}

async function lines(id: string): Promise<{ level: string; message: string }[]> {
  return server.sql('SELECT level, message FROM task_logs WHERE task_id = $1 ORDER BY seq', [id]);
}

describe('contenthub agent', () => {
  it('fails a task at once when the server rejects its result, and continues with the next', async () => {
    const nested = (levels: number) => bytes(['[', levels], [']', levels]);
    const refused = [
      [bytes('"\\u0000"'), 'nul_character'],
      [bytes('{"a":["\\ud800"]}'), 'lone_surrogate'],
      [nested(65), 'too_deep'],
      [bytes('{"__proto__":1}'), 'forbidden_key'],
      [bytes('1e999'), 'number_out_of_range'],
      [bytes('{"a":1,"a":2}'), 'duplicate_key'],
      [bytes('[', ['0,', 100_000], '0]'), 'too_many_keys'],
    ];
    const ids = await Promise.all(refused.map(([out]) => submit({ out })));
    const notUtf8 = await submit({ out: [{ hex: '22ff22', times: 1 }] });
    const good = await Promise.all([nested(64), bytes('[', ['0,', 50_000], '0]'), bytes('1.10')].map((out) => submit({ out })));
    const { exit, stderr, interrupt } = start('odd-1');
    const errors = await Promise.all(ids.map(async (id) => (await ended(id)).error));
    expect(errors).toEqual(
      refused.map(([, code]) =>
        expect.objectContaining({
          class: 'invalid_output',
          code,
          message: expect.stringMatching(/^the server rejected the result: |of stdout/),
        }),
      ),
    );
    expect(errors[1]?.message).toContain('(at /a/0)');
    expect(await ended(notUtf8)).toMatchObject({ attempt: 1, error: { class: 'invalid_output', code: 'result_not_utf8' } });
    for (const id of good) expect(await ended(id)).toMatchObject({ status: 'completed' });
    expect(await server.sql('SELECT max(attempt)::int AS attempts, sum(crash_count)::int AS crashes FROM tasks')).toEqual([
      { attempts: 1, crashes: 0 },
    ]);
    interrupt();
    expect(await exit).toBe(0);
    expect(stderr.text).toContain('the server rejected the result');
  });

  it('stores the whole log of a program that writes invalid text', async () => {
    const text = Array.from({ length: 4_000 }, (_, i) => (i === 1_000 ? 'nul \0 here' : `line ${i}`)).join('\n');
    const id = await submit({ err: bytes(text) });
    const long = await submit({ err: bytes(['x', 1_999], '😀', ['\u0001', 200_000]) });
    const failed = await submit({ err: bytes(`${'y'.repeat(1_999)}😀\0`), exit: 65 });
    const blank = await submit({ err: bytes(' \n'), exit: 65 });
    const { exit, interrupt } = start('odd-2');
    await ended(id);
    const stored = await lines(id);
    expect(stored).toHaveLength(4_001);
    expect(stored[1_000]).toEqual({ level: 'info', message: 'nul \uFFFD here' });
    expect(stored.at(-1)).toEqual({ level: 'warn', message: expect.stringMatching(/^1 characters .* replaced by U\+FFFD$/) });
    await ended(long);
    const pieces = (await lines(long)).map(({ message }) => message);
    expect(pieces.join('')).toBe(`${'x'.repeat(1_999)}😀${'\u0001'.repeat(200_000)}`);
    expect((await ended(failed)).error).toMatchObject({ class: 'invalid_input', message: 'y'.repeat(1_999) });
    expect((await ended(blank)).error).toMatchObject({ class: 'invalid_input', message: 'the program ended with exit code 65' });
    interrupt();
    expect(await exit).toBe(0);
  });

  it('passes an allow-list of its environment, and the variables of --env', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const id = await submit({ env: true }, { traceparent });
    const env = { DATABASE_URL: 'postgres://secret', LC_ALL: 'C.UTF-8', MODEL: 'large', OTHER: 'x' };
    const { exit, interrupt } = start('odd-3', { args: ['--env', 'MODEL', '--env', 'OTHER'], env });
    const { result } = await ended(id);
    const { PATH = '' } = process.env;
    const CONTENTHUB = {
      CONTENTHUB_TASK_ID: id,
      CONTENTHUB_TASK_NAME: 'print',
      CONTENTHUB_TASK_EPOCH: '1',
      CONTENTHUB_TASK_ATTEMPT: '1',
      TRACEPARENT: traceparent,
    };
    expect(result).toEqual({ PATH, LC_ALL: 'C.UTF-8', MODEL: 'large', OTHER: 'x', ...CONTENTHUB });
    interrupt();
    expect(await exit).toBe(0);
  });

  it.each([
    [['--env', 'APP_TOKEN'], 'The variable APP_TOKEN holds the API key, which is never passed to a program'],
    [['--env', 'MISSING'], 'The variable MISSING of --env is not set'],
  ])('refuses %j', async (args, message) => {
    const { exit, stderr } = start('odd-4', { args });
    expect(await exit).toBe(2);
    expect(stderr.text).toContain(message);
  });

  it('waits for a server that is unreachable at the start', async () => {
    const proxy = createServer((request, response) => {
      void (async () => {
        const body = await new Response(request as unknown as ReadableStream).text();
        const { authorization = '' } = request.headers;
        const answer = await fetch(server.url + (request.url ?? ''), {
          method: request.method,
          headers: { authorization, 'content-type': 'application/json' },
          body,
        });
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
      })().catch(() => response.destroy());
    });
    const listen = (port: number) => new Promise<void>((resolve) => proxy.listen(port, '127.0.0.1', resolve));
    await listen(0);
    const { port } = proxy.address() as AddressInfo;
    await new Promise((resolve) => proxy.close(resolve));
    const id = await submit({ out: bytes('1') });
    const { exit, stderr, interrupt } = start('odd-5', { url: `http://127.0.0.1:${port}` });
    await stderr.until('Trying again every');
    expect(stderr.text).toContain(`The server at http://127.0.0.1:${port} (from --server) cannot be reached`);
    await listen(port);
    expect(await ended(id)).toMatchObject({ status: 'completed', result: 1 });
    interrupt();
    expect(await exit).toBe(0);
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
  });

  it('ends on SIGTERM while it waits, and at once when its key is invalid', async () => {
    const waits = start('odd-6', { url: 'http://127.0.0.1:1' });
    await waits.stderr.until('Trying again every');
    waits.interrupt();
    expect(await waits.exit).toBe(130);
    expect(await start('odd-7', { env: { APP_TOKEN: 'ch_live_wrong' } }).exit).toBe(4);
  });
});
