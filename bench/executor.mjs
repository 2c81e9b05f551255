// node bench/executor.mjs [--accounts 100] [--count 10] [--latency 100]
// One run of async-content-generation over 100 accounts × 10 contents, with the simulated creator, on one process with all its roles.
// Prints the time until the run answered and the time until all contents exist. Exit code 1 when the run takes more than 3 s, or when a
// content or a used topic is missing.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { ensureBuilt } from '../scripts/build-if-needed.mjs';
import { startApplication } from './lib/application.mjs';
import { describeMachine } from './lib/report.mjs';

const { values } = parseArgs({
  options: {
    accounts: { type: 'string', default: '100' },
    count: { type: 'string', default: '10' },
    latency: { type: 'string', default: '100' },
  },
});
const [accounts, count, latencyMs] = [values.accounts, values.count, values.latency].map(Number);
const LIMIT_S = 3;

await ensureBuilt();
const { startServers } = await import('./lib/servers.mjs');
const servers = await startServers({ redis: false });
const folder = mkdtempSync(join(tmpdir(), 'contenthub-bench-executor-'));
const { postgresUrl } = await servers.fresh();
const database = new pg.Client(postgresUrl);
let child;
let call;
const { cpu, cores, loadBefore } = describeMachine(servers);
console.log(`${cpu}, ${cores} cores, load before ${loadBefore}; ${accounts} accounts × ${count}, ${latencyMs} ms a content\n`);
let code = 1;
try {
  await database.connect();
  call = await startApplication({
    postgresUrl,
    folder,
    settings: { ASYNC_WORKER_COUNT: '24', ASYNC_MAX_CONCURRENT_TASKS: '24', RATE_LIMIT_REQUESTS: '0' },
    onSpawn: (started) => (child = started),
  });
  code = await measure();
} catch (error) {
  console.error(`✗ ${error.message}`);
} finally {
  await database.end();
  child?.kill('SIGKILL');
  await servers.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(code);

/** Titles that share no pair of words, so that none is a duplicate. */
function titleOf(account, topic) {
  const mark = `${account}x${topic}`;
  return `subject${mark} before history${mark} after region${mark}`;
}

async function fill() {
  for (let i = 0; i < accounts; i += 1) {
    const account = { name: `account-${i}`, platform: 'blog', creator: 'simulated', creatorOptions: { latencyMs, words: 50 } };
    const { id } = await call('POST', '/accounts', account);
    const lines = Array.from({ length: count + 2 }, (_, topic) => titleOf(i, topic));
    const { skipped } = await call('POST', '/topics/import', { accountId: id, lines });
    if (skipped.length > 0) throw new Error(`skipped: ${JSON.stringify(skipped[0])}`);
  }
}

async function counted(text) {
  return Number((await database.query(text)).rows[0].count);
}

async function measure() {
  await fill();
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1_000;
  const params = { count_per_account: count };
  const { executionId } = await call('POST', '/tasks/async-content-generation/execute/api', { params });
  let run;
  do {
    await delay(10);
    run = await call('GET', `/executions/${executionId}`);
  } while (!['completed', 'failed'].includes(run.status));
  const answered = seconds();
  const { total_submitted: submitted, total_failed: failed } = run.result ?? { total_submitted: 0, total_failed: 0 };
  console.log(`  the run answered after       ${answered.toFixed(2)} s: ${submitted} submitted, ${failed} not`);
  const open = `SELECT count(*) FROM tasks WHERE name = 'content-generation' AND terminal_at IS NULL`;
  while ((await counted(open)) > 0) await delay(250);
  const ended = seconds();
  const contents = await counted('SELECT count(*) FROM contents');
  const used = await counted(`SELECT count(*) FROM topics WHERE status = 'used' AND content_id IS NOT NULL`);
  console.log(`  all content tasks ended after ${ended.toFixed(2)} s: ${contents} contents, ${used} used topics`);
  const all = accounts * count;
  return answered <= LIMIT_S && submitted === all && contents === all && used === all ? 0 : 1;
}
