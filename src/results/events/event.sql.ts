import { ID_AT_AGE_LIMIT } from '../../platform/database/age-limit.ts';
import { DELETED_ROWS } from '../../platform/database/delete-in-pages.ts';

/**
 * $1 id, $2 aggregate type, $3 aggregate id, $4 type, $5 payload, $6 trace context. The event, and a delivery for each
 * enabled endpoint that subscribes to its type: an endpoint gets every event written since it exists. A trigger for
 * this doubled the cost.
 */
export const INSERT_EVENT = `
  WITH event AS (
    INSERT INTO events (id, aggregate_type, aggregate_id, type, payload, created_at, trace_context)
    VALUES ($1, $2, $3, $4, $5::jsonb, app_now(), $6)
    RETURNING id, type, created_at)
  INSERT INTO deliveries (event_id, endpoint_id, created_at)
  SELECT e.id, n.id, e.created_at FROM event e JOIN event_endpoints n ON n.enabled AND (n.types IS NULL OR e.type = ANY (n.types))`;

/** Deliveries of one round of the dispatcher. */
export const DELIVERIES_PER_ROUND = 500;

/** Deliveries without a task, oldest event first. SKIP LOCKED lets any number of dispatchers share them. */
export const TAKE_DELIVERIES = `
  SELECT d.event_id AS "eventId", d.endpoint_id AS "endpointId", e.trace_context AS "traceContext"
  FROM deliveries d JOIN events e ON e.id = d.event_id WHERE d.task_id IS NULL
  ORDER BY d.event_id, d.endpoint_id LIMIT ${DELIVERIES_PER_ROUND} FOR UPDATE OF d SKIP LOCKED`;

/** $1 rows {eventId, endpointId, taskId}. */
export const SET_DELIVERY_TASKS = `
  UPDATE deliveries d SET task_id = r."taskId" FROM json_to_recordset($1::json) AS r ("eventId" uuid, "endpointId" uuid, "taskId" uuid)
  WHERE d.event_id = r."eventId" AND d.endpoint_id = r."endpointId"`;

/** $1 event, $2 endpoint. */
export const SELECT_DELIVERY = `
  SELECT n.name AS "endpointName", n.url, n.enabled, e.id, e.aggregate_type AS "aggregateType", e.aggregate_id AS "aggregateId", e.type,
         e.payload, e.created_at AS "createdAt", e.trace_context AS "traceContext"
  FROM events e CROSS JOIN event_endpoints n WHERE e.id = $1 AND n.id = $2`;

/** $1 seconds. The oldest events, with their deliveries. */
export const DELETE_EVENTS = `
  WITH old AS MATERIALIZED (SELECT id FROM events WHERE id < ${ID_AT_AGE_LIMIT} ORDER BY id LIMIT ${DELETED_ROWS} FOR UPDATE SKIP LOCKED)
  DELETE FROM events WHERE id = ANY (ARRAY(SELECT id FROM old))
  RETURNING id`;
