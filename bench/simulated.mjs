// node bench/simulated.mjs [--latency 2400] [--batch 1000]
// The simulated creator at 1/100 of real time: 2.4 s an article. Ten articles one after the other, and ten at once, on
// one process with all its roles, 12 slots for content and an account of each. Then one batch of 1,000 content tasks.
// Exit code 1 when ten at once are less than 9.5 times as fast, or when the batch takes more than 1 s to accept.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../scripts/build-if-needed.mjs';
import { describeMachine } from './lib/report.mjs';

const { values } = parseArgs({ options: { latency: { type: 'string', default: '2400' }, batch: { type: 'string', default: '1000' } } });
const [latencyMs, batchSize] = [Number(values.latency), Number(values.batch)];
const ARTICLES = 10;

await ensureBuilt();
const { startServers } = await import('./lib/servers.mjs');
const { freePort } = await import('../dist/src/platform/database/embedded/free-port.js');
const servers = await startServers({ redis: false });
const folder = mkdtempSync(join(tmpdir(), 'contenthub-bench-simulated-'));
const server = await startServer();
const { cpu, cores, loadBefore } = describeMachine(servers);
console.log(`${cpu}, ${cores} cores, load before ${loadBefore}; ${latencyMs} ms an article, one process with all its roles\n`);
let code = 1;
try {
  code = await measure();
} catch (error) {
  console.error(`✗ ${error.message}`);
} finally {
  server.child.kill('SIGKILL');
  await servers.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(code);

async function startServer() {
  const { postgresUrl } = await servers.fresh();
  const port = await freePort();
  const slots = { ASYNC_WORKER_COUNT: '12', ASYNC_MAX_CONCURRENT_TASKS: '12' };
  const settings = { DATABASE_URL: postgresUrl, DATA_DIR: folder, PORT: String(port), OPS_PORT: 'off', SEED_EXAMPLE: 'no', ...slots };
  const child = spawn(process.execPath, ['dist/src/main.js'], {
    env: { PATH: process.env.PATH, LOG_LEVEL: 'error', ...settings },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  while (child.exitCode === null && (await fetch(`${url}/health/ready`).catch(() => null))?.status !== 200) await delay(100);
  return { child, url, key: readFileSync(join(folder, 'api-key'), 'utf8').trim() };
}

async function call(method, path, body) {
  const headers = { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' };
  const response = await fetch(server.url + path, { method, headers, body: body && JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

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
