import { ID_AT_AGE_LIMIT } from '../../platform/database/age-limit.ts';
import { DELETED_ROWS } from '../../platform/database/delete-in-pages.ts';

const NEW_EVENT = `
    INSERT INTO events (id, aggregate_type, aggregate_id, type, payload, created_at, trace_context)
    VALUES ($1, $2, $3, $4, $5::jsonb, app_now(), $6)`;

/**
 * $1 id, $2 aggregate type, $3 aggregate id, $4 type, $5 payload, $6 trace context. The event, and a delivery for each
 * enabled endpoint that subscribes to its type and account: an endpoint gets every event written since it exists. A trigger for
 * this doubled the cost.
 */
export const INSERT_EVENT = `
  WITH event AS (${NEW_EVENT}
    RETURNING id, type, payload, created_at)
  INSERT INTO deliveries (event_id, endpoint_id, created_at)
  SELECT e.id, n.id, e.created_at FROM event e JOIN event_endpoints n ON n.enabled
    AND (n.types IS NULL OR n.types && event_type_patterns(e.type))
    AND (n.account_ids IS NULL OR e.payload ->> 'accountId' = ANY (n.account_ids::text[]))`;

/** As INSERT_EVENT, for the endpoint $7 alone, whatever it subscribes to. */
export const INSERT_EVENT_FOR_ENDPOINT = `
  WITH event AS (${NEW_EVENT}
    RETURNING id, created_at)
  INSERT INTO deliveries (event_id, endpoint_id, created_at) SELECT e.id, n.id, e.created_at FROM event e JOIN event_endpoints n ON n.id = $7
  RETURNING event_id AS "eventId"`;

/** $1 seconds. The oldest events, with their deliveries. */
export const DELETE_EVENTS = `
  WITH old AS MATERIALIZED (SELECT id FROM events WHERE id < ${ID_AT_AGE_LIMIT} ORDER BY id LIMIT ${DELETED_ROWS} FOR UPDATE SKIP LOCKED)
  DELETE FROM events WHERE id = ANY (ARRAY(SELECT id FROM old))
  RETURNING id`;
