import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../src/platform/database/embedded/free-port.ts';
import { COMPILE_CACHE } from '../support/infrastructure.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { waitFor } from '../support/wait-for.ts';

let database: TestDatabase;
const children: ChildProcess[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  const ends = children.filter((child) => child.exitCode === null).map((child) => once(child, 'exit'));
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(ends);
  await database.drop();
});

/** A process of these roles. Resolves with the address that its start line names. */
async function start(roles: string, opsPort: number): Promise<string> {
  const env = {
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: COMPILE_CACHE,
    DATABASE_URL: database.url,
    APP_ROLES: roles,
    OPS_PORT: String(opsPort),
    LOG_FORMAT: 'pretty',
  };
  const child = spawn(process.execPath, ['dist/src/main.js'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (printed += text.toString()));
  const line = new RegExp(`✓ ContentHub runs \\(${roles}\\)   health (http://\\S+)/health\\n`);
  return waitFor(async () => line.exec(printed)?.[1], { what: `the start of ${roles}; it printed ${printed}` });
}

describe('processes without an API on one machine', () => {
  it('each have probes, although they share one OPS_PORT', async () => {
    const port = await freePort();
    const worker = await start('worker', port);
    const scheduler = await start('scheduler', port);
    expect(Number(new URL(worker).port)).toBe(port);
    expect(Number(new URL(scheduler).port)).toBeGreaterThan(port);
    for (const [url, role, loop] of [
      [worker, 'worker', 'claims of default'],
      [scheduler, 'scheduler', 'rescuer'],
    ] as const) {
      await waitFor(async () => (await fetch(`${url}/health/ready`)).ok, { what: `the readiness of the ${role}` });
      expect((await fetch(`${url}/health/live`)).status).toBe(200);
      const details = (await (await fetch(`${url}/health`)).json()) as { process: object; loops: { name: string }[] };
      expect(details.process).toMatchObject({ roles: [role] });
      expect(details.loops.map(({ name }) => name)).toContain(loop);
    }
  });
});
