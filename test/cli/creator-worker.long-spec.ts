import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server } from '../process/server.ts';
import { COMPILE_CACHE } from '../support/infrastructure.ts';
import { waitFor } from '../support/wait-for.ts';

/** `content-creator worker` and `monitor` as processes, beside a server that runs no tasks itself. */
const server = new Server({ APP_ROLES: 'api,scheduler', SEED_EXAMPLE: 'true' });
const folder = mkdtempSync(join(tmpdir(), 'contenthub-creator-'));
const running: ChildProcess[] = [];
let url: string;

beforeAll(async () => {
  url = await server.start();
});
afterAll(async () => {
  for (const child of running.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) child.kill('SIGKILL');
  await server.remove();
  rmSync(folder, { recursive: true, force: true });
});

function creator(argv: readonly string[], settings: Readonly<Record<string, string>> = {}) {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    NODE_COMPILE_CACHE: COMPILE_CACHE,
    DATA_DIR: server.dataDir,
    LOG_LEVEL: 'error',
    ...settings,
  };
  const child = spawn(process.execPath, ['bin/content-creator.mjs', ...argv], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (printed += text.toString()));
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  return { child, exit, printed: () => printed };
}

describe('content-creator', () => {
  it('worker runs the tasks of the server, monitor shows them, and both end at SIGTERM', async () => {
    const create = [
      'create',
      '-t',
      'What a lease is',
      '--account',
      'contenthub-notes',
      '--mode',
      'async',
      '--task-id',
      'by-worker',
      '--json',
    ];
    const created = creator(create);
    expect([await created.exit, JSON.parse(created.printed())]).toMatchObject([0, { taskId: 'by-worker' }]);

    const monitor = creator(['monitor', 'start', '-p', '0', '--json']);
    const address = await waitFor(() => Promise.resolve(/"url": "([^"]+)"/.exec(monitor.printed())?.[1]), { what: 'the monitor' });
    const stats = async () =>
      ((await (await fetch(`${address}/api/stats`)).json()) as { data: { waiting: number; completed: number; workers: number } }).data;
    const before = await stats();
    expect(before).toMatchObject({ completed: 0, workers: 0 });
    expect(before.waiting).toBeGreaterThan(0);

    const workerDir = join(folder, 'worker');
    const worker = creator(['worker', 'start', '-c', '1'], { DATABASE_URL: server.databaseUrl, DATA_DIR: workerDir, PORT: '0' });
    const status = () => server.call<{ status: string }>('GET', '/content-tasks/by-worker');
    await waitFor(async () => (await status()).status === 'completed', {
      what: `the worker to write the content; it printed: ${worker.printed()}`,
      timeoutMs: 60_000,
    });
    const after = await waitFor(async () => ((await stats()).completed > 0 ? stats() : undefined), { what: 'the monitor to count it' });
    expect(after.workers).toBe(1);
    expect((await fetch(`${address}/admin/queues`)).status).toBe(200);

    for (const { child, exit } of [monitor, worker]) {
      child.kill('SIGTERM');
      expect(await exit).toBe(0);
    }
    expect((await fetch(`${url}/health/ready`)).ok).toBe(true); // the server goes on
  });

  it('worker needs the database of a server', async () => {
    const { exit, printed } = creator(['worker'], { DATA_DIR: join(folder, 'empty') });
    expect([await exit, printed()]).toEqual([expect.any(Number), expect.stringContaining('set DATABASE_URL')]);
    expect(await exit).not.toBe(0);
  });
});
