import { chmod, mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Check } from '../../src/cli/doctor/check.ts';
import { buildFresh, dataFolder, nodeVersion } from '../../src/cli/doctor/local-checks.ts';
import { cliVersion } from '../../src/cli/package-root.ts';
import { runCli } from './run-cli.ts';
import { problem, StubServer } from './stub-server.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('nodeVersion', () => {
  it.each([
    ['20.20.2', 'fail'],
    ['22.12.0', 'fail'],
    ['22.13.0', 'ok'],
    ['24.0.0', 'ok'],
  ])('%s is %s', (version, status) => {
    expect(nodeVersion(version).status).toBe(status);
  });
});

describe('buildFresh', () => {
  it('compares the sources with the last build', async () => {
    await using folder = await temporaryFolder();
    const at = (...path: string[]) => join(folder.path, ...path);
    expect(await buildFresh(folder.path)).toMatchObject({ status: 'ok', detail: 'installed without sources' });
    await mkdir(at('src', 'deep'), { recursive: true });
    await writeFile(at('src', 'deep', 'a.ts'), '');
    expect(await buildFresh(folder.path)).toMatchObject({ status: 'fail', detail: 'missing', hint: 'npm run build' });
    await mkdir(at('dist'));
    await writeFile(at('dist', '.built'), '');
    await utimes(at('src', 'deep', 'a.ts'), 1000, 1000);
    expect(await buildFresh(folder.path)).toMatchObject({ status: 'ok' });
    await utimes(at('dist', '.built'), 999, 999);
    expect(await buildFresh(folder.path)).toMatchObject({ status: 'fail', detail: 'older than the sources' });
  });
});

describe('dataFolder', () => {
  it('requires a key file that only its owner can read', async () => {
    await using folder = await temporaryFolder();
    const keyCheck = async (token?: string): Promise<Check | undefined> => (await dataFolder(folder.path, token, 'APP_TOKEN'))[1];
    expect(await keyCheck()).toMatchObject({ status: 'fail' });
    expect(await keyCheck('env-key')).toMatchObject({ status: 'ok', detail: 'none; the key comes from APP_TOKEN' });
    const file = join(folder.path, 'api-key');
    await writeFile(file, 'k');
    await chmod(file, 0o644);
    expect(await keyCheck()).toMatchObject({ status: 'fail', detail: 'others may read it (mode 0644)', hint: `chmod 600 ${file}` });
    await chmod(file, 0o600);
    expect(await keyCheck()).toMatchObject({ status: 'ok' });
  });

  it('only warns when there is no folder yet', async () => {
    expect((await dataFolder('/nonexistent/data', 'k', '--token'))[0]).toMatchObject({ status: 'warn' });
  });
});

describe('doctor', () => {
  const withQueue = (queue: object) => ({ status: 'ok', details: { database: { status: 'up' }, queue: { status: 'up', ...queue } } });
  const up = withQueue({ driver: 'postgres', degraded: false, problems: [] });
  let server: StubServer;
  let env: Record<string, string>;
  beforeEach(async () => {
    server = await new StubServer().start();
    env = { APP_SERVER: server.url, APP_TOKEN: 'key' };
    server.on('GET /health/live', { body: up }).on('GET /health/ready', { body: up }).on('GET /health/startup', { body: up });
    server.on('GET /executions', { body: { items: [], nextCursor: null } });
    server.on('GET /openapi.json', { body: { info: { version: cliVersion() } } });
  });
  afterEach(() => server.stop());

  async function serverChecks(): Promise<Record<string, Check>> {
    const { stdout } = await runCli(['doctor', '-o', 'json'], { env });
    const { checks } = JSON.parse(stdout) as { checks: Check[] };
    return Object.fromEntries(checks.map((check) => [check.name, check]));
  }

  it('finds nothing wrong with a healthy server', async () => {
    const checks = await serverChecks();
    for (const name of ['server', 'startup', 'ready', 'database', 'queue', 'API key', 'version'])
      expect(checks[name]).toMatchObject({ status: 'ok', hint: null });
  });

  it('reports why the server is not ready', async () => {
    const down = { status: 'error', details: { database: { status: 'down', message: 'no connection' }, queue: { status: 'up' } } };
    server.on('GET /health/ready', { status: 503, body: down });
    const checks = await serverChecks();
    expect(checks.ready).toMatchObject({ status: 'fail', detail: 'database no connection' });
    expect(checks.database).toMatchObject({ status: 'fail', detail: 'no connection' });
  });

  it('shows the queue driver, and problems with Redis', async () => {
    expect((await serverChecks()).queue).toMatchObject({ status: 'ok', detail: 'postgres; Redis is not used' });
    server.on('GET /health/ready', { body: withQueue({ driver: 'bullmq', degraded: false, problems: [] }) });
    expect((await serverChecks()).queue).toMatchObject({ status: 'ok', detail: 'bullmq; Redis answers' });
    const problems = ['Redis does not answer: READONLY You cannot write against a read only replica.'];
    server.on('GET /health/ready', { body: withQueue({ driver: 'bullmq', degraded: true, problems }) });
    expect((await serverChecks()).queue).toMatchObject({
      status: 'warn',
      detail: `bullmq; ${problems[0]}`,
      hint: expect.stringContaining('REDIS_URL'),
    });
  });

  it('reports an invalid key, a role without permission and another version', async () => {
    server.on('GET /openapi.json', { body: { info: { version: '0.0.1' } } });
    server.on('GET /executions', problem(401, 'unauthorized', 'no'));
    expect(await serverChecks()).toMatchObject({
      'API key': { status: 'fail', detail: 'rejected (from APP_TOKEN)' },
      version: { status: 'fail' },
    });
    server.on('GET /executions', problem(403, 'forbidden', 'no'));
    expect(await serverChecks()).toMatchObject({ 'API key': { status: 'fail', detail: 'its role may not read tasks' } });
  });

  it('reports a server that started before the build of its folder', async () => {
    const runningFor = (uptimeSeconds: number) =>
      server.on('GET /health/live', { body: { ...up, details: { process: { status: 'up', uptimeSeconds } } } });
    runningFor(0);
    expect((await serverChecks()).running).toMatchObject({ status: 'ok', detail: 'started after the build' });
    runningFor(10 * 365 * 86_400);
    expect((await serverChecks()).running).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/^the server started at .*Z, before the build of .*Z$/),
      hint: 'restart the server, so that it runs the build',
    });
  });

  it('reports another program on the port', async () => {
    server.on('GET /health/live', { headers: { 'content-type': 'text/html' }, body: '<html>' });
    expect((await serverChecks()).server).toMatchObject({ status: 'fail', detail: expect.stringContaining('is not ContentHub') });
  });

  it('ends with 1 and shows a hint when the server is down', async () => {
    await server.stop();
    const { code, stdout } = await runCli(['doctor'], { env });
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ server +http:\/\/127\.0\.0\.1:\d+ \(from APP_SERVER\) cannot be reached\n {2}→ contenthub serve/);
  });
});

describe('version', () => {
  it('is a line, or JSON', async () => {
    expect(await runCli(['version'])).toEqual({ code: 0, stdout: `contenthub ${cliVersion()}\n`, stderr: '' });
    expect(JSON.parse((await runCli(['version', '-o', 'json'])).stdout)).toEqual({ contenthub: cliVersion(), node: process.versions.node });
    expect((await runCli(['--version'])).stdout).toBe(`${cliVersion()}\n`);
  });
});
