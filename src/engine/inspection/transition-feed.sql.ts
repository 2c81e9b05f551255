import { EVENTS_PER_PAGE, MAX_MISSED } from './transition-feed.ts';

/** Every transaction below it has ended and none will begin there, so its rows are complete. */
const HORIZON = 'pg_snapshot_xmin(pg_current_snapshot())';

/**
 * $1 transactions, $2 how many rows of each are known: the rows after them, in order. At least one row for each position, with
 * nulls when nothing came.
 */
export const SELECT_EVENTS = `
  SELECT w.nth::int, ${HORIZON}::text AS horizon, extract(epoch FROM app_now())::int AS now, e.xid::text, e.task_id AS id, e.version,
         e.attempt, e.to_status AS status, e.reason, e.at, t.name, t.account_id AS "accountId", t.created_by AS "createdBy",
         CASE WHEN t.version = e.version THEN t.progress END AS progress, CASE WHEN t.version = e.version THEN t.step END AS step
  FROM unnest($1::xid8[], $2::int[]) WITH ORDINALITY AS w (xid, ordinal, nth)
  LEFT JOIN LATERAL (
    SELECT * FROM task_audit a WHERE a.xid >= w.xid AND a.xid < (SELECT ${HORIZON})
    ORDER BY a.xid, a.task_id, a.version OFFSET w.ordinal LIMIT ${EVENTS_PER_PAGE}) e ON true
  LEFT JOIN tasks t ON t.id = e.task_id
  ORDER BY w.nth, e.xid, e.task_id, e.version`;

/**
 * $1 transaction, $2 seconds since the epoch: whether a reader may continue there. It may not when the position is older than a
 * day (the shortest retention of rows), when more than MAX_MISSED rows came since, or when the transaction is above all of this
 * database, because a restored database counts its transactions again.
 */
export const SELECT_RESUMABLE = `
  SELECT ${HORIZON}::text AS horizon, extract(epoch FROM app_now())::int AS now,
         $1::xid8 <= pg_snapshot_xmax(pg_current_snapshot()) AND $2::bigint >= extract(epoch FROM app_now()) - 86400
         AND (SELECT count(*) FROM (SELECT FROM task_audit WHERE xid >= $1::xid8 LIMIT ${MAX_MISSED + 1}) missed) <= ${MAX_MISSED} AS resumable`;

/** Leased tasks that reported progress, the newest first. */
export const SELECT_PROGRESS = `
  SELECT id, name, account_id AS "accountId", created_by AS "createdBy", status, attempt, external_id AS "externalId", progress, step, version, app_now() AS at
  FROM tasks WHERE status IN ('assigned', 'running') AND progress IS NOT NULL ORDER BY id DESC LIMIT 1000`;
