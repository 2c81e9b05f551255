/** The statistics of days and of minutes: transitions counted by day and name, each once. */

/** Every transaction below it has ended and none will begin there, so its rows are complete. */
const HORIZON = 'pg_snapshot_xmin(pg_current_snapshot())';
/** Rows of one round. */
const ROWS = 20_000;

/** The first round begins before all transactions. */
export const ADD_WATERMARK = `
  INSERT INTO statistics_watermarks (name, xid, counted_at, restored_to) VALUES ('daily', '0', '-infinity', '-infinity') ON CONFLICT DO NOTHING`;

/** No row while another process counts. `restored`: the watermark is above all transactions of this database. */
export const LOCK_WATERMARK = `
  SELECT xid::text, counted_at::text AS "countedAt", restored_to::text AS "restoredTo", xid > pg_snapshot_xmax(pg_current_snapshot()) AS restored
  FROM statistics_watermarks WHERE name = 'daily' FOR UPDATE SKIP LOCKED`;

/** $1 watermark. The transaction before which this round ends, and whether rows are left after it. A transaction is never split. */
export const SELECT_END = `
  WITH far AS (SELECT xid FROM task_audit WHERE xid > $1::xid8 AND xid < (SELECT ${HORIZON}) ORDER BY xid OFFSET ${ROWS} LIMIT 1)
  SELECT coalesce((SELECT xid FROM far), ${HORIZON})::text AS "end", EXISTS (SELECT FROM far) AS more`;

const COUNTS = {
  submitted: 'a.from_status IS NULL',
  started: `a.reason = 'claim'`,
  completed: `a.to_status = 'completed'`,
  failed: `a.to_status = 'failed'`,
  timeout: `a.to_status = 'timeout'`,
  cancelled: `a.to_status = 'cancelled'`,
  retried: `a.reason = 'retry'`,
  rescued: `a.reason = 'rescue'`,
};
const NAMES = Object.keys(COUNTS) as (keyof typeof COUNTS)[];

/** Those of the minutes. Kept for MINUTE_DAYS, because a chart of more time has one bar for each day. */
const MINUTE_NAMES = ['submitted', 'completed', 'failed', 'timeout', 'cancelled'] as const;
const MINUTE_DAYS = 31;

const countsOf = (names: readonly (keyof typeof COUNTS)[]): string =>
  names.map((name) => `count(*) FILTER (WHERE ${COUNTS[name]})`).join(', ');
const added = (alias: string, names: readonly string[]): string =>
  names.map((name) => `${name} = ${alias}.${name} + excluded.${name}`).join(', ');

const count = (condition: string): string => `
  WITH a AS MATERIALIZED (
    SELECT a.at, a.from_status, a.to_status, a.reason, t.name, t.queue, c.at AS claimed_at
    FROM task_audit a JOIN tasks t ON t.id = a.task_id
    LEFT JOIN LATERAL (
      SELECT p.at FROM task_audit p WHERE a.to_status = 'completed' AND p.task_id = a.task_id AND p.version < a.version AND p.reason = 'claim'
      ORDER BY p.version DESC LIMIT 1) c ON true
    WHERE ${condition}),
  minutes AS (
    INSERT INTO minute_statistics AS m (minute, name, queue, ${MINUTE_NAMES.join(', ')})
    SELECT date_trunc('minute', a.at), a.name, a.queue, ${countsOf(MINUTE_NAMES)}
    FROM a WHERE a.from_status IS NULL OR a.to_status IN ('completed', 'failed', 'timeout', 'cancelled')
    GROUP BY 1, 2, 3
    ON CONFLICT (minute, name, queue) DO UPDATE SET ${added('m', MINUTE_NAMES)})
  INSERT INTO daily_statistics AS d (day, name, ${NAMES.join(', ')}, completed_run_ms)
  SELECT (a.at AT TIME ZONE 'UTC')::date, a.name, ${countsOf(NAMES)},
         coalesce(sum(round(extract(epoch FROM a.at - a.claimed_at) * 1000)) FILTER (WHERE a.to_status = 'completed'), 0)
  FROM a
  GROUP BY 1, 2
  ON CONFLICT (day, name) DO UPDATE SET ${added('d', [...NAMES, 'completed_run_ms'])}`;

/** $1 watermark, $2 end, $3 the time up to which rows are from before a restore. */
export const COUNT_TRANSITIONS = count(`a.xid >= $1::xid8 AND a.xid < $2::xid8 AND a.at > $3::timestamptz`);

/** $1 watermark, $2 when it was set. After a restore: old rows above the watermark, and the rows since the restore, whose numbers are lower. */
export const COUNT_RESTORED = count(`a.xid >= $1::xid8 OR a.at > $2::timestamptz`);

/** $1 end. */
export const MOVE_WATERMARK = `UPDATE statistics_watermarks SET xid = $1::xid8, counted_at = app_clock() WHERE name = 'daily'`;

/** $1 watermark of the backup. Rows that a later round could count again, when their numbers come, are the ones up to restored_to. */
export const REBASE_WATERMARK = `
  UPDATE statistics_watermarks SET xid = ${HORIZON},
         restored_to = greatest(counted_at, coalesce((SELECT max(at) FROM task_audit WHERE xid >= $1::xid8), counted_at)), counted_at = app_clock()
  WHERE name = 'daily'`;

/** $1 days, $2 name or null. One row for each day, the newest first. */
export const SELECT_DAYS = `
  SELECT to_char(days.day, 'YYYY-MM-DD') AS day, ${NAMES.map((name) => `coalesce(sum(d.${name}), 0)::int AS ${name}`).join(', ')},
         CASE WHEN sum(d.completed) > 0 THEN (sum(d.completed_run_ms) / sum(d.completed))::float8 END AS "averageRunMs"
  FROM generate_series((app_now() AT TIME ZONE 'UTC')::date - ($1::int - 1), (app_now() AT TIME ZONE 'UTC')::date, interval '1 day') AS days (day)
  LEFT JOIN daily_statistics d ON d.day = days.day::date AND ($2::text IS NULL OR d.name = $2)
  GROUP BY days.day ORDER BY days.day DESC`;

/** Minutes that no chart shows any more. */
export const DELETE_MINUTES = `DELETE FROM minute_statistics WHERE minute < app_now() - interval '${MINUTE_DAYS + 1} days'`;

/** $1 first minute, $2 end, $3 seconds of a bucket, $4 name or null, $5 queue or null. One row for each bucket, in order. */
export const SELECT_THROUGHPUT = `
  SELECT b.start AS "start", ${MINUTE_NAMES.map((name) => `coalesce(sum(m.${name}), 0)::int AS ${name}`).join(', ')}
  FROM generate_series($1::timestamptz, $2::timestamptz - interval '1 ms', make_interval(secs => $3)) AS b (start)
  LEFT JOIN minute_statistics m ON m.minute >= $1 AND m.minute < $2 AND date_bin(make_interval(secs => $3), m.minute, $1) = b.start
    AND ($4::text IS NULL OR m.name = $4) AND ($5::text IS NULL OR m.queue = $5)
  GROUP BY 1 ORDER BY 1`;
