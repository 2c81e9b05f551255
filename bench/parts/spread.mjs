// Spread: three worker processes on one PostgreSQL and one Redis, once with all tasks present at the start and once
// with tasks that arrive during the run. Each task must have one completion, and each process must run about a third
// of them.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { CONTENDERS } from '../contenders/list.mjs';
import { inChunks } from '../lib/chunks.mjs';

const WORKER = fileURLToPath(new URL('../spread-worker.mjs', import.meta.url));
const PROCESSES = 3;
/** Share of a third. */
const TOLERANCE = 0.2;
const STORED_AT_ONCE = 1_000;
/** 1,000 a second: all processes are idle most of the time, and no process may always win. */
const ARRIVALS = { at: 20, everyMs: 20 };
const PATIENCE_MS = 180_000;

const HOWS = ['backlog', 'arriving'];
const COMPLETIONS = `SELECT actor, count(*)::int AS tasks FROM task_audit WHERE reason = 'complete' GROUP BY actor ORDER BY actor`;
const NOT_ONCE = `
  SELECT count(*)::int AS n FROM tasks t WHERE status <> 'completed' OR lease_epoch <> 1
     OR 1 <> (SELECT count(*) FROM task_audit a WHERE a.task_id = t.id AND a.reason = 'complete')`;

/** @returns {Promise<{rows: {name: string, how: string, seconds: number, shares: number[]}[]}>} shares: tasks per process */
export async function measure({ names, count, slots }, servers) {
  const rows = [];
  for (const name of names) {
    if (CONTENDERS[name].redis && servers.redis === undefined) throw new Error(`${name} needs Redis: install redis-server`);
    for (const how of HOWS) rows.push({ name, how, ...(await spread({ name, how, count, slots }, await servers.fresh())) });
  }
  return { rows };
}

async function spread({ name, how, count, slots }, place) {
  const plan = { ...place, name, slots, part: 'spread' };
  const contender = await CONTENDERS[name].load();
  const submitter = await contender.open({ ...plan, onTask: () => {} });
  const workers = [];
  const client = new pg.Client(place.postgresUrl);
  await client.connect();
  try {
    for (let i = 0; i < PROCESSES; i++) workers.push(await ready(plan));
    if (how === 'backlog') await inChunks(count, STORED_AT_ONCE, ({ length }) => submitter.submitMany(length));
    await client.query('VACUUM (ANALYZE) tasks');
    const start = performance.now();
    for (const worker of workers) worker.send('go');
    if (how === 'arriving') await submitInTime(submitter, count, start);
    while ((await submitter.unfinished()) > 0) {
      if (performance.now() - start > PATIENCE_MS) throw new Error(`${name}, ${how}: not done within ${PATIENCE_MS / 1_000} s`);
      await delay(20);
    }
    const seconds = (performance.now() - start) / 1_000;
    return { seconds, shares: await verify(client, await Promise.all(workers.map(end)), count) };
  } finally {
    for (const worker of workers) worker.kill('SIGKILL');
    await client.end();
    await submitter.close();
  }
}

async function submitInTime(submitter, count, start) {
  let due = start;
  await inChunks(count, ARRIVALS.at, async ({ length }) => {
    await submitter.submitMany(length);
    due += ARRIVALS.everyMs;
    await delay(Math.max(0, due - performance.now()));
  });
}

async function ready(plan) {
  const worker = fork(WORKER, [JSON.stringify(plan)], { execArgv: CONTENDERS[plan.name].execArgv });
  await Promise.race([
    once(worker, 'message'),
    once(worker, 'exit').then(([code]) => Promise.reject(new Error(`a worker ended with ${code}`))),
  ]);
  return worker;
}

async function end(worker) {
  worker.send('end');
  const [{ ran }] = await once(worker, 'message');
  return ran;
}

/** The counts of the processes must match the audit, which must contain each completion once. */
async function verify(client, ran, count) {
  const shares = (await client.query(COMPLETIONS)).rows.map(({ tasks }) => tasks);
  const [{ n: notOnce }] = (await client.query(NOT_ONCE)).rows;
  if (notOnce > 0) throw new Error(`${notOnce} tasks were not completed exactly once`);
  const sorted = (values) => [...values].sort((a, b) => a - b).join(' ');
  const completed = shares.reduce((sum, share) => sum + share, 0);
  if (completed !== count) throw new Error(`${completed} of ${count} tasks have a completion`);
  if (sorted(shares) !== sorted(ran.filter((share) => share > 0))) throw new Error(`the processes ran ${ran}, the audit shows ${shares}`);
  return ran;
}

/** Prints each share with its target. @returns true when all reach it */
export function print({ rows }) {
  let met = true;
  const third = (row) => row.shares.reduce((sum, share) => sum + share, 0) / PROCESSES;
  console.log(`\nspread: ${PROCESSES} worker processes, one completion of each task, shares in percent of a third`);
  for (const row of rows) {
    const shares = row.shares.map((share) => (100 * share) / third(row));
    const even = shares.every((share) => Math.abs(share - 100) <= 100 * TOLERANCE);
    const cells = shares.map((share) => `${share.toFixed(0).padStart(4)} %`).join('');
    console.log(
      `  ${row.name.padEnd(20)} ${row.how.padEnd(9)}${cells}  ${row.seconds.toFixed(1).padStart(6)} s  within ±20 %  ${even ? '✓' : '✗'}`,
    );
    met &&= even;
  }
  return met;
}
