// Flow: workers run, and for each task that starts another is submitted, so that the number of ready tasks stays. The
// database must be filled before.
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

const STORED_AT_ONCE = 1_000;
/** Sizes are read this often in a run. */
const MARKS = 5;
const SIZES = `
  SELECT pg_table_size('tasks') AS tasks, pg_indexes_size('tasks') AS "taskIndexes", pg_table_size('task_audit') AS audit,
         pg_indexes_size('task_audit') AS "auditIndexes", pg_stat_get_dead_tuples('tasks'::regclass) AS dead,
         pg_stat_get_autovacuum_count('tasks'::regclass) AS vacuums, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 AS wal`;

/**
 * @returns {Promise<{seconds: number, walBytes: number, marks: object[]}>} walBytes: of one task, from its submission to its end, with
 * full pages after checkpoints. marks: after each fifth, `ran` and `seconds` so far, sizes in bytes, dead rows and autovacuums of `tasks`
 */
export async function flow(contender, plan, measure) {
  let [started, submitted] = [0, 0];
  const instance = await contender.open({ ...plan, onTask: () => void started++ });
  const reader = new pg.Client(plan.postgresUrl);
  await reader.connect();
  const sizes = async () =>
    Object.fromEntries(Object.entries((await reader.query(SIZES)).rows[0]).map(([name, value]) => [name, Number(value)]));
  try {
    return await measure(async () => {
      const begin = await sizes();
      const start = performance.now();
      const marks = [{ ran: 0, seconds: 0, ...begin }];
      await instance.start();
      while (started < plan.count) {
        if (submitted < started) {
          await instance.submitMany(STORED_AT_ONCE);
          submitted += STORED_AT_ONCE;
        } else await delay(1);
        if (started >= (marks.length * plan.count) / MARKS)
          marks.push({ ran: started, seconds: (performance.now() - start) / 1_000, ...(await sizes()) });
      }
      const seconds = (performance.now() - start) / 1_000;
      return { seconds, marks, walBytes: (marks.at(-1).wal - begin.wal) / marks.at(-1).ran };
    });
  } finally {
    await reader.end();
    await instance.close();
  }
}
