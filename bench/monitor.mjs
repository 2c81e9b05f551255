// node bench/monitor.mjs [--tasks 1000000] [--ready 20000] [--calls 40]
// p95 of the endpoints of the monitor, of lists and of a scrape, on one process with all its roles and a database with this many tasks, of
// which some are ready and the others finished. Exit code 1 when an endpoint of the monitor takes more than 100 ms, a list more than 200 ms or a scrape more than 50 ms.
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
    tasks: { type: 'string', default: '1000000' },
    ready: { type: 'string', default: '20000' },
    calls: { type: 'string', default: '40' },
  },
});
const [tasks, ready, calls] = [values.tasks, values.ready, values.calls].map(Number);
const STATISTICS_MS = 300_000;
const MONITOR = ['metrics', 'recent', 'failed', 'pending', 'stats', 'throughput', 'health'].map((name) => [`/monitor/${name}`, 100]);
const LISTS = ['/executions', '/executions?status=completed', '/executions?taskName=noop', '/executions/counts', '/queues'].map((path) => [
  path,
  200,
]);

await ensureBuilt();
const [{ startServers }, { fill }, { freePort }] = await Promise.all([
  import('./lib/servers.mjs'),
  import('./lib/fill.mjs'),
  import('../dist/src/platform/database/embedded/free-port.js'),
]);
const servers = await startServers({ redis: false });
const folder = mkdtempSync(join(tmpdir(), 'contenthub-bench-monitor-'));
const { cpu, cores, loadBefore } = describeMachine(servers);
console.log(
  `${cpu}, ${cores} cores, load before ${loadBefore}; ${tasks.toLocaleString('en')} tasks, ${ready.toLocaleString('en')} of them ready; ${calls} calls of each\n`,
);
let child;
let code = 1;
try {
  const { postgresUrl } = await servers.fresh();
  await fill(postgresUrl, { ready, finished: tasks - ready });
  const opsPort = await freePort();
  const settings = { OPS_PORT: String(opsPort), RATE_LIMIT_REQUESTS: '0' };
  const call = await startApplication({ postgresUrl, folder, settings, onSpawn: (started) => (child = started) });
  await statisticsOf(postgresUrl, tasks - ready);
  const scrape = async () => (await fetch(`http://127.0.0.1:${opsPort}/metrics`)).text();
  const rows = [...MONITOR, ...LISTS].map(([path, most]) => [path, most, () => call('GET', path)]);
  code = await measure([...rows, ['/metrics of the ops port', 50, scrape]]);
} catch (error) {
  console.error(`✗ ${error.message}`);
} finally {
  child?.kill('SIGKILL');
  await servers.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(code);

/** Resolves when the daily statistics have counted the finished tasks. */
async function statisticsOf(url, finished) {
  const client = new pg.Client(url);
  await client.connect();
  const until = Date.now() + STATISTICS_MS;
  try {
    for (;;) {
      const { rows } = await client.query('SELECT coalesce(sum(completed), 0)::int AS n FROM daily_statistics');
      if (rows[0].n >= finished) return;
      if (Date.now() > until) throw new Error(`the statistics counted ${rows[0].n} of ${finished} tasks in ${STATISTICS_MS / 1_000} s`);
      await delay(500);
    }
  } finally {
    await client.end();
  }
}

async function measure(rows) {
  let missed = 0;
  for (const [name, most, request] of rows) {
    const times = [];
    await request();
    for (let n = 0; n < calls; n++) {
      const began = performance.now();
      await request();
      times.push(performance.now() - began);
    }
    const sorted = times.toSorted((a, b) => a - b);
    const [p50, p95] = [0.5, 0.95].map((part) => sorted[Math.min(calls - 1, Math.floor(calls * part))]);
    if (p95 > most) missed++;
    console.log(
      `  ${name.padEnd(32)} p50 ${p50.toFixed(1).padStart(6)} ms  p95 ${p95.toFixed(1).padStart(6)} ms  at most ${most} ms  ${p95 > most ? '✗' : '✓'}`,
    );
  }
  return missed === 0 ? 0 : 1;
}
