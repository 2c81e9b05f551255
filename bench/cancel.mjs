// node bench/cancel.mjs      10,000 live tasks among 2,000,000 finished ones: cancelled all at once, and by name.
// Exit code 1 when one of them takes longer than 10 s.
import 'reflect-metadata';
import pg from 'pg';
import { ensureBuilt } from '../scripts/build-if-needed.mjs';
import { noopRow } from './lib/noop-row.mjs';

await ensureBuilt();
const { startServers } = await import('./lib/servers.mjs');
const dist = (path) => import(`../dist/src/${path}.js`);
const { migrateDatabase } = await dist('platform/database/migrate');
const { Pools, executorOf } = await dist('platform/database/pools');
const { TaskControlStore } = await dist('engine/task-control-store');
const { INSERT_TASKS } = await dist('engine/task.sql');

const [FINISHED, LIVE, AT_MOST_MS] = [2_000_000, 10_000, 10_000];

const servers = await startServers({ redis: false });
const { postgresUrl } = await servers.fresh();
await migrateDatabase({ url: postgresUrl });
const pools = new Pools({ url: postgresUrl, apiSize: 2 });
const client = new pg.Client(postgresUrl); // without the time limits of the pools
await client.connect();
await client.query('SET session_replication_role = replica');
await client.query(
  `INSERT INTO tasks (id, name, queue, status, rank, run_at, max_attempts, backoff, timeout_ms, created_by, trigger, actor, created_at, terminal_at)
   SELECT gen_random_uuid(), 'noop', 'default', 'completed', now(), now(), 3, '{}', 1000, 'bench', 'api', 'bench', now() - interval '1 day', now()
   FROM generate_series(1, $1::int)`,
  [FINISHED],
);
await client.end();
await servers.settle();
const control = new TaskControlStore(pools, { publish: (rows) => rows });
let good = true;
for (const [what, names] of Object.entries({ all: null, 'by name': ['noop'] })) {
  for (let i = 0; i < LIVE; i += 500)
    await executorOf(pools.api).query(INSERT_TASKS, [JSON.stringify(Array.from({ length: 500 }, () => noopRow()))]);
  const start = performance.now();
  let cancelled = 0;
  for await (const stopped of control.cancelLive(names, 'bench')) cancelled += stopped.length;
  const ms = performance.now() - start;
  console.log(`cancel ${what}: ${cancelled} live tasks among ${FINISHED} finished ones in ${(ms / 1_000).toFixed(1)} s`);
  good &&= cancelled === LIVE && ms <= AT_MOST_MS;
}
await pools.close();
await servers.stop();
process.exit(good ? 0 : 1);
