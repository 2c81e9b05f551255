// node bench/simulated.mjs [--latency 2400] [--batch 1000]
// The simulated creator at 1/100 of real time: 2.4 s an article. Ten articles one after the other, and ten at once, on
// one process with all its roles, 12 slots for content and an account of each. Then one batch of 1,000 content tasks.
// Measured is what a client sees, once by the event stream and once by asking for each task every 50 ms. Ten clients that ask take CPU on
// this machine (up to 200 questions a second), and see an end 25 ms late on average, the last of ten up to 50 ms. The times that the
// server stored are printed too.
// Exit code 1 when ten at once are less than 9.5 times as fast by the event stream, or when the batch takes more than 1 s to accept.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../scripts/build-if-needed.mjs';
import { startApplication } from './lib/application.mjs';
import { followExecutions } from './lib/follow-executions.mjs';
import { describeMachine } from './lib/report.mjs';

const { values } = parseArgs({ options: { latency: { type: 'string', default: '2400' }, batch: { type: 'string', default: '1000' } } });
const [latencyMs, batchSize] = [Number(values.latency), Number(values.batch)];
const ARTICLES = 10;
/** Rounds of ten articles that are not measured: they load code, open connections and let the engine compile what runs often. */
const WARM_ROUNDS = 4;
const submit = (account) => call('POST', '/content-tasks', { account, topic: 'Tides', allowDuplicate: true });

await ensureBuilt();
const { startServers } = await import('./lib/servers.mjs');
const servers = await startServers({ redis: false });
const folder = mkdtempSync(join(tmpdir(), 'contenthub-bench-simulated-'));
let child;
let call;
let executions;
const { cpu, cores, loadBefore } = describeMachine(servers);
console.log(`${cpu}, ${cores} cores, load before ${loadBefore}; ${latencyMs} ms an article, one process with all its roles\n`);
let code = 1;
try {
  call = await startApplication({
    ...(await servers.fresh()),
    folder,
    settings: { ASYNC_WORKER_COUNT: '12', ASYNC_MAX_CONCURRENT_TASKS: '12' },
    onSpawn: (started) => (child = started),
  });
  executions = await followExecutions(call);
  code = await measure();
} catch (error) {
  console.error(`✗ ${error.message}`);
} finally {
  await executions?.close();
  child?.kill('SIGKILL');
  await servers.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(code);

function completed(task) {
  if (['failed', 'timeout', 'cancelled'].includes(task.status)) throw new Error(`the article ${task.status}`);
  return task.status === 'completed';
}

async function writeAndAsk(account) {
  const { taskId } = await submit(account);
  for (;;) {
    const task = await call('GET', `/content-tasks/${taskId}`);
    if (completed(task)) return task;
    await delay(50);
  }
}

/** Asks for the task once, after the event of its end. */
async function writeAndFollow(account) {
  const { taskId, executionId } = await submit(account);
  await executions.ended(executionId);
  const task = await call('GET', `/content-tasks/${taskId}`);
  if (!completed(task)) throw new Error(`the article ${task.status} after the event of its end`);
  return task;
}

async function seconds(work) {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1_000;
}

async function measure() {
  const names = Array.from({ length: ARTICLES }, (_, i) => `account-${i}`);
  const shared = { platform: 'blog', creator: 'simulated', creatorOptions: { latencyMs } };
  const accounts = [];
  for (const name of names) accounts.push(await call('POST', '/accounts', { name, ...shared }));
  for (let i = 0; i < WARM_ROUNDS; i++) await Promise.all(names.map(writeAndAsk));
  const factor = await compare('by the event stream', names, writeAndFollow);
  await compare('asking every 50 ms', names, writeAndAsk);

  const params = (i) => ({ accountId: accounts[i % ARTICLES].id, topic: `Tide ${i}`, allowDuplicate: true });
  const requests = Array.from({ length: batchSize }, (_, i) => ({ taskName: 'content-generation', params: params(i) }));
  const accepted = await seconds(() => call('POST', '/batches', { name: 'a thousand', tasks: requests }));
  console.log(`  a batch of ${batchSize}          accepted in ${accepted.toFixed(2)} s`);
  return factor >= 9.5 && accepted <= 1 ? 0 : 1;
}

/** → how many times as fast ten articles at once are. */
async function compare(title, names, write) {
  const sequence = await seconds(async () => {
    for (const name of names) await write(name);
  });
  let tasks = [];
  const atOnce = await seconds(async () => {
    tasks = await Promise.all(names.map(write));
  });
  const times = (name) => tasks.map((task) => Date.parse(task[name]));
  const since = Math.min(...times('submittedAt'));
  const [started, ended] = ['startedAt', 'completedAt'].map((name) => Math.max(...times(name)) - since);
  const factor = sequence / atOnce;
  console.log(`  clients ${title}`);
  console.log(`    ${ARTICLES} articles in sequence   ${sequence.toFixed(2)} s`);
  console.log(`    ${ARTICLES} articles at once       ${atOnce.toFixed(2)} s   ${factor.toFixed(2)} times as fast`);
  console.log(`    by its own times         all started after ${started} ms, all completed after ${ended} ms`);
  return factor;
}
