/** Page size. Further events wait for the next poll. */
export const EVENTS_PER_PAGE = 500;
/** A reader that missed more must reload its lists. */
export const MOST_MISSED = 10_000;

/** No transaction below it is in progress, so its events are complete. */
const HORIZON = 'pg_snapshot_xmin(pg_current_snapshot())';

/**
 * $1 transactions, $2 how many rows of each were read. Returns the later events in order, and at least one row (with
 * nulls) for each position.
 */
export const SELECT_EVENTS = `
  SELECT w.nth::int, ${HORIZON}::text AS horizon, extract(epoch FROM app_now())::int AS now, e.xid::text, e.task_id AS id, e.version,
         e.attempt, e.to_status AS status, e.reason, e.at, t.name,
         CASE WHEN t.version = e.version THEN t.progress END AS progress, CASE WHEN t.version = e.version THEN t.step END AS step
  FROM unnest($1::xid8[], $2::int[]) WITH ORDINALITY AS w (xid, ordinal, nth)
  LEFT JOIN LATERAL (
    SELECT * FROM task_audit a WHERE a.xid >= w.xid AND a.xid < (SELECT ${HORIZON})
    ORDER BY a.xid, a.task_id, a.version OFFSET w.ordinal LIMIT ${EVENTS_PER_PAGE}) e ON true
  LEFT JOIN tasks t ON t.id = e.task_id
  ORDER BY w.nth, e.xid, e.task_id, e.version`;

/**
 * $1 transaction, $2 Unix seconds, of a returning reader. False when the position is older than a day (the minimum
 * retention of rows), when too many events followed, or when the database was restored and counts its transactions
 * from another value.
 */
export const SELECT_RESUMABLE = `
  SELECT ${HORIZON}::text AS horizon, extract(epoch FROM app_now())::int AS now,
         $1::xid8 <= pg_snapshot_xmax(pg_current_snapshot()) AND $2::bigint >= extract(epoch FROM app_now()) - 86400
         AND (SELECT count(*) FROM (SELECT FROM task_audit WHERE xid >= $1::xid8 LIMIT ${MOST_MISSED + 1}) missed) <= ${MOST_MISSED} AS resumable`;

/** Running tasks that have reported progress, newest first. */
export const SELECT_PROGRESS = `
  SELECT id, name, status, attempt, external_id AS "externalId", progress, step, version, app_now() AS at
  FROM tasks WHERE status IN ('assigned', 'running') AND progress IS NOT NULL ORDER BY id DESC LIMIT 1000`;
