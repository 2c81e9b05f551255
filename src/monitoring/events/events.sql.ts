/** More events than this wait for the next look. */
export const EVENTS_PER_PAGE = 500;
/** Who has missed more is better served by reading lists anew. */
export const MOST_MISSED = 10_000;

/** Below it no transaction is in progress and none will begin: what is committed there is all there will ever be. */
const HORIZON = 'pg_snapshot_xmin(pg_current_snapshot())';

/**
 * $1 transactions, $2 how many rows of each are known: what came after, in order. One row at least for each position, with
 * nulls when nothing came.
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
 * $1 transaction, $2 seconds since the epoch, of a reader who comes back: can it read on? Not when the position is older
 * than a day (the shortest time rows are kept), when too much came since, or when it is of another history: a database that
 * was restored counts its transactions anew.
 */
export const SELECT_RESUMABLE = `
  SELECT ${HORIZON}::text AS horizon, extract(epoch FROM app_now())::int AS now,
         $1::xid8 <= pg_snapshot_xmax(pg_current_snapshot()) AND $2::bigint >= extract(epoch FROM app_now()) - 86400
         AND (SELECT count(*) FROM (SELECT FROM task_audit WHERE xid >= $1::xid8 LIMIT ${MOST_MISSED + 1}) missed) <= ${MOST_MISSED} AS resumable`;

/** What runs now and has told how far it is, the newest first. */
export const SELECT_PROGRESS = `
  SELECT id, name, status, attempt, external_id AS "externalId", progress, step, version, app_now() AS at
  FROM tasks WHERE status IN ('assigned', 'running') AND progress IS NOT NULL ORDER BY id DESC LIMIT 1000`;
