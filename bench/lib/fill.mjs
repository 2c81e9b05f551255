import pg from 'pg';
import { migrateDatabase } from '../../dist/src/platform/database/migrate.js';

/** Finished tasks were submitted an hour ago. */
const AGE = `interval '1 hour'`;
const LIVES = {
  ready: `(1, 0, 0, NULL, 'submitted', 'submit')`,
  finished: `(1, 0, 0, NULL, 'submitted', 'submit'), (2, 1, 1, 'submitted', 'running', 'claim'), (3, 1, 1, 'running', 'completed', 'complete')`,
};

/**
 * Inserts tasks as the engine would leave them, with all audit rows, without the triggers: 600,000 take one minute
 * instead of five.
 */
export async function fill(url, { ready, finished }) {
  await migrateDatabase({ url });
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query('SET session_replication_role = replica');
    await insert(client, finished, 'finished');
    await insert(client, ready, 'ready');
    await client.query('VACUUM (ANALYZE)');
  } finally {
    await client.end();
  }
}

async function insert(client, count, kind) {
  const done = kind === 'finished';
  await client.query(`
    WITH added AS (
      INSERT INTO tasks (id, name, status, rank, run_at, created_at, params, max_attempts, backoff, timeout_ms, created_by, actor, trigger,
                         attempt, lease_epoch, version, reason, result, progress, started_at, terminal_at)
      SELECT uuidv7(at - now()), 'noop', '${done ? 'completed' : 'submitted'}', at - interval '300 s', at, at, jsonb_build_object('n', n), 3,
             '{"baseMs": 1000, "maxMs": 60000}', 300000, 'bench', 'bench', 'api',
             ${done ? `1, 1, 3, 'complete', 'null', 100, at, at` : `0, 0, 1, 'submit', NULL, NULL, NULL, NULL`}
      FROM (SELECT n, now() - ${AGE} * ${done ? 2 : 1} + n * interval '1 ms' AS at FROM generate_series(0, ${count - 1}) AS n) made
      RETURNING id, created_at)
    INSERT INTO task_audit (task_id, version, generation, attempt, lease_epoch, from_status, to_status, reason, actor, at)
    SELECT id, version, 1, attempt, epoch, was, becomes, why, 'bench', created_at
    FROM added CROSS JOIN (VALUES ${LIVES[kind]}) AS life (version, attempt, epoch, was, becomes, why)`);
}
