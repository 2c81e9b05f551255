// What disturbs a cell. Each resolves when the disturbance has begun, with a function that ends it.
//   context: server, url, contender, processes, milliseconds (length of the cell), events (crashes, to add to),
//            fail(error): ends the cell
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from './private-server.mjs';

const READERS = 4;
const READER_TRANSACTION_MS = 60_000;
const SCAN_PAUSE_MS = 100;
const IDLE_CONNECTIONS = 300;
const CONNECT_AT_ONCE = 20;
const TERMINATE_MS = 200;
const KILL_MS = 10_000;
const TERMINATE = `
  SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE application_name LIKE $1 AND backend_type = 'client backend' ORDER BY random() LIMIT 1`;

/** A transaction that has written, so that VACUUM removes nothing that ends after its start. */
export async function heldTransaction({ url }) {
  const client = await connect(url);
  await client.query('CREATE TABLE bench_unrelated (n int)');
  await client.query('BEGIN');
  await client.query('INSERT INTO bench_unrelated VALUES (1)');
  return async () => {
    await client.query('ROLLBACK');
    await client.end();
  };
}

/** Overlapping transactions of a minute, or of a quarter of a shorter cell. There is always an old one. */
export function readers({ url, contender, milliseconds, fail }) {
  const length = Math.min(READER_TRANSACTION_MS, milliseconds / 4);
  const scan = `SELECT count(*) FROM ${contender.scanned}`;
  return repeatedly(fail, READERS, async (i, signal) => {
    const client = await connect(url);
    for (let until = Date.now() + ((i + 1) * length) / READERS; !signal.aborted; until = Date.now() + length) {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      while (Date.now() < until && !signal.aborted) {
        await client.query(scan);
        await pause(SCAN_PAUSE_MS, signal);
      }
      await client.query('COMMIT');
    }
    await client.end();
  });
}

export async function idleConnections({ url }) {
  const clients = [];
  while (clients.length < IDLE_CONNECTIONS) {
    clients.push(...(await Promise.all(Array.from({ length: CONNECT_AT_ONCE }, () => connect(url)))));
  }
  return async () => void (await Promise.all(clients.map((client) => client.end())));
}

/** One connection of the contender each 200 ms, of its worker or of its producer. */
export function terminatedBackends({ url, contender, fail }) {
  return repeatedly(fail, 1, async (_, signal) => {
    const client = await connect(url);
    for (let due = Date.now(); !signal.aborted; due += TERMINATE_MS) {
      await pause(due - Date.now(), signal);
      await client.query(TERMINATE, [contender.applications]);
    }
    await client.end();
  });
}

/** At a quarter and at half of the cell; once, at a third, when it is shorter than 40 s. */
export function serverCrashes({ server, events, milliseconds, fail }) {
  const moments = milliseconds < 40_000 ? [1 / 3] : [1 / 4, 1 / 2];
  return repeatedly(fail, 1, async (_, signal) => {
    const start = Date.now();
    for (const moment of moments) {
      await pause(start + moment * milliseconds - Date.now(), signal);
      if (signal.aborted) return;
      events.push(await server.crash());
    }
  });
}

/** Every 10 s, or each third of a cell that is shorter than 30 s; not in the last 5 s. */
export function workerKills({ processes, events, milliseconds, fail }) {
  const every = Math.min(KILL_MS, milliseconds / 3);
  return repeatedly(fail, 1, async (_, signal) => {
    const start = Date.now();
    for (let due = every; due < milliseconds - Math.min(5_000, every / 2); due += every) {
      await pause(start + due - Date.now(), signal);
      if (signal.aborted) return;
      events.push(processes.killWorker());
    }
  });
}

async function repeatedly(fail, count, work) {
  const abort = new AbortController();
  const all = Promise.all(Array.from({ length: count }, (_, i) => work(i, abort.signal)));
  void all.catch(fail);
  return async () => {
    abort.abort();
    await all;
  };
}

const pause = (ms, signal) => delay(Math.max(0, ms), undefined, { signal }).catch(() => {});
