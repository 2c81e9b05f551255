// node bench/simulated.mjs [--latency 2400] [--batch 1000]
// The simulated creator at 1/100 of real time: 2.4 s an article. Ten articles one after the other, and ten at once, on
// one process with all its roles, 12 slots for content and an account of each. Then one batch of 1,000 content tasks.
// Exit code 1 when ten at once are less than 9.5 times as fast, or when the batch takes more than 1 s to accept.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../scripts/build-if-needed.mjs';
import { startApplication } from './lib/application.mjs';
import { describeMachine } from './lib/report.mjs';

const { values } = parseArgs({ options: { latency: { type: 'string', default: '2400' }, batch: { type: 'string', default: '1000' } } });
const [latencyMs, batchSize] = [Number(values.latency), Number(values.batch)];
const ARTICLES = 10;

await ensureBuilt();
const { startServers } = await import('./lib/servers.mjs');
const servers = await startServers({ redis: false });
const folder = mkdtempSync(join(tmpdir(), 'contenthub-bench-simulated-'));
let child;
let call;
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
  code = await measure();
} catch (error) {
  console.error(`✗ ${error.message}`);
} finally {
  child?.kill('SIGKILL');
  await servers.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(code);

async function write(account) {
  const { taskId } = await call('POST', '/content-tasks', { account, topic: 'Tides', allowDuplicate: true });
  for (;;) {
    const { status } = await call('GET', `/content-tasks/${taskId}`);
    if (status === 'completed') return;
    if (['failed', 'timeout', 'cancelled'].includes(status)) throw new Error(`the article ${status}`);
    await delay(50);
  }
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
  await write(names[0]); // the first article also loads code
  const sequence = await seconds(async () => {
    for (const name of names) await write(name);
  });
  const atOnce = await seconds(() => Promise.all(names.map(write)));
  const factor = sequence / atOnce;
  console.log(`  ${ARTICLES} articles in sequence   ${sequence.toFixed(2)} s`);
  console.log(`  ${ARTICLES} articles at once       ${atOnce.toFixed(2)} s   ${factor.toFixed(2)} times as fast`);

  const params = (i) => ({ accountId: accounts[i % ARTICLES].id, topic: `Tide ${i}`, allowDuplicate: true });
  const tasks = Array.from({ length: batchSize }, (_, i) => ({ taskName: 'content-generation', params: params(i) }));
  const accepted = await seconds(() => call('POST', '/batches', { name: 'a thousand', tasks }));
  console.log(`  a batch of ${batchSize}          accepted in ${accepted.toFixed(2)} s`);
  return factor >= 9.5 && accepted <= 1 ? 0 : 1;
}
