import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Redis } from 'ioredis';
import type { VerifyReport } from '../../src/app/verify/verify.ts';
import { COMPILE_CACHE } from '../support/infrastructure.ts';
import { type PrivateRedis, startRedis } from '../support/redis.ts';
import { waitFor } from '../support/wait-for.ts';
import { Server } from './server.ts';

/** An installation that uses Redis: its server runs, and it has tasks and keys of its own. */
let redis: PrivateRedis;
let client: Redis;
let server: Server;
const folder = mkdtempSync(join(tmpdir(), 'contenthub-verify-redis-'));

beforeAll(async () => {
  const started = await startRedis();
  if (started === undefined) throw new Error('This test needs redis-server or valkey-server.');
  redis = started;
  client = new Redis(redis.url);
  server = new Server({ QUEUE_DRIVER: 'bullmq', REDIS_URL: redis.url });
  await server.start();
});
afterAll(async () => {
  await server.remove();
  client.disconnect();
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
});

const keys = async (): Promise<string[]> => (await client.keys('*')).toSorted();

/** The keys of the installation that its idle server does not change, and one of another program, with their values. */
async function lasting(): Promise<Record<string, unknown>> {
  const values = { 'another-program': await client.get('another-program') };
  const metas = (await keys()).filter((key) => key.endsWith(':meta') && !key.includes('contenthub_verify'));
  return { ...values, ...Object.fromEntries(await Promise.all(metas.map(async (key) => [key, await client.hgetall(key)] as const))) };
}

describe('contenthub verify with the driver bullmq', () => {
  it('repeats and deletes its own wake-up jobs, finds all invariants kept, and leaves the keys and the tasks of the installation', async () => {
    const runAt = '2100-01-01T00:00:00Z';
    for (let i = 0; i < 20; i++)
      await server.call('POST', '/tasks/task-cleanup/execute/manual', { params: { olderThan: 'P3650D' }, ...(i > 0 && { runAt }) });
    const open = async () => (await server.call<{ items: object[] }>('GET', '/executions?status=pending&limit=100')).items;
    await waitFor(async () => (await open()).length === 19, { what: 'the task without a time to end' });
    await client.set('another-program', 'its value');
    const before = { lasting: await lasting(), open: await open() };
    expect(Object.keys(before.lasting).length).toBeGreaterThan(1);

    const report = join(folder, 'report.json');
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      TMPDIR: folder,
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      DATA_DIR: folder,
      DATABASE_URL: server.databaseUrl,
      QUEUE_DRIVER: 'bullmq',
      REDIS_URL: redis.url,
    };
    const argv = ['bin/contenthub.mjs', 'verify', '--yes', '--tasks', '400', '--workers', '2', '--kills', '3', '--report', report];
    const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    expect([code, stderr, stdout]).toEqual([0, expect.any(String), expect.stringContaining('with the driver bullmq: all invariants hold')]);

    const found = JSON.parse(readFileSync(report, 'utf8')) as VerifyReport;
    expect(found).toMatchObject({ driver: 'bullmq', accepted: 400, completed: 400, violations: 0 });
    expect(found.deletedKeys).toBeGreaterThan(0);
    expect(found.announcedAgain).toBeGreaterThan(0);
    expect((await keys()).filter((key) => key.includes('contenthub_verify'))).toEqual([]);
    expect(await lasting()).toEqual(before.lasting);
    expect(await open()).toEqual(before.open);
  });
});
