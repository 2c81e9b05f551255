import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { STDOUT_CLOSED } from '../../src/cli/terminal.ts';
import { runCli, startCli } from './run-cli.ts';
import { EXECUTION_ID, execution } from './samples.ts';
import { problem, StubServer } from './stub-server.ts';

const EXECUTION = `GET /executions/${EXECUTION_ID}`;
const JSON_PROBLEM = { 'content-type': 'application/problem+json' };
const STATUS = ['task', 'status', EXECUTION_ID];

let server: StubServer;
let env: Record<string, string>;
beforeEach(async () => {
  server = await new StubServer().start();
  env = { APP_SERVER: server.url, APP_TOKEN: 'key' };
});
afterEach(() => server.stop());

describe('exit codes of answers', () => {
  it.each([
    [400, 'bad_request', 2],
    [401, 'unauthorized', 4],
    [403, 'forbidden', 4],
    [404, 'not_found', 3],
    [409, 'conflict', 7],
    [412, 'precondition_failed', 7],
    [422, 'validation_failed', 2],
    [422, 'idempotency_key_reused', 7],
    [428, 'precondition_required', 7],
    [429, 'too_many_requests', 1],
    [500, 'internal', 1],
  ])('%i %s ends with %i and a next step', async (status, code, exit) => {
    server.on(EXECUTION, problem(status, code, 'the reason'));
    const result = await runCli(STATUS, { env });
    expect(result).toEqual({
      code: exit,
      stdout: '',
      stderr: expect.stringMatching(new RegExp(`^Error: ${code}\n  the reason\nNext: contenthub .+\n$`)),
    });
  });

  it('names the address of a redirect to another server, which gets no request', async () => {
    const other = await new StubServer().start();
    server.on(EXECUTION, { status: 307, headers: { location: `${other.url}/x` } });
    const { code, stderr } = await runCli(STATUS, { env });
    await other.stop();
    expect([code, other.received, server.received.length]).toEqual([1, [], 1]);
    expect(stderr).toContain(`${server.url} (from APP_SERVER) redirects to ${other.url}/x, another server`);
  });

  it.each([
    ['task list', ['task', 'list', '-o', 'json'], 'GET /executions', { items: [], nextCursor: null }],
    ['task cancel', ['task', 'cancel', EXECUTION_ID, '--yes', '-o', 'json'], 'DELETE /tasks/executions/cancel/by-ids', { items: [] }],
  ])('%s waits once for a short Retry-After of a 429', async (_, args, route, body) => {
    const slower = { ...problem(429, 'rate_limited', 'slower'), headers: { ...JSON_PROBLEM, 'retry-after': '1' } };
    server.on(route, slower, { body });
    const startedAt = performance.now();
    await runCli(args, { env });
    expect([server.requests(route).length, performance.now() - startedAt >= 990]).toEqual([2, true]);
    server.on(route, slower, slower, { body });
    expect(await runCli(args, { env })).toMatchObject({ code: 1, stderr: expect.stringContaining('rate_limited') });
    expect(server.requests(route)).toHaveLength(4);
  });

  it('does not wait out a long Retry-After', async () => {
    server.on(EXECUTION, { ...problem(429, 'rate_limited', 'slower'), headers: { ...JSON_PROBLEM, 'retry-after': '11' } });
    expect(await runCli(STATUS, { env })).toMatchObject({ code: 1, stderr: expect.stringContaining('rate_limited') });
    expect(server.requests(EXECUTION)).toHaveLength(1);
  });

  it.each([
    ['backup', 'contenthub backup --help', 'exists'],
    ['restore', 'contenthub restore --help', 'not a backup'],
  ])('%s names its own help as the next step', async (command, next, reason) => {
    const cwd = mkdtempSync(join(tmpdir(), 'contenthub-next-'));
    writeFileSync(join(cwd, 'a.gz'), gzipSync('{}'));
    const { code, stderr } = await runCli([command, 'a.gz'], { env, cwd });
    rmSync(cwd, { recursive: true });
    expect([code, stderr]).toEqual([2, expect.stringMatching(new RegExp(`${reason}[^]*Next: ${next}\n$`))]);
  });

  it('names the rejected fields of a body', async () => {
    server.on(
      'POST /accounts',
      problem(422, 'validation_failed', 'invalid', { errors: [{ pointer: '/name', code: 'empty', detail: 'must not be empty' }] }),
    );
    const { stderr } = await runCli(['account', 'create', '-f', '-'], { env, stdin: '{"name":""}' });
    expect(stderr).toContain('  /name must not be empty\n');
  });

  it('prints each reason once, and a detail that says more beside them', async () => {
    const errors = [{ pointer: '/name', code: 'empty', detail: 'must not be empty' }];
    server.on(
      'POST /accounts',
      problem(422, 'validation_failed', 'invalid', { detail: '/name must not be empty', errors }),
      problem(422, 'validation_failed', 'invalid', { detail: 'GET /accounts lists all.', errors }),
    );
    const create = async () => (await runCli(['account', 'create', '-f', '-'], { env, stdin: '{"name":""}' })).stderr;
    expect((await create()).match(/must not be empty/g)).toHaveLength(1);
    expect(await create()).toContain('  GET /accounts lists all.\n  /name must not be empty\n');
  });

  it('an empty list is a success', async () => {
    server.on('GET /executions', { body: { items: [], nextCursor: null } });
    const { code, stdout } = await runCli(['task', 'list', '-o', 'json'], { env });
    expect([code, JSON.parse(stdout)]).toEqual([0, { items: [], nextCursor: null }]);
  });

  it('a server that is down is 69 and leaves stdout empty', async () => {
    await server.stop();
    const result = await runCli(['task', 'list'], { env });
    expect(result).toEqual({
      code: 69,
      stdout: '',
      stderr: expect.stringMatching(/cannot be reached: .*ECONNREFUSED[^]*Next: contenthub serve/),
    });
  });

  it('another program on the port is not reported as a missing task', async () => {
    server.on(EXECUTION, { status: 404, headers: { 'content-type': 'text/html' }, body: '<h1>nginx</h1>' });
    const { code, stderr } = await runCli(STATUS, { env });
    expect([code, stderr]).toEqual([1, expect.stringContaining('does not look like ContentHub')]);
  });

  it('a page instead of JSON is an error, not an answer', async () => {
    server.on(EXECUTION, { headers: { 'content-type': 'text/html' }, body: '<html>' });
    expect(await runCli(STATUS, { env })).toMatchObject({ code: 1, stdout: '' });
  });

  it('reports that no key was found', async () => {
    server.on(EXECUTION, problem(401, 'unauthorized', 'missing bearer'));
    const { code, stderr } = await runCli(STATUS, { env: { APP_SERVER: server.url, DATA_DIR: '/nonexistent' } });
    expect([code, stderr]).toEqual([4, expect.stringContaining('none was found')]);
  });
});

describe('errors under -o json', () => {
  it('are the problem of the server on stderr, and nothing else', async () => {
    server.on(EXECUTION, problem(409, 'conflict', 'busy', { traceId: 't1' }));
    const { stdout, stderr } = await runCli([...STATUS, '-o', 'json'], { env });
    expect(stdout).toBe('');
    expect(JSON.parse(stderr)).toMatchObject({ status: 409, code: 'conflict', detail: 'busy', traceId: 't1', exitCode: 7 });
  });

  it.each([
    [['-o', 'json', 'task', 'lst']],
    [['task', 'list', '--output=json', '--limit', 'x']],
    [['task', 'list', '--output', 'json', '--statsu', 'failed']],
  ])('are a problem object for a usage error: %j', async (argv) => {
    const { code, stdout, stderr } = await runCli(argv, { env });
    expect([code, stdout]).toEqual([2, '']);
    expect(JSON.parse(stderr)).toMatchObject({ code: 'usage', exitCode: 2, next: expect.stringContaining('--help') });
  });
});

describe('usage errors', () => {
  it.each([
    [['tsk'], "unknown command 'tsk' (Did you mean task?)", 'contenthub --help'],
    [['task', 'lits'], "unknown command 'lits' (Did you mean list?)", 'contenthub task --help'],
    [['task', 'list', '--limt', '3'], "unknown option '--limt' (Did you mean --limit?)", 'contenthub task list --help'],
    [['task', 'list', '-o', 'xml'], "argument 'xml' is invalid", 'contenthub task list --help'],
    [['task', 'list', '--limit', '0'], 'It must be a whole number from 1 to 100000', 'contenthub task list --help'],
    [['task', 'list', '--status', 'done'], 'It must be one of pending, submitted', 'contenthub task list --help'],
    [['task', 'list', '--since', 'yesterday'], 'It must be a duration', 'contenthub task list --help'],
    [['task', 'list', '--columns', 'executionId,nope'], 'There is no column "nope"', '--columns accepts executionId,taskName'],
    [['task', 'status'], "missing required argument 'id'", 'contenthub task status --help'],
    [['task', 'status', 'a', 'b'], 'too many arguments', 'contenthub task status --help'],
    [['task', 'run', 'x', '--params', '[1]'], 'A JSON object is needed', 'contenthub task run --help'],
    [['task', 'run', 'x', '--params', '{'], 'This is not JSON', 'contenthub task run --help'],
    [
      ['task', 'run', 'x', '--params', '{"a":[7615917337495251231]}'],
      'The JSON cannot be used: /a/0 is an integer beyond ±(2^53 − 1)',
      'contenthub task run --help',
    ],
    [['task', 'run', 'x', '--params', '@/nonexistent.json'], 'The file cannot be read', 'contenthub task run --help'],
    [['task', 'cancel'], 'Name ids, or --task-name, or --all', 'contenthub task cancel --help'],
    [['task', 'cancel', EXECUTION_ID, '--all'], 'Name ids, or --task-name, or --all', 'contenthub task cancel --help'],
    [['content', 'generate', '--topic', 'x'], "required option '--account <account>' not specified", 'contenthub content generate --help'],
    [
      ['content', 'generate', '--account', 'a', '--priority', '11'],
      'It must be 1 to 10, or low, medium, high, urgent',
      'contenthub content generate --help',
    ],
    [['content', 'generate', '--account', 'a', '--at', 'soon'], 'It must be an ISO 8601 time', 'contenthub content generate --help'],
    [['content', 'generate', '--account', 'a', '--idempotency-key', '钥'], 'visible ASCII', 'contenthub content generate --help'],
    [['account', 'create', '-f', 'a.yaml'], 'The file must be JSON', 'contenthub account create --help'],
  ])('%j', async (argv, message, next) => {
    const { code, stdout, stderr } = await runCli(argv, { env });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toContain(`Next: ${next}`);
    expect(server.received).toEqual([]);
  });

  it('a group without a command shows its help on stderr', async () => {
    const { code, stdout, stderr } = await runCli(['task']);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining('Usage: contenthub task')]);
  });
});

describe('help', () => {
  it('is an answer: on stdout, exit 0, also without any argument', async () => {
    for (const argv of [[], ['--help'], ['help']]) {
      expect(await runCli(argv)).toEqual({ code: 0, stdout: expect.stringContaining('Usage: contenthub'), stderr: '' });
    }
  });

  it.each([
    'content generate',
    'content list',
    'content show',
    'task status',
    'task list',
    'task cancel',
    'task run',
    'task logs',
    'account list',
    'account show',
    'account create',
    'serve',
    'migrate',
    'doctor',
    'version',
    'task-status',
    'task-list',
    'task-cancel',
  ])('%s has an example', async (words) => {
    const { code, stdout } = await runCli([...words.split(' '), '--help']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/Example:\n {2}.*contenthub .+/)]);
  });
});

describe('interruption', () => {
  it('Ctrl-C during a request ends with 130', async () => {
    const cli = startCli(STATUS, { env });
    cli.interrupt();
    expect(await cli.exit).toBe(130);
  });

  it('prints nothing and succeeds when the reader of stdout has gone', async () => {
    server.on('GET /executions', { body: { items: [execution()], nextCursor: 'more' } });
    const cli = startCli(['task', 'list', '--all', '-o', 'jsonl'], { env });
    await cli.stdout.until('executionId');
    cli.interrupt(STDOUT_CLOSED);
    expect([await cli.exit, cli.stderr.text]).toEqual([0, '']);
  });
});

it('an invalid setting ends a command that loads the application with 78', () => {
  const { status, stderr } = spawnSync(process.execPath, ['bin/contenthub.mjs', 'migrate'], {
    env: { PATH: process.env.PATH, DATABASE_URL: 'not-an-address' },
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([78, expect.stringContaining('DATABASE_URL')]);
});
