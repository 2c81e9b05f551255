import { DELETED_ROWS } from '../../platform/database/delete-in-pages.ts';
import { SUBJECT } from '../task-criteria.ts';
import { EVENTS_PER_PAGE, MAX_MISSED } from './transition-feed.ts';

/** Every transaction below it has ended and none will begin there, so its rows are complete. */
const HORIZON = 'pg_snapshot_xmin(pg_current_snapshot())';

/** Those of a task that readers show beside its state. They may be newer than the event. */
const TASK_FACTS = `t.queue, ${SUBJECT} AS subject, t.error ->> 'code' AS "errorCode", t.created_at AS "createdAt", t.started_at AS "startedAt",
         t.terminal_at AS "finishedAt"`;
/** A transaction is running: its rows, and those of newer ones, can be read once it has ended. */
const INCOMPLETE = `${HORIZON} < pg_snapshot_xmax(pg_current_snapshot())`;
const newer = (alias: string): string => `${alias}.xid >= w.xid AND ${alias}.xid < (SELECT ${HORIZON})`;
/** Of the rows of one transaction, those of tasks come first. A position counts all of them, whatever its reader asks for. */
const order = (alias: string): string => `${alias}.xid, (${alias}.topic <> 'executions'), ${alias}.id, ${alias}.version`;

/**
 * $1 transactions, $2 how many rows of each are known: the rows after them, in order. At least one row for each position, with
 * nulls when nothing came.
 */
export const SELECT_EVENTS = `
  SELECT w.nth::int, ${HORIZON}::text AS horizon, extract(epoch FROM app_now())::int AS now, ${INCOMPLETE} AS incomplete, e.xid::text, e.id, e.version,
         e.attempt, e.status, e.reason, e.at, e.topic, e.data, t.name, coalesce(e.account_id, t.account_id) AS "accountId", t.created_by AS "createdBy",
         CASE WHEN t.version = e.version THEN t.progress END AS progress, CASE WHEN t.version = e.version THEN t.step END AS step, ${TASK_FACTS}
  FROM unnest($1::xid8[], $2::int[]) WITH ORDINALITY AS w (xid, ordinal, nth)
  LEFT JOIN LATERAL (
    SELECT * FROM (
      (SELECT a.xid, 'executions' AS topic, a.task_id AS id, a.version, a.attempt, a.to_status AS status, a.reason, NULL::uuid AS account_id, NULL::jsonb AS data, a.at
       FROM task_audit a WHERE ${newer('a')} ORDER BY a.xid, a.task_id, a.version LIMIT w.ordinal + ${EVENTS_PER_PAGE})
      UNION ALL
      (SELECT c.xid, c.topic, c.id, c.version, NULL, NULL, NULL, c.account_id, c.data, c.at
       FROM live_changes c WHERE ${newer('c')} ORDER BY c.xid, c.id, c.version LIMIT w.ordinal + ${EVENTS_PER_PAGE})) merged
    ORDER BY ${order('merged')} OFFSET w.ordinal LIMIT ${EVENTS_PER_PAGE}) e ON true
  LEFT JOIN tasks t ON e.topic = 'executions' AND t.id = e.id
  ORDER BY w.nth, ${order('e')}`;

/** Changes that no reader continues after. */
export const DELETE_CHANGES = `
  DELETE FROM live_changes WHERE ctid IN (SELECT ctid FROM live_changes WHERE at < app_now() - interval '2 days' LIMIT ${DELETED_ROWS}) RETURNING id`;

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
  SELECT t.id, t.name, t.account_id AS "accountId", t.created_by AS "createdBy", t.status, t.attempt, t.external_id AS "externalId", t.progress, t.step, t.version,
         app_now() AS at, ${TASK_FACTS}
  FROM tasks t WHERE t.status IN ('assigned', 'running') AND t.progress IS NOT NULL ORDER BY t.id DESC LIMIT 1000`;
