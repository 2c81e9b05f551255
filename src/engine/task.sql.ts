import type { LedTasks } from './task-lead.sql.ts';
import { SUBJECT } from './task-criteria.ts';
import { headStart } from './rank.sql.ts';

/** Submits and reads tasks. */

/** $1 rows. A row whose id or idempotency key exists does not return. */
export const INSERT_TASKS = `
  WITH clock AS MATERIALIZED (SELECT app_clock() AS now)
  INSERT INTO tasks (id, name, queue, status, priority, rank, run_at, params, max_attempts, max_rejections, backoff, timeout_ms, expires_at,
                     open_dependencies, parent_id, limit_keys, capabilities, dispatch_group, account_id, created_by, actor, trigger, trace_context,
                     idempotency_key, request_hash, created_at)
  SELECT id, name, queue, CASE WHEN "runAt" > clock.now OR "openDependencies" > 0 THEN 'pending' ELSE 'submitted' END, priority,
         greatest("runAt", clock.now) - ${headStart('queue', 'priority')}, coalesce("runAt", clock.now),
         coalesce(params, '{}'), "maxAttempts", "maxRejections", backoff, "timeoutMs", clock.now + "expiresInMs" * interval '1 ms',
         coalesce("openDependencies", 0), "parentId", "limitKeys", capabilities, "dispatchGroup", "accountId",
         "createdBy", actor, trigger, "traceContext", "idempotencyKey", decode("requestHash", 'hex'), clock.now
  FROM clock CROSS JOIN json_to_recordset($1::json) AS r (id uuid, name text, queue text, priority smallint, "runAt" timestamptz, params jsonb,
       "maxAttempts" smallint, "maxRejections" smallint, backoff jsonb, "timeoutMs" int, "expiresInMs" bigint,
       "openDependencies" int, "parentId" uuid, "limitKeys" text[], capabilities text[], "dispatchGroup" text, "accountId" uuid,
       "createdBy" text, actor text, trigger text, "traceContext" text, "idempotencyKey" text, "requestHash" text)
  ON CONFLICT DO NOTHING
  RETURNING id, status, created_at AS "createdAt"`;

/** $1 rows of {id, createdBy, idempotencyKey}: the stored tasks with one of these ids or keys. */
export const SELECT_EXISTING_SUBMISSIONS = `
  SELECT r.id AS "wantedId", t.id, t.status, t.attempt, t.external_id AS "externalId", t.created_at AS "createdAt",
         encode(t.request_hash, 'hex') AS "requestHash"
  FROM json_to_recordset($1::json) AS r (id uuid, "createdBy" text, "idempotencyKey" text)
  JOIN tasks t ON t.id = r.id OR (t.created_by = r."createdBy" AND t.idempotency_key = r."idempotencyKey")`;

/** Rows that one page of a search examines. */
export const SEARCH_ROWS = 10_000;

/** The columns of a TaskRow. */
const TASK_COLUMNS = `t.id, t.version, t.name, t.queue, t.status, t.priority, t.run_at AS "runAt", t.params, t.result, t.error, t.progress, t.step,
  t.attempt, t.max_attempts AS "maxAttempts", t.timeout_ms AS "timeoutMs", t.generation, t.lease_epoch AS epoch, t.lease_owner AS owner,
  t.lease_expires_at AS "leaseExpiresAt", t.external_id AS "externalId", t.deadline_at AS "deadlineAt", t.expires_at AS "expiresAt",
  ${SUBJECT} AS subject, t.account_id AS "accountId", coalesce(t.result ->> 'contentId', t.params ->> 'contentId') AS "contentId",
  t.parent_id AS "batchId", t.created_by AS "createdBy", t.trigger, t.created_at AS "createdAt", t.started_at AS "startedAt",
  t.terminal_at AS "terminalAt"`;

/** $1 ids. */
export const SELECT_TASKS_BY_ID = `SELECT ${TASK_COLUMNS} FROM tasks t WHERE t.id = ANY ($1::uuid[])`;

/** $1 limit; `conditions` on `tasks t` use the parameters after it. Newest first. */
export function selectTasks(conditions: readonly string[]): string {
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  return `SELECT ${TASK_COLUMNS} FROM tasks t ${where} ORDER BY t.id DESC LIMIT $1`;
}

/**
 * $1 limit. Of the newest SEARCH_ROWS tasks that the lead selects, those that match all criteria, newest first. At least one row:
 * `searchedTo` is the last task that was examined, or null when there are no more. The number of rows that it reads is bounded
 * whatever is searched.
 */
export function searchTasks({ from, conditions }: LedTasks): string {
  return `
  WITH examined AS MATERIALIZED (
    SELECT t.id, ${conditions.join(' AND ') || 'true'} AS found FROM ${from} ORDER BY t.id DESC LIMIT ${SEARCH_ROWS}),
  searched AS (
    SELECT (SELECT id FROM examined ORDER BY id LIMIT 1) AS id FROM examined HAVING count(*) = ${SEARCH_ROWS})
  SELECT (SELECT id FROM searched) AS "searchedTo", found.*
  FROM (SELECT) one LEFT JOIN LATERAL (
    SELECT ${TASK_COLUMNS} FROM tasks t
    WHERE t.id IN (SELECT id FROM examined WHERE found ORDER BY id DESC LIMIT $1)) found ON true
  ORDER BY found.id DESC`;
}

/** $1 ids. */
export const SELECT_STATUSES = `SELECT id, status FROM tasks WHERE id = ANY ($1::uuid[])`;
