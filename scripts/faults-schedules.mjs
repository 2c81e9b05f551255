// Fires schedules in many processes, kills the processes and PostgreSQL, and counts what fired.
// npm run test:faults:schedules -- [--processes 12] [--seconds 60] [--restarts 3]
// Exit code 1 when a due time fired twice, or was neither fired nor recorded. docs/schedules.md has the figures.
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { ensureBuilt } from './build-if-needed.mjs';

const { values } = parseArgs({
  options: {
    processes: { type: 'string', default: '12' },
    seconds: { type: 'string', default: '60' },
    restarts: { type: 'string', default: '3' },
  },
});
const [processes, seconds, restarts] = [Number(values.processes), Number(values.seconds), Number(values.restarts)];
const FAST = 50;
const MANY = 10_000;
const AT_ONCE = 1_000;
const IDLE_PULSES = 200;

await ensureBuilt();
const { startServers } = await import('../test/faults/schedules/processes.mjs');
const { countFirings, lateness, percentile } = await import('../test/faults/schedules/checks.mjs');

const INSERT = `
  INSERT INTO schedules (id, name, task_name, params, trigger, time_zone, overlap, misfire, catch_up_seconds, next_due_at, next_fire_at, created_by)
  SELECT gen_random_uuid(), $1 || '-' || i, 'noop', '{"at": "{{ scheduledAt }}"}', jsonb_build_object('type', 'every', 'everyMs', $3::int * (1 + i % $4::int),
         'anchorAt', '2026-01-01T00:00:00.000Z'), 'UTC', 'allow', 'all', 3600, due, due, 'test'
  FROM generate_series(1, $2::int) AS i,
  LATERAL (SELECT to_timestamp(ceil((extract(epoch FROM now()) + $5::int) / ($3::int * (1 + i % $4::int) / 1000.0)) * ($3::int * (1 + i % $4::int) / 1000.0)) AS due) AS d`;

const servers = await startServers();
let failed = false;
const pool = new pg.Pool({ connectionString: servers.url, max: 2 });
pool.on('error', () => undefined); // PostgreSQL is killed
const sql = async (text, args = []) => (await pool.query(text, args)).rows;
const say = (title, facts) => console.log(`${title.padEnd(58)} ${JSON.stringify(facts)}`);
const expect = (ok, what) => {
  if (ok) return;
  failed = true;
  console.log(`✗ ${what}`);
};

try {
  await servers.startSchedulers(processes);

  await sql(INSERT, ['fast', FAST, 1_000, 5, 5]);
  await delay(6_000); // the first due times of all
  const [{ now: since }] = await sql('SELECT now()');
  await delay(seconds * 1_000);
  const calm = await countFirings(sql);
  say(`${processes} processes, ${FAST} schedules of 1 to 5 s, ${seconds} s`, { ...calm, lateMs: await lateness(sql, since) });
  expect(calm.duplicates === 0 && calm.gaps === 0 && calm.failed === 0 && calm.withoutTask === 0, 'a due time fired twice or not at all');

  const until = Date.now() + seconds * 1_000;
  for (let i = 0; i < restarts; i++) {
    await servers.killScheduler();
    await servers.killScheduler();
    await servers.restartPostgres(2_000);
    await servers.startSchedulers(2);
    await delay(Math.max(0, (until - Date.now()) / (restarts - i)));
  }
  await delay(5_000);
  const shaken = await countFirings(sql);
  say(`PostgreSQL killed ${restarts} times, ${2 * restarts} schedulers killed`, shaken);
  expect(
    shaken.duplicates === 0 && shaken.gaps === 0 && shaken.withoutTask === 0,
    'a due time fired twice, or is neither fired nor recorded',
  );

  await sql(`UPDATE schedules SET paused_at = now(), paused_by = 'test', next_fire_at = NULL`);
  await sql(INSERT, ['once', AT_ONCE, 86_400_000, 1, 0]);
  const [{ due }] = await sql(`SELECT date_trunc('second', now()) + interval '3 s' AS due`);
  await sql(`UPDATE schedules SET next_due_at = $1, next_fire_at = $1 WHERE name LIKE 'once-%'`, [due]);
  await delay(9_000);
  const [burst] = await sql(
    `SELECT count(*)::int AS fired, (extract(epoch FROM max(at) - $1::timestamptz) * 1000)::int AS "lastAfterMs" FROM schedule_firings WHERE due_at = $1 AND schedule_id IN (SELECT id FROM schedules WHERE name LIKE 'once-%')`,
    [due],
  );
  say(`${AT_ONCE} schedules due in the same second`, burst);
  expect(burst.fired === AT_ONCE && burst.lastAfterMs <= 3_000, 'not all fired within 3 s');

  await servers.killSchedulers();
  await sql(INSERT, ['many', MANY, 86_400_000, 1, 3_600]);
  await sql('ANALYZE schedules');
  const { SELECT_PULSE } = await import('../dist/src/scheduler/firing.sql.js');
  const pulses = [];
  for (let i = 0; i < IDLE_PULSES; i++) {
    const [{ 'QUERY PLAN': plan }] = await sql(`EXPLAIN (ANALYZE, FORMAT JSON) ${SELECT_PULSE}`);
    pulses.push(plan[0]['Planning Time'] + plan[0]['Execution Time']);
  }
  const idle = { p50: percentile(pulses, 0.5), p99: percentile(pulses, 0.99), max: Math.max(...pulses) };
  say(`a pulse over ${MANY} schedules, none due: database ms`, idle);
  expect(idle.p99 <= 20, 'a pulse costs more than 20 ms');
} finally {
  await pool.end();
  await servers.stop();
}
process.exitCode = failed ? 1 : 0;
