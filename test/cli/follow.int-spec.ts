import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runCli, startCli } from './run-cli.ts';
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

describe('task status --follow', () => {
  it('writes a line per change to stderr and the end to stdout', async () => {
    const checking = { headers: AT_ONCE, body: execution({ progress: 75, step: 'check' }) };
    server.on(EXECUTION, RUNNING, RUNNING, checking, checking, { body: COMPLETED });
    const { code, stdout, stderr } = await runCli([...FOLLOW, '-o', 'csv', '--columns', 'status,progress'], { env });
    expect(code).toBe(0);
    expect(stdout).toBe('status,progress\r\ncompleted,100\r\n');
    expect(stderr).toBe('status=running progress=25 step=draft\nprogress=75 step=check\nstatus=completed progress=100\n');
  });

  it('waits 200 ms between polls even for a Retry-After of 0', async () => {
    server.on(EXECUTION, RUNNING, RUNNING, RUNNING, { body: COMPLETED });
    const started = performance.now();
    await runCli(FOLLOW, { env });
    expect(performance.now() - started).toBeGreaterThan(3 * 195);
  });

  it('waits 2 s at most even for a Retry-After of an hour', async () => {
    server.on(EXECUTION, { headers: { 'retry-after': '3600' }, body: execution() }, { body: COMPLETED });
    expect((await runCli(FOLLOW, { env })).code).toBe(0); // in less than the limit of a test, which is 3 minutes
  });

  it.each([
    ['failed', 5, { class: 'permanent', code: 'rejected_content', message: 'too short' }],
    ['timeout', 5, null],
    ['cancelled', 6, null],
  ])('%s ends with %i', async (status, exit, error) => {
    server.on(EXECUTION, { body: execution({ status, phase: null, error }) });
    const { code, stdout, stderr } = await runCli([...FOLLOW, '-o', 'json'], { env });
    expect(code).toBe(exit);
    expect(JSON.parse(stdout)).toMatchObject({ status });
    expect(JSON.parse(stderr)).toMatchObject({ code: error?.code ?? status, exitCode: exit, next: `contenthub task logs ${EXECUTION_ID}` });
  });

  it('without --follow a failed task is a successful answer', async () => {
    server.on(EXECUTION, { body: execution({ status: 'failed' }) });
    expect((await runCli(['task', 'status', EXECUTION_ID], { env })).code).toBe(0);
  });

  it('ends with 8 when --timeout runs out', async () => {
    server.on(EXECUTION, RUNNING);
    const { code, stdout, stderr } = await runCli([...FOLLOW, '--timeout', '300ms'], { env });
    expect([code, stdout]).toEqual([8, '']);
    expect(stderr).toContain(`Next: contenthub task status ${EXECUTION_ID} --follow`);
  });

  it('ends with 69 when the server is still unreachable at --timeout', async () => {
    server.on(EXECUTION, RUNNING);
    const cli = startCli([...FOLLOW, '--timeout', '1s'], { env });
    await cli.stderr.until('status=running');
    await server.stop();
    expect(await cli.exit).toBe(69);
  });

  it('survives a restart of the server', async () => {
    server.on(EXECUTION, RUNNING);
    const cli = startCli(FOLLOW, { env });
    await cli.stderr.until('status=running');
    await server.stop();
    await cli.stderr.until('reconnecting');
    await server.on(EXECUTION, { body: COMPLETED }).start();
    expect(await cli.exit).toBe(0);
    expect(cli.stderr.text.match(/reconnecting/g)).toHaveLength(1);
  });

  it('survives dropped connections, a 503 and a 429', async () => {
    const away = [{ hangUp: true as const }, problem(503, 'unavailable', 'starting'), problem(429, 'too_many_requests', 'slower')];
    server.on(EXECUTION, RUNNING, ...away, { body: COMPLETED });
    expect((await runCli(FOLLOW, { env })).code).toBe(0);
  });

  it('ends at once when the key is rejected', async () => {
    server.on(EXECUTION, RUNNING, problem(401, 'unauthorized', 'revoked'));
    expect((await runCli(FOLLOW, { env })).code).toBe(4);
  });

  it('Ctrl-C detaches and prints how to follow again', async () => {
    server.on(EXECUTION, RUNNING);
    const cli = startCli(FOLLOW, { env });
    await cli.stderr.until('status=running');
    cli.interrupt();
    expect(await cli.exit).toBe(130);
    expect(cli.stderr.text).toContain(`Detached. The task keeps running: contenthub task status ${EXECUTION_ID} --follow\n`);
  });

  it('draws a progress bar on a terminal and removes it', async () => {
    server.on(EXECUTION, { headers: AT_ONCE, body: execution({ progress: 50, attempt: 2 }) }, { body: COMPLETED });
    const { stderr } = await runCli(FOLLOW, { env, tty: true });
    expect(stderr).toContain('\r\x1b[2K██████████░░░░░░░░░░ 50%  draft  attempt 2/3');
    expect(stderr.endsWith('\r\x1b[2K')).toBe(true);
  });

  it('writes lines instead of a bar in CI and with TERM=dumb', async () => {
    server.on(EXECUTION, { body: COMPLETED });
    for (const [name, value] of [
      ['CI', 'true'],
      ['TERM', 'dumb'],
    ] as const) {
      expect((await runCli(FOLLOW, { env: { ...env, [name]: value }, tty: true })).stderr).toBe('status=completed progress=100\n');
    }
  });

  it('is silent with -q', async () => {
    server.on(EXECUTION, RUNNING, { body: COMPLETED });
    expect((await runCli([...FOLLOW, '-q'], { env })).stderr).toBe('');
  });

  it('with jsonl writes each state as a line', async () => {
    server.on(EXECUTION, RUNNING, RUNNING, { headers: AT_ONCE, body: execution({ progress: 75 }) }, { body: COMPLETED });
    const { stdout, stderr } = await runCli([...FOLLOW, '-o', 'jsonl'], { env });
    const progress = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { progress: number }).progress);
    expect([progress, stderr]).toEqual([[25, 75, 100], '']);
  });
});
