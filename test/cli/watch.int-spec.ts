import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runCli, startCli } from './run-cli.ts';
import { problem, StubServer } from './stub-server.ts';

const ENTER = '\x1b[?1049h';
const LEAVE = '\x1b[?1049l';
const END_OF_FRAME = '\x1b[?2026l';

let server: StubServer;
let env: Record<string, string>;
beforeEach(async () => {
  server = await new StubServer().start();
  env = { CONTENTHUB_URL: server.url, CONTENTHUB_KEY: 'key' };
});
afterEach(() => server.stop());

const health = (status: string) => ({ body: { status, failureRate: 0, timeoutRate: 0, backlog: 3, workersOnline: 1, problems: [] } });
const WATCH = ['monitor', 'health', '--watch', '1s'];

describe('--watch', () => {
  it('redraws in the alternate screen of a terminal, and leaves it at Ctrl-C with 0', async () => {
    server.on('GET /monitor/health', health('healthy'), health('degraded'));
    const { exit, stdout, stderr, interrupt } = startCli(WATCH, { env: { ...env, TERM: 'xterm' }, tty: true });
    await stdout.until('degraded');
    interrupt();
    expect([await exit, stderr.text]).toEqual([0, '']);
    expect([stdout.text.startsWith(ENTER), stdout.text.endsWith(LEAVE)]).toEqual([true, true]);
    const frames = stdout.text.split(END_OF_FRAME).slice(0, 2);
    expect(frames.map((frame) => /healthy|degraded/.exec(frame)?.[0])).toEqual(['healthy', 'degraded']);
    expect(frames.every((frame) => frame.includes('every 1 s. Ctrl-C ends'))).toBe(true);
  });

  it('prints one table after the other into a pipe, without codes of a terminal', async () => {
    server.on('GET /monitor/health', health('healthy'), health('degraded'));
    const { exit, stdout, interrupt } = startCli(WATCH, { env });
    await stdout.until('degraded');
    interrupt();
    expect(await exit).toBe(0);
    expect(stdout.text).not.toContain('\x1b');
    expect(stdout.text.split('\n\n').map((table) => table.split('\n')[0])).toEqual(['Status\thealthy', 'Status\tdegraded']);
  });

  it('prints JSON lines', async () => {
    server.on('GET /monitor/pending', { body: { items: [{ executionId: 'a' }] } }, { body: { items: [{ executionId: 'b' }] } });
    const { exit, stdout, interrupt } = startCli(['monitor', 'pending', '--watch', '1s', '-o', 'jsonl'], { env });
    await stdout.until('"b"');
    interrupt();
    expect([await exit, stdout.text]).toEqual([0, '{"executionId":"a"}\n{"executionId":"b"}\n']);
  });

  it('shows an outage in a frame and goes on', async () => {
    server.on('GET /monitor/health', problem(503, 'draining', 'The server stops.'), health('healthy'));
    const { exit, stdout, interrupt } = startCli(WATCH, { env: { ...env, TERM: 'xterm' }, tty: true });
    await stdout.until('healthy');
    interrupt();
    expect([await exit, stdout.text]).toEqual([0, expect.stringContaining('draining')]);
  });

  it('ends with an error that will not pass, on the main screen', async () => {
    server.on('GET /monitor/health', problem(403, 'missing_permission', 'No.'));
    const { code, stdout, stderr } = await runCli(WATCH, { env: { ...env, TERM: 'xterm' }, tty: true });
    expect([code, stderr]).toEqual([4, expect.stringContaining('missing_permission')]);
    expect(stdout.endsWith(LEAVE)).toBe(true);
  });

  it.each([
    [['-o', 'json'], 'use -o jsonl'],
    [['-o', 'csv'], 'use -o jsonl'],
  ])('refuses %j before any request', async (format, said) => {
    const { code, stderr } = await runCli([...WATCH, ...format], { env });
    expect([code, stderr]).toEqual([2, expect.stringContaining(said)]);
    expect(server.received).toEqual([]);
  });

  it.each(['0s', '500ms', '2d', 'x'])('refuses the interval %s', async (interval) => {
    expect((await runCli(['monitor', 'health', '--watch', interval], { env })).code).toBe(2);
  });
});
