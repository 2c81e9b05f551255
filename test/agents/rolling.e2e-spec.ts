import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import pg from 'pg';
import { generateApiKey, type KeyDigest, parseApiKey } from '../../src/platform/auth/api-key.ts';
import { freePort } from '../../src/platform/database/embedded/free-port.ts';
import { removeTasksFiles, tasksFile } from '../declared/tasks-file.ts';
import { Balancer } from '../faults/chaos/balancer.ts';
import { COMPILE_CACHE } from '../support/infrastructure.ts';
import type { Answer, Http } from '../support/application.ts';
import { brokenAtRest } from '../support/invariants.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { AnswerCheck } from '../support/answer-check.ts';
import { waitFor } from '../support/wait-for.ts';
import { type Lease, TestAgent } from './agent-client.ts';

const AGENTS = 20;
const TASKS = 150;

let database: TestDatabase;
let pool: pg.Pool;
let environment: Record<string, string | undefined>;
const key = generateApiKey();
const children = new Map<number, ChildProcess>();

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
  const { prefix, hash } = parseApiKey(key) as KeyDigest;
  await pool.query(`INSERT INTO api_keys (id, name, prefix, hash, roles) VALUES (gen_random_uuid(), 'test', $1, $2, '{admin}')`, [
    prefix,
    hash,
  ]);
  const file = tasksFile('tasks:\n- name: rolled\n  agent: {capabilities: [roll]}\n  params: {n: {type: number}}\n');
  environment = {
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: COMPILE_CACHE,
    DATABASE_URL: database.url,
    TASKS_FILE: file,
    LOG_LEVEL: 'silent',
    APP_ROLES: 'api,scheduler',
  };
});
afterAll(async () => {
  for (const child of children.values()) child.kill('SIGKILL');
  await pool.end();
  await database.drop();
  removeTasksFiles();
});

async function start(port: number): Promise<void> {
  const child = spawn(process.execPath, ['dist/src/main.js'], { env: { ...environment, PORT: String(port) }, stdio: 'ignore' });
  children.set(port, child);
  const ready = async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok;
  await waitFor(ready, { what: `the process at port ${port}` });
}

async function restart(port: number): Promise<void> {
  const child = children.get(port) as ChildProcess;
  child.kill('SIGTERM');
  await once(child, 'exit');
  await start(port);
}

const answers = new AnswerCheck();

/** Sends through the balancer, and retries while no process answers, as agents do. */
function patientHttp(url: string): Http {
  return async <Body>(method: string, path: string, body?: unknown, headers: Record<string, string | undefined> = {}) =>
    waitFor(
      async () => {
        const sent = { authorization: headers.authorization ?? `Bearer ${key}`, 'content-type': 'application/json' };
        const response = await fetch(url + path, { method, headers: sent, body: JSON.stringify(body) });
        const text = await response.text();
        if (response.status >= 500) return false; // the balancer's own answer without a process
        answers.checkFetched(method, path, response, text);
        return {
          status: response.status,
          headers: response.headers,
          text,
          body: (text === '' ? undefined : JSON.parse(text)) as Body,
        } satisfies Answer<Body>;
      },
      { what: `an answer to ${method} ${path}`, timeoutMs: 30_000 },
    );
}

it('a rolling restart of the API under 20 agents loses no task, and none is done twice', async () => {
  const ports = [await freePort(), await freePort()];
  await Promise.all(ports.map(start));
  const balancer = new Balancer(ports);
  const http = patientHttp(await balancer.listen());
  await waitFor(async () => (await http('GET', '/agents')).status === 200, { what: 'the balancer' });
  const accepted: string[] = [];
  for (let n = 0; n < TASKS; n++) {
    const { body } = await http<{ executionId: string }>('POST', '/tasks/rolled/execute/api', { params: { n } });
    accepted.push(body.executionId);
  }

  let over = false;
  let lost = 0;
  const agents = await Promise.all(
    Array.from({ length: AGENTS }, (_, i) => TestAgent.register(http, { name: `roll-${i}`, capabilities: ['roll'], maxConcurrency: 2 })),
  );
  const work = async (agent: TestAgent, lease: Lease): Promise<void> => {
    await agent.say(lease, 'start');
    await new Promise((ok) => setTimeout(ok, 200 + Math.random() * 400));
    const { status } = await agent.say(lease, 'complete', { result: lease.params.n });
    if (status !== 200) lost += 1;
  };
  const running = agents.map(async (agent) => {
    const held = new Set<Lease>();
    const beats = (async () => {
      while (!over) {
        await agent.beat([...held]);
        await new Promise((ok) => setTimeout(ok, 2_000));
      }
    })();
    while (!over) {
      const leases = await agent.lease(2, 1_000);
      for (const lease of leases) held.add(lease);
      await Promise.all(leases.map((lease) => work(agent, lease).finally(() => held.delete(lease))));
    }
    await beats;
  });
  const count = async (status: string) => (await pool.query('SELECT FROM tasks WHERE status = $1', [status])).rowCount ?? 0;
  await waitFor(async () => (await count('completed')) > 20, { what: 'the first tasks' });
  for (const port of ports) await restart(port);
  await waitFor(async () => (await count('completed')) === TASKS, { what: 'the last task' });
  over = true;
  await Promise.all(running);
  await balancer.close();
  expect(lost).toBe(0);
  const query = async <Row extends object>(text: string, values: unknown[]) =>
    (await pool.query<Row & pg.QueryResultRow>(text, values)).rows;
  await pool.query('CREATE TABLE effects (task uuid, epoch int)');
  expect(await brokenAtRest(query, { accepted, withEffects: [] })).toEqual([]);
  const { rows } = await pool.query(
    `SELECT max(n)::int AS most FROM (SELECT count(*) AS n FROM task_audit WHERE reason = 'complete' GROUP BY task_id) ends`,
  );
  expect(rows).toEqual([{ most: 1 }]);
});
