import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { generateApiKey, parseApiKey } from '../../src/platform/auth/api-key.ts';
import { SseClient } from '../stream/sse-client.ts';
import { COMPILE_CACHE } from '../support/infrastructure.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { waitFor } from '../support/wait-for.ts';

const MAIN = fileURLToPath(new URL('busy/main.mjs', import.meta.url));
const TIMEOUT_MS = 10_000;

let database: TestDatabase;
let admin: pg.Client;
let child: ChildProcess;
let url: string;
let printed = '';
const key = generateApiKey();
const sql = async <Row extends object>(text: string, values: unknown[] = []) => (await admin.query<Row>(text, values)).rows;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  const digest = parseApiKey(key);
  await sql(`INSERT INTO api_keys (id, name, prefix, hash, roles) VALUES ($1, 'test', $2, $3, '{admin}')`, [
    randomUUID(),
    digest?.prefix,
    digest?.hash,
  ]);
  const env = {
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: COMPILE_CACHE,
    DATABASE_URL: database.url,
    SHUTDOWN_TIMEOUT_MS: String(TIMEOUT_MS),
    NODE_ENV: 'production',
  };
  child = fork(MAIN, { env: { ...env, LOG_LEVEL: 'error', LOG_FORMAT: 'pretty' }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [] });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => (printed += text.toString()));
  const started = once(child, 'message');
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`the application did not start: ${printed}`)));
  ended.catch(() => undefined);
  const [message] = (await Promise.race([started, ended])) as [{ url: string }];
  url = message.url;
});
afterAll(async () => {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  await admin.end();
  await database.drop();
});

async function submit(name: string): Promise<string> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const answer = await fetch(`${url}/tasks/${name}/execute/api`, { method: 'POST', headers, body: '{"params":{}}' });
  return ((await answer.json()) as { executionId: string }).executionId;
}

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

it('a busy process ends within its budget, and every task is where it belongs', async () => {
  const names = ['ends-in-time', 'obeys', 'ignores', 'ignores-at-last', 'isolated-obeys', 'isolated-ignores'];
  const ids = new Map<string, string>();
  for (const name of names.slice(1)) ids.set(name, await submit(name));
  // Its releases are used up: it cannot be given back once more.
  await waitFor(async () => (await sql(`SELECT FROM tasks WHERE status = 'running'`)).length === 5, { what: 'five running tasks' });
  await sql('UPDATE tasks SET release_count = 5 WHERE id = $1', [ids.get('ignores-at-last')]);
  const log = `SELECT substring(message FROM 'group (\\d+)')::int AS pid FROM task_logs WHERE message LIKE 'group %'`;
  const group = await waitFor(async () => (await sql<{ pid: number }>(log))[0], { what: 'the group of the isolated task' });

  const events = await SseClient.open(`${url}/events?topics=executions`, { key });
  await waitFor(async () => events.events.length > 0, { what: 'the first event' });
  const long = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined);
  await once(long, 'connect');
  long.write(`POST /tasks/obeys/execute/api HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Length: 100\r\n\r\n`); // no body follows
  ids.set('ends-in-time', await submit('ends-in-time'));
  const started = `SELECT FROM tasks WHERE id = $1 AND status = 'running'`;
  await waitFor(async () => (await sql(started, [ids.get('ends-in-time')])).length === 1, { what: 'the last task' });

  const exit = once(child, 'exit');
  const begun = performance.now();
  child.kill('SIGTERM');
  const unclaimed = await waitFor(async () => (await fetch(`${url}/health/ready`)).status === 503 && submit('obeys'), {
    what: 'the drain',
  });
  const [code] = (await exit) as [number | null];
  const tookMs = performance.now() - begun;

  expect({ code, printed }).toMatchObject({ code: 0 });
  expect(printed).not.toMatch(/took longer|could not be released/);
  expect(tookMs).toBeLessThan(TIMEOUT_MS);
  expect(events.closed).toBe(true);
  expect(events.events.at(-1)).toMatchObject({ event: 'bye', data: { reason: 'shutdown' } });
  await waitFor(async () => isGone(group.pid), { what: 'the end of what the isolated task started' });

  const rows = await sql<{ id: string; status: string; attempt: number; crashes: number; code: string | null; last: string }>(
    `SELECT t.id, t.status, t.attempt, t.crash_count AS crashes, t.error->>'code' AS code,
            (SELECT a.reason FROM task_audit a WHERE a.task_id = t.id ORDER BY a.version DESC LIMIT 1) AS last
     FROM tasks t`,
  );
  const found = (id: string | undefined) => ({ ...rows.find((row) => row.id === id), id: undefined });
  const released = { status: 'submitted', attempt: 0, crashes: 0, code: null, last: 'release' };
  expect(found(ids.get('ends-in-time'))).toMatchObject({ status: 'completed', attempt: 1, crashes: 0 });
  for (const name of ['obeys', 'ignores', 'isolated-obeys', 'isolated-ignores'])
    expect({ name, ...found(ids.get(name)) }).toMatchObject({ name, ...released });
  expect(found(ids.get('ignores-at-last'))).toMatchObject({ status: 'failed', crashes: 0, code: 'worker_shut_down', last: 'fail' });
  expect(found(unclaimed)).toMatchObject({ status: 'submitted', attempt: 0, last: 'submit' });
  const warning = `SELECT message FROM task_logs WHERE task_id = $1 AND level = 'warn'`;
  expect(await sql(warning, [ids.get('ignores')])).toEqual([{ message: expect.stringMatching(/^the handler ignored its stop signal/) }]);
});
