// One cell with one contender, on a PostgreSQL of its own.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CELLS } from './cells.mjs';
import { PRESSURE_CONTENDERS } from './contenders.mjs';
import { figuresOf } from './figures.mjs';
import { countStarts, now } from './ledger.mjs';
import { startPrivateServer, withClient } from './private-server.mjs';
import { Processes } from './processes.mjs';

/** Not measured: compilation, first plans, connections. */
const WARM_UP_MS = 5_000;
/** Longer than all leases and heartbeats of the contenders together with the checks of them. */
const NO_PROGRESS_MS = 60_000;
const MAX_DRAIN_MS = 300_000;
const LOOK_MS = 500;
const LOG_TAIL = 600;

const SIZE = `
  SELECT coalesce(sum(pg_total_relation_size(relid)), 0)::float8 AS bytes, coalesce(sum(n_dead_tup), 0)::int AS "deadTuples"
  FROM pg_stat_user_tables WHERE schemaname = $1 AND relname NOT LIKE 'bench\\_%'`;

/**
 * @param onStop gets a function that ends all processes of the cell, for the time that it runs
 * @returns the figures of figures.mjs, with deadTuples, bytes, drainSeconds, waiting and failed (its own records after
 * the drain), restarts (of workers that ended by themselves), crashSeconds (each from the kill to its end)
 */
export async function runCell({ cell, name, seconds, rate }, onStop) {
  const folder = mkdtempSync(join(tmpdir(), 'contenthub-bench-'));
  const ends = [];
  const stop = async () => {
    for (let end = ends.pop(); end !== undefined; end = ends.pop()) await end();
    rmSync(folder, { recursive: true, force: true });
  };
  onStop(stop);
  try {
    return await measure({ cell, contender: PRESSURE_CONTENDERS[name], name, seconds, rate, folder, ends });
  } catch (error) {
    throw new Error(`${error.message}\n${logTail(folder)}`, { cause: error });
  } finally {
    await stop();
    onStop(undefined);
  }
}

async function measure({ cell, contender, name, seconds, rate, folder, ends }) {
  const { load = 1, press } = CELLS[cell];
  const server = await startPrivateServer(folder);
  ends.push(() => server.stop());
  const url = server.url;
  const processes = new Processes({ name, postgresUrl: url, folder, rate: rate * load }, contender.execArgv);
  ends.push(() => processes.stop());
  await processes.start();
  processes.produce();
  await delay(WARM_UP_MS);

  const { promise: failed, reject: fail } = Promise.withResolvers();
  failed.catch(() => {});
  const milliseconds = seconds * 1_000;
  const events = [];
  const release = await press?.({ server, url, contender, processes, milliseconds, events, fail });
  const start = now();
  await Promise.race([delay(milliseconds), failed]);
  const end = now();
  const size = await withClient(url, async (client) => (await client.query(SIZE, [contender.schema])).rows[0]);
  await release?.();
  await processes.stopProducing();
  const drained = await drain(url, contender, folder);
  const restarts = processes.endedByItself;
  await processes.stop();
  const crashSeconds = events.map(({ at, back }) => Number(((back - at) / 1_000).toFixed(3)));
  return { ...figuresOf({ folder, start, end, events }), ...size, ...drained, restarts, crashSeconds, seconds };
}

/** Until the contender shows no waiting task, or nothing has started for a minute. */
async function drain(url, contender, folder) {
  const start = now();
  const count = (text) => withClient(url, async (client) => (await client.query(text)).rows[0].n);
  let progress = { starts: countStarts(folder), at: start };
  let waiting = await count(contender.waiting);
  while (waiting > 0 && now() - progress.at < NO_PROGRESS_MS && now() - start < MAX_DRAIN_MS) {
    await delay(LOOK_MS);
    const starts = countStarts(folder);
    if (starts !== progress.starts) progress = { starts, at: now() };
    waiting = await count(contender.waiting);
  }
  return { drainSeconds: Number(((now() - start) / 1_000).toFixed(1)), waiting, failed: await count(contender.failed) };
}

function logTail(folder) {
  try {
    return readFileSync(join(folder, 'log'), 'utf8').slice(-LOG_TAIL);
  } catch {
    return ''; // no process was started
  }
}
