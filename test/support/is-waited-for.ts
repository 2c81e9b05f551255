import type pg from 'pg';

/**
 * True when another session waits for a lock of this session's transaction. Not read from pg_stat_activity, which shows a transaction the
 * sessions of its first look: a session that connects later would never be seen.
 */
export async function isWaitedFor(holder: pg.Client): Promise<boolean> {
  const { rows } = await holder.query(`SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)) LIMIT 1`);
  return rows.length > 0;
}
