import { DELETED_ROWS } from '../../platform/database/delete-in-pages.ts';
import { LIVE_SECRET } from './webhook.sql.ts';

/** Deliveries of one round of the dispatcher, and how many of them one endpoint may have. */
const DELIVERIES_PER_ROUND = 500;
const OF_ONE_ENDPOINT = 100;

/**
 * Deliveries without a task, of each endpoint that is not paused the oldest events first: the backlog of one endpoint, paused or not,
 * delays no other. SKIP LOCKED lets any number of dispatchers share them.
 */
export const TAKE_DELIVERIES = `
  SELECT d.event_id AS "eventId", d.endpoint_id AS "endpointId", e.trace_context AS "traceContext"
  FROM event_endpoints n
  CROSS JOIN LATERAL (
    SELECT w.event_id, w.endpoint_id FROM deliveries w WHERE w.endpoint_id = n.id AND w.task_id IS NULL
    ORDER BY w.event_id LIMIT ${OF_ONE_ENDPOINT} FOR UPDATE SKIP LOCKED) d
  JOIN events e ON e.id = d.event_id
  WHERE n.paused_at IS NULL LIMIT ${DELIVERIES_PER_ROUND}`;

/** $1 rows {eventId, endpointId, taskId}. */
export const SET_DELIVERY_TASKS = `
  UPDATE deliveries d SET task_id = r."taskId" FROM json_to_recordset($1::json) AS r ("eventId" uuid, "endpointId" uuid, "taskId" uuid)
  WHERE d.event_id = r."eventId" AND d.endpoint_id = r."endpointId"`;

/** $1 event, $2 endpoint, $3 task. No row when another task has taken over. */
export const SELECT_DELIVERY_OF_TASK = `
  SELECT n.id AS "endpointId", n.name AS "endpointName", n.url, n.enabled, n.paused_at IS NOT NULL AS paused, n.timeout_ms AS "timeoutMs",
         n.managed_by AS "managedBy",
         ARRAY(SELECT s.secret FROM webhook_secrets s WHERE s.endpoint_id = n.id AND ${LIVE_SECRET} ORDER BY s.created_at DESC, s.id DESC) AS secrets,
         e.id, e.aggregate_type AS "aggregateType", e.aggregate_id AS "aggregateId", e.type, e.payload, e.created_at AS "createdAt",
         e.trace_context AS "traceContext"
  FROM deliveries d JOIN events e ON e.id = d.event_id JOIN event_endpoints n ON n.id = d.endpoint_id
  WHERE d.event_id = $1 AND d.endpoint_id = $2 AND d.task_id = $3`;

/** $1 event, $2 endpoint, $3 task. The delivery waits without a task while its endpoint is paused. No row when it was resumed since. */
export const RETURN_DELIVERY = `
  UPDATE deliveries d SET task_id = NULL FROM event_endpoints n
  WHERE d.event_id = $1 AND d.endpoint_id = $2 AND d.task_id = $3 AND n.id = d.endpoint_id AND n.paused_at IS NOT NULL
  RETURNING d.event_id`;

/**
 * $1 id, $2 event, $3 endpoint, $4 task, $5 start, $6 duration in ms, $7 status, $8 error code, $9 error, $10 excerpt of the answer. Adds
 * the attempt to the log, and counts it for the endpoint. No row for a delivery that was deleted.
 */
export const RECORD_ATTEMPT = `
  WITH attempt AS (
    INSERT INTO delivery_attempts (id, event_id, endpoint_id, task_id, started_at, duration_ms, status, error_code, error, excerpt)
    SELECT $1, event_id, endpoint_id, $4, $5, $6, $7::smallint, $8, $9, $10 FROM deliveries WHERE event_id = $2 AND endpoint_id = $3
    RETURNING endpoint_id, error_code IS NULL AS ok)
  UPDATE event_endpoints n
  SET failures = CASE WHEN a.ok THEN 0 ELSE n.failures + 1 END,
      failing_since = CASE WHEN a.ok THEN NULL ELSE coalesce(n.failing_since, app_clock()) END,
      last_success_at = CASE WHEN a.ok THEN app_clock() ELSE n.last_success_at END,
      last_failure_at = CASE WHEN a.ok THEN n.last_failure_at ELSE app_clock() END
  FROM attempt a WHERE n.id = a.endpoint_id
  RETURNING n.failures, n.failing_since AS "failingSince", app_clock() AS now`;

const DELIVERY = `
  SELECT s.event_id AS "id", s.endpoint_id AS "endpointId", e.type, e.aggregate_type AS "aggregateType", e.aggregate_id AS "aggregateId",
         e.created_at AS "createdAt", e.payload, e.trace_context AS "traceContext", s.status, s.task_id AS "executionId",
         s.ended_at AS "endedAt", a.attempts, a.last
  FROM delivery_states s JOIN events e ON e.id = s.event_id
  CROSS JOIN LATERAL (
    SELECT count(*)::int AS attempts, (array_agg(json_build_object('at', d.started_at, 'status', d.status, 'error', d.error) ORDER BY d.id DESC))[1] AS last
    FROM delivery_attempts d WHERE d.endpoint_id = s.endpoint_id AND d.event_id = s.event_id) a`;

/** $1 endpoint, $2 status or null, $3 type or null, $4 ids below or null, $5 at most. Newest event first. */
export const SELECT_DELIVERIES = `
  ${DELIVERY}
  WHERE s.endpoint_id = $1 AND ($2::text IS NULL OR s.status = $2) AND ($3::text IS NULL OR e.type = $3) AND ($4::uuid IS NULL OR s.event_id < $4)
  ORDER BY s.event_id DESC LIMIT $5::int`;

/** $1 endpoint, $2 event. */
export const SELECT_DELIVERY = `${DELIVERY} WHERE s.endpoint_id = $1 AND s.event_id = $2`;

/** Attempts that a delivery shows. */
export const SHOWN_ATTEMPTS = 100;

/** $1 endpoint, $2 event. Newest first. */
export const SELECT_ATTEMPTS = `
  SELECT id, started_at AS "startedAt", duration_ms AS "durationMs", status, error_code AS "errorCode", error, excerpt, task_id AS "executionId"
  FROM delivery_attempts WHERE endpoint_id = $1 AND event_id = $2 ORDER BY id DESC LIMIT ${SHOWN_ATTEMPTS}`;

/** $1 endpoint, $2 event, $3 the task that ended. The next round of the dispatcher submits another task. */
export const REDELIVER = `
  UPDATE deliveries SET task_id = NULL WHERE endpoint_id = $1 AND event_id = $2 AND task_id = $3 RETURNING event_id`;

/** $1 endpoint. A page of its deliveries. */
export const DELETE_DELIVERIES = `
  WITH page AS MATERIALIZED (SELECT event_id FROM deliveries WHERE endpoint_id = $1 LIMIT ${DELETED_ROWS})
  DELETE FROM deliveries WHERE endpoint_id = $1 AND event_id = ANY (ARRAY(SELECT event_id FROM page)) RETURNING event_id`;

/** Endpoints by state, and the names of the paused ones. */
export const SELECT_WEBHOOK_STATES = `SELECT name, enabled, paused_at AS "pausedAt", failures FROM event_endpoints ORDER BY name`;

/** Age of the oldest delivery without a task, of an endpoint that is not paused. */
export const OLDEST_UNSUBMITTED = `
  SELECT coalesce(extract(epoch FROM app_now() - min(d.created_at)), 0)::float8 AS seconds
  FROM deliveries d JOIN event_endpoints n ON n.id = d.endpoint_id WHERE d.task_id IS NULL AND n.paused_at IS NULL`;
