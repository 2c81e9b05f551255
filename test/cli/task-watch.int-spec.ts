import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runCli, startCli } from './run-cli.ts';
import { EXECUTION_ID as A, execution } from './samples.ts';
import { problem, StubServer } from './stub-server.ts';

const B = '01926f5e-7a3b-7c11-9d2e-4f60718293b9';
const SAVE_SCREEN = '\x1b[?1049h';
const END_OF_FRAME = '\x1b[?2026l';

let server: StubServer;
let env: Record<string, string>;
beforeEach(async () => {
  server = await new StubServer().start();
  env = { CONTENTHUB_URL: server.url, CONTENTHUB_KEY: 'key' };
});
afterEach(() => server.stop());

const state = (executionId: string, fields: object = {}) => ({ body: execution({ executionId, ...fields }) });
const ended = (executionId: string, status = 'completed') => state(executionId, { status, phase: null, progress: 100, step: null });
/** Each task answers these states, one a request; the last one again and again. */
const answers = (a: object[], b: object[]) => server.on(`GET /executions/${A}`, ...a).on(`GET /executions/${B}`, ...b);
const WATCH = ['task', 'watch', A, B, '--interval', '1s'];

describe('task watch', () => {
  it('redraws the tasks in place on a terminal, until all have ended', async () => {
    answers([state(A), ended(A)], [ended(B)]);
    const { code, stdout, stderr } = await runCli(WATCH, { env: { ...env, TERM: 'xterm' }, tty: true, columns: 120 });
    expect([code, stderr, stdout.includes(SAVE_SCREEN)]).toEqual([0, '', false]);
    const [first = '', second = '', rest = ''] = stdout.split(END_OF_FRAME);
    expect([first, second].map((frame) => [frame.includes('running'), frame.includes('completed')])).toEqual([
      [true, true],
      [false, true],
    ]);
    expect(second).toMatch(new RegExp(`^\\x1b\\[\\?2026h\\x1b\\[${first.split('\n').length - 1}A`));
    expect(rest).toBe('\x1b[?25h');
    expect(server.requests(`GET /executions/${B}`)).toHaveLength(1);
  });

  it('prints all tasks at the end, when the terminal has fewer rows', async () => {
    answers([state(A), ended(A)], [ended(B, 'failed')]);
    const { stdout } = await runCli(WATCH, { env: { ...env, TERM: 'xterm' }, tty: true, columns: 120, rows: 3 });
    const frames = stdout.split(END_OF_FRAME).slice(0, -1);
    expect(frames.map((frame) => [frame.includes('completed'), frame.includes('failed')])).toEqual([
      [false, false],
      [true, false],
      [true, true],
    ]);
    expect(frames.at(-1)).toContain('\x1b[2A'); // over the last frame
  });

  it('prints a line for each change into a pipe, and nothing for a poll without one', async () => {
    answers([state(A), state(A), state(A, { progress: 75 }), ended(A)], [ended(B)]);
    const { code, stdout } = await runCli(WATCH, { env });
    const [head, ...lines] = stdout.trimEnd().split('\n');
    expect([code, head?.startsWith('ID\tTask')]).toEqual([0, true]);
    expect(lines.map((line) => line.split('\t').filter((_, i) => [0, 2, 3].includes(i)))).toEqual([
      [A, 'running', '25%'],
      [B, 'completed', '100%'],
      [A, 'running', '75%'],
      [A, 'completed', '100%'],
    ]);
  });

  it('answers with the final states as JSON', async () => {
    answers([state(A), ended(A)], [ended(B)]);
    const { code, stdout } = await runCli([...WATCH, '-o', 'json'], { env });
    const { items } = JSON.parse(stdout) as { items: { status: string }[] };
    expect([code, items.map(({ status }) => status)]).toEqual([0, ['completed', 'completed']]);
  });

  it.each([
    [['failed', 'completed'], 5, '1 of 2 runs failed or timed out'],
    [['cancelled', 'timeout'], 5, '1 of 2 runs failed or timed out'],
    [['cancelled', 'completed'], 6, '1 of 2 runs were cancelled'],
  ])('ends with the exit code of %j', async ([a, b], exit, said) => {
    answers([ended(A, a)], [ended(B, b)]);
    const { code, stderr } = await runCli(WATCH, { env });
    expect([code, stderr]).toEqual([exit, expect.stringContaining(said)]);
  });

  it('says of one task what task status --follow says', async () => {
    server.on(`GET /executions/${A}`, ended(A, 'cancelled'));
    const { code, stderr } = await runCli(['task', 'watch', A], { env });
    expect([code, stderr]).toEqual([6, expect.stringContaining('The run ended cancelled')]);
  });

  it('goes on through an outage', async () => {
    answers([state(A), problem(503, 'draining', 'The server stops.'), ended(A)], [ended(B)]);
    const { code, stdout } = await runCli(WATCH, { env: { ...env, TERM: 'xterm' }, tty: true, columns: 120 });
    expect([code, stdout]).toEqual([0, expect.stringContaining('reconnecting…')]);
  });

  it('ends with 8 at --timeout, and with 130 when it is interrupted; the tasks continue', async () => {
    answers([state(A)], [ended(B)]);
    expect((await runCli([...WATCH, '--timeout', '1s'], { env })).code).toBe(8);
    const { exit, stdout, stderr, interrupt } = startCli(WATCH, { env });
    await stdout.until('running');
    interrupt();
    expect([await exit, stderr.text]).toEqual([130, expect.stringContaining('The tasks keep running')]);
  });

  it('ends with 3 for an unknown task', async () => {
    server.on(`GET /executions/${A}`, problem(404, 'execution_not_found', 'There is none.'));
    expect((await runCli(['task', 'watch', A], { env })).code).toBe(3);
  });
});

describe('task stats', () => {
  const counts = (...pairs: [string, number][]) => {
    const items = pairs.map(([status, count]) => ({ status, count, approx: false }));
    return { body: { items, total: pairs.reduce((sum, [, count]) => sum + count, 0), approx: false } };
  };

  it('counts by name and status, without names that have no task, and in all', async () => {
    server.on('GET /tasks', { body: { items: [{ name: 'a' }, { name: 'b' }] } }).onQuery('GET /executions/counts', ({ searchParams }) => {
      const name = searchParams.get('taskName');
      if (name === 'b') return counts(['completed', 0]);
      return name === 'a' ? counts(['completed', 3], ['failed', 1]) : counts(['completed', 4], ['failed', 1]);
    });
    const { code, stdout } = await runCli(['task', 'stats', '--since', '24h', '-o', 'csv'], { env });
    expect([code, stdout.split('\r\n')]).toEqual([
      0,
      ['taskName,pending,submitted,running,completed,failed,timeout,cancelled,total', 'a,0,0,0,3,1,0,0,4', 'all,0,0,0,4,1,0,0,5', ''],
    ]);
    expect(server.requests('GET /executions/counts').every(({ url }) => url.searchParams.has('since'))).toBe(true);
  });
});

describe('account check', () => {
  const report = (...statuses: string[]) => {
    const checks = statuses.map((status, i) => ({
      name: `check.${i}`,
      status,
      detail: `it is ${status}`,
      remedy: status === 'ok' ? null : 'do this',
    }));
    return { body: { accountId: A, status: statuses.at(-1), checkedAt: '2026-11-30T10:00:00.000Z', checks } };
  };

  it.each([
    [['ok'], 0],
    [['ok', 'warn'], 0],
    [['ok', 'warn', 'fail'], 1],
  ])('of the states %j ends with %i', async (statuses, exit) => {
    server.on(`GET /accounts/${A}/check`, report(...statuses));
    const { code, stdout } = await runCli(['account', 'check', A], { env });
    expect([code, stdout.split('\n')[0]]).toEqual([exit, '✓ check.0 it is ok']);
    expect(stdout.includes('  → do this\n')).toBe(statuses.length > 1);
  });

  it('aligns the details of checks whose names have Chinese characters', async () => {
    const checks = ['channels.官网', 'sources.1'].map((name) => ({ name, status: 'ok', detail: 'fine', remedy: null }));
    server.on(`GET /accounts/${A}/check`, { body: { accountId: A, status: 'ok', checkedAt: '2026-11-30T10:00:00.000Z', checks } });
    const { stdout } = await runCli(['account', 'check', A], { env });
    expect(stdout).toBe('✓ channels.官网 fine\n✓ sources.1     fine\n');
  });

  it('asks for the language of the terminal, and not for what programs read', async () => {
    server.on(`GET /accounts/${A}/check`, report('ok'));
    for (const more of [
      ['--lang', 'zh'],
      ['--lang', 'en'],
      ['--lang', 'zh', '-o', 'json'],
    ])
      await runCli(['account', 'check', A, ...more], { env });
    const languages = server.requests(`GET /accounts/${A}/check`).map(({ headers }) => headers['accept-language']);
    expect(languages).toEqual(['zh', 'en', undefined]);
  });
});
