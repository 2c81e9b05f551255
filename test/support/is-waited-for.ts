import type pg from 'pg';

/** True when another session waits for a lock of this session's transaction. Sessions of other databases do not count. */
export async function isWaitedFor(holder: pg.Client): Promise<boolean> {
  const { rows } = await holder.query(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND pg_backend_pid() = ANY (pg_blocking_pids(pid)) LIMIT 1`,
  );
  return rows.length > 0;
}
