// node bench/dispatch.mjs [limits] [latency] [groups] [keyed] [blocked]      all of them unless named
// limits:  20,000 tasks under limits and a rate, 10 competing claimers with connections of their own; the audit is the judge.
// latency: 1,000 submissions a second for 10 s, from submitted to running by the audit; tasks of 50 accounts and of none.
// groups:  what a claim costs with 1, 300 and 1,000 dispatch groups of 30 tasks, beside one of 10,000.
// keyed:   claims a second of tasks of 200 keys without limits, by 4 claimers of 10 tasks each.
// blocked: what a claim costs beside 200,000 tasks of a paused name, of an unknown name, and of a throttled group.
// Exit code 1 when a limit was exceeded by one, when the 99th percentile of the latency is 100 ms or more, or when that of a claim
// beside the tasks of a paused name or of a throttled group is more than twice that beside none.
import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { Module } from '@nestjs/common';
import { ensureBuilt } from '../scripts/build-if-needed.mjs';
import { noopRow } from './lib/noop-row.mjs';
import { percentiles } from './lib/statistics.mjs';

await ensureBuilt();
const { startServers } = await import('./lib/servers.mjs');
const dist = (path) => import(`../dist/src/${path}.js`);
const { migrateDatabase } = await dist('platform/database/migrate');
const { Pools, executorOf } = await dist('platform/database/pools');
const { TaskClaims } = await dist('engine/dispatch/task-claims');
const { LimitLedger } = await dist('engine/dispatch/limit-ledger');
const { ReadyGroupsReader } = await dist('engine/dispatch/ready-groups-reader');
const { ThrottledQueues } = await dist('engine/dispatch/throttled-queues');
const { COMPLETE_TASKS } = await dist('engine/settle.sql');
const { INSERT_TASKS } = await dist('engine/task.sql');
const { toDispatchGroup } = await dist('core/dispatch/dispatch-group');

const NAMES = ['noop', 'paused'];
const servers = await startServers({ redis: false });
const query = async (pools, text, values = []) => (await pools.api.query(text, values)).rows;

function claimerOf(url) {
  const pools = new Pools({ url, apiSize: 2 });
  const changes = { publish: (rows) => rows };
  const [groups, ledger, throttled] = [new ReadyGroupsReader(pools), new LimitLedger(pools), new ThrottledQueues()];
  const claims = new TaskClaims(pools, changes, groups, ledger, throttled, { claimed() {} }, { workerCapabilities: [] });
  return { pools, claims };
}

const row = (name) => (limitKeys) =>
  noopRow({ name, limitKeys, dispatchGroup: limitKeys && toDispatchGroup({ capabilities: [], keys: limitKeys }).group });

async function fill(pools, keys, name = 'noop') {
  for (let i = 0; i < keys.length; i += 500) {
    await executorOf(pools.api).query(INSERT_TASKS, [JSON.stringify(keys.slice(i, i + 500).map(row(name)))]);
  }
}

async function freshDatabase() {
  const { postgresUrl } = await servers.fresh();
  await migrateDatabase({ url: postgresUrl });
  return postgresUrl;
}

async function limits() {
  const [TASKS, CLAIMERS, ACCOUNTS] = [20_000, 10, 8];
  const url = await freshDatabase();
  const all = Array.from({ length: CLAIMERS }, () => claimerOf(url));
  const [{ pools }] = all;
  const most = { 'provider:p': 30, 'task:noop': 40 };
  for (let i = 0; i < ACCOUNTS; i++) most[`account:${i}`] = 3 + i;
  const rate = { count: 500, perMs: 250 };
  await query(pools, `INSERT INTO limits (key, max_running, updated_at) SELECT key, value::int, now() FROM json_each_text($1)`, [most]);
  await query(
    pools,
    `UPDATE limits SET rate_count = $1::int, rate_period_ms = $2, tokens = $1::int, refilled_at = now() WHERE key = 'task:noop'`,
    [rate.count, rate.perMs],
  );
  await fill(
    pools,
    Array.from({ length: TASKS }, (_, i) => [`account:${i % ACCOUNTS}`, ...(i % 3 ? ['provider:p'] : []), 'task:noop']),
  );
  const start = performance.now();
  let left = TASKS;
  const claimer = async ({ pools: own, claims }, i) => {
    const owner = `bench:${i}:boot`;
    while (left > 0) {
      const tasks = await claims.claim({
        queue: 'default',
        limit: 1 + Math.floor(Math.random() * 20),
        names: NAMES,
        owner,
        leaseSeconds: 600,
      });
      if (tasks.length === 0) await delay(2);
      else
        await executorOf(own.engine).query(COMPLETE_TASKS, [
          JSON.stringify(tasks.map(({ id, epoch }) => ({ id, epoch, result: null }))),
          owner,
        ]);
      left -= tasks.length;
    }
  };
  await Promise.all(all.map(claimer));
  const seconds = (performance.now() - start) / 1_000;
  const steps = await query(
    pools,
    `SELECT t.limit_keys AS keys, a.to_status = 'running' AS starts, extract(epoch FROM a.at) * 1000 AS ms FROM task_audit a
     JOIN tasks t ON t.id = a.task_id WHERE a.version > 1 ORDER BY a.xid, a.to_status`,
  );
  const running = {};
  const reached = {};
  for (const { keys, starts } of steps) {
    for (const key of keys) {
      running[key] = (running[key] ?? 0) + (starts ? 1 : -1);
      reached[key] = Math.max(reached[key] ?? 0, running[key]);
    }
  }
  const times = steps
    .filter(({ starts }) => starts)
    .map(({ ms }) => Number(ms))
    .sort((a, b) => a - b);
  const perMs = rate.count / rate.perMs;
  let [least, excess] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  times.forEach((ms, i) => {
    least = Math.min(least, i - perMs * ms);
    excess = Math.max(excess, i + 1 - perMs * ms - least - rate.count);
  });
  const exceeded = Object.keys(most).filter((key) => (reached[key] ?? 0) > most[key]);
  console.log(`limits: ${TASKS} tasks by ${CLAIMERS} claimers in ${seconds.toFixed(1)} s, ${times.length} starts`);
  console.log(
    `  reached/limit: ${Object.keys(most)
      .map((key) => `${key} ${reached[key]}/${most[key]}`)
      .join(', ')}`,
  );
  console.log(
    `  rate ${rate.count} per ${rate.perMs} ms: in no window more than the bucket and its flow (closest ${(-excess).toFixed(1)} below)`,
  );
  for (const { pools: own } of all) await own.close();
  return exceeded.length === 0 && excess < 0.01 && times.length === TASKS;
}

async function latency(accounts) {
  const [SECONDS, PER_SECOND] = [10, 1_000];
  const url = await freshDatabase();
  Object.assign(process.env, { DATABASE_URL: url, LOG_LEVEL: 'warn', WORKER_CONCURRENCY: '100' });
  const modules = ['app/platform.module', 'tasks/tasks.module', 'engine/maintenance/maintenance.module', 'workers/workers.module'];
  const imports = (await Promise.all(modules.map(dist))).map((module) => Object.values(module)[0]);
  class BenchModule {}
  Module({ imports })(BenchModule);
  const app = await NestFactory.createApplicationContext(BenchModule, { logger: ['error'], abortOnError: false });
  const get = async (path, name) => app.get((await dist(path))[name]);
  const registry = await get('tasks/definitions/task-definition.registry', 'TaskDefinitionRegistry');
  registry.register({ name: 'noop', concurrencyKey: ({ account }) => account }, { handle: async () => null });
  const tasks = await get('tasks/task.service', 'TaskService');
  const pool = await get('workers/pool/task-worker-pool', 'TaskWorkerPool');
  pool.start();
  const { api } = app.get(Pools);
  await api.query(`INSERT INTO queues (name, strategy, updated_at) VALUES ('default', 'fair', now())`);
  const pending = [];
  const start = performance.now();
  for (let i = 0; i < SECONDS * PER_SECOND; ) {
    const due = Math.min(SECONDS * PER_SECOND, ((performance.now() - start) * PER_SECOND) / 1_000);
    for (; i < due; i++) {
      const params = accounts > 0 ? { account: `account:${i % accounts}` } : {};
      pending.push(tasks.submit({ name: 'noop', params, createdBy: 'bench', trigger: 'api' }));
    }
    await delay(1);
  }
  await Promise.all(pending);
  while ((await api.query('SELECT FROM tasks WHERE terminal_at IS NULL LIMIT 1')).rowCount > 0) await delay(20);
  const { rows } = await api.query(
    `SELECT extract(epoch FROM min(at) FILTER (WHERE to_status = 'running') - min(at) FILTER (WHERE to_status = 'submitted'))::float8 * 1000 AS ms
     FROM task_audit GROUP BY task_id`,
  );
  const { p50, p99 } = percentiles(rows.slice(PER_SECOND).map(({ ms }) => ms));
  console.log(`latency: ${PER_SECOND} tasks/s of ${accounts || 'no'} accounts: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
  await pool.drain(1_000);
  await app.close();
  return p99 < 100;
}

async function groups(count) {
  const url = await freshDatabase();
  const { pools, claims } = claimerOf(url);
  await query(pools, `INSERT INTO queues (name, strategy, updated_at) VALUES ('default', 'fair', now())`);
  await query(pools, `INSERT INTO limits (key, max_running, updated_at) VALUES ('account:0', 1000000, now())`);
  await fill(
    pools,
    Array.from({ length: 10_000 }, () => ['account:0']),
  );
  await fill(
    pools,
    Array.from({ length: 30 * (count - 1) }, (_, i) => [`account:${1 + (i % (count - 1))}`]),
  );
  await servers.settle();
  const times = [];
  let claimed = 0;
  for (let i = 0; i < 60; i++) {
    const start = performance.now();
    claimed += (await claims.claim({ queue: 'default', limit: 10, names: NAMES, owner: 'bench:1:boot', leaseSeconds: 600 })).length;
    if (i >= 10) times.push(performance.now() - start);
  }
  const { p50, p99 } = percentiles(times);
  console.log(`groups: ${count} groups, claims of 10 (${claimed} claimed): p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
  await pools.close();
  return true;
}

async function keyed() {
  const [TASKS, KEYS, CLAIMERS] = [20_000, 200, 4];
  const url = await freshDatabase();
  const all = Array.from({ length: CLAIMERS }, () => claimerOf(url));
  await fill(
    all[0].pools,
    Array.from({ length: TASKS }, (_, i) => [`account:${i % KEYS}`]),
  );
  await servers.settle();
  const cpu = servers.cpuMicros();
  const start = performance.now();
  let claimed = 0;
  const claimer = async ({ claims }, i) => {
    for (let count = 1; count > 0; claimed += count) {
      const tasks = await claims.claim({ queue: 'default', limit: 10, names: NAMES, owner: `bench:${i}:boot`, leaseSeconds: 600 });
      count = tasks.length;
    }
  };
  await Promise.all(all.map(claimer));
  const rate = (claimed / (performance.now() - start)) * 1_000;
  const micros = (servers.cpuMicros() - cpu) / claimed;
  console.log(
    `keyed: ${claimed} claims of ${KEYS} keys without limits: ${rate.toFixed(0)} a second, ${micros.toFixed(0)} µs of PostgreSQL each`,
  );
  for (const { pools } of all) await pools.close();
  return claimed === TASKS;
}

/** Milliseconds of 200 claims of 10, each completed. */
async function claimTimes({ pools, claims }) {
  const times = [];
  const owner = 'bench:1:boot';
  for (let i = 0; i < 220; i++) {
    const start = performance.now();
    const tasks = await claims.claim({ queue: 'default', limit: 10, names: NAMES, owner, leaseSeconds: 600 });
    if (i >= 20) times.push(performance.now() - start);
    if (tasks.length !== 10) throw new Error(`a claim of 10 found ${tasks.length}`);
    const rows = tasks.map(({ id, epoch }) => ({ id, epoch, result: null }));
    await executorOf(pools.engine).query(COMPLETE_TASKS, [JSON.stringify(rows), owner]);
  }
  return percentiles(times);
}

async function blocked() {
  const [BACKLOG, ORDINARY] = [200_000, 2_200];
  const backlogs = {
    nothing: undefined,
    'a paused name': ['paused', undefined],
    'an unknown name': ['unknown', undefined],
    'a throttled group': ['noop', ['account:1']],
  };
  const found = {};
  for (const [what, backlog] of Object.entries(backlogs)) {
    const claimer = claimerOf(await freshDatabase());
    await query(claimer.pools, `INSERT INTO paused_definitions VALUES ('paused', now(), 'bench')`);
    await query(claimer.pools, `INSERT INTO limits (key, max_running, updated_at) VALUES ('account:1', 0, now())`);
    if (backlog) await fill(claimer.pools, Array(BACKLOG).fill(backlog[1]), backlog[0]);
    await fill(claimer.pools, Array(ORDINARY).fill(undefined));
    await servers.settle();
    found[what] = await claimTimes(claimer);
    console.log(`blocked: claims of 10 beside ${what}: p50 ${found[what].p50.toFixed(1)} ms, p99 ${found[what].p99.toFixed(1)} ms`);
    await claimer.pools.close();
  }
  return ['a paused name', 'a throttled group'].every((what) => found[what].p99 <= 2 * found.nothing.p99);
}

const PARTS = {
  limits: [limits],
  latency: [() => latency(0), () => latency(50)],
  groups: [() => groups(1), () => groups(300), () => groups(1_000)],
  keyed: [keyed],
  blocked: [blocked],
};
const words = process.argv.slice(2);
const wanted = words.length > 0 ? words : Object.keys(PARTS);
const unknown = wanted.find((word) => !(word in PARTS));
let good = unknown === undefined;
if (unknown !== undefined) console.error(`✗ There is no part "${unknown}". Known: ${Object.keys(PARTS).join(', ')}.`);
else for (const word of wanted) for (const part of PARTS[word]) good = (await part()) && good;
await servers.stop();
process.exit(good ? 0 : 1);
