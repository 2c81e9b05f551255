/** A secret of this row signs now. */
export const LIVE_SECRET = '(s.expires_at IS NULL OR s.expires_at > app_clock())';

const COLUMNS = `n.id, n.name, n.description, n.url, n.types, n.account_ids AS "accountIds", n.enabled, n.managed_by AS "managedBy",
  n.timeout_ms AS "timeoutMs", n.paused_at AS "pausedAt", n.paused_reason AS "pausedReason", n.paused_by AS "pausedBy", n.failures,
  n.failing_since AS "failingSince", n.last_success_at AS "lastSuccessAt", n.last_failure_at AS "lastFailureAt", n.version,
  n.created_by AS "createdBy", n.created_at AS "createdAt", n.updated_at AS "updatedAt"`;

/** The secret itself never leaves this table but for a signature. */
export const SELECT_SECRETS = `
  SELECT s.endpoint_id AS "endpointId", s.id, right(s.secret, 6) AS ending, s.created_at AS "createdAt", s.expires_at AS "expiresAt"
  FROM webhook_secrets s WHERE s.endpoint_id = ANY ($1::uuid[]) AND ${LIVE_SECRET} ORDER BY s.created_at DESC, s.id DESC`;

export const SELECT_WEBHOOKS = `SELECT ${COLUMNS} FROM event_endpoints n ORDER BY n.name, n.id`;

/** $1 id. */
export const SELECT_WEBHOOK = `SELECT ${COLUMNS} FROM event_endpoints n WHERE n.id = $1`;

/** $1 id. Changes of one endpoint wait for each other. */
export const LOCK_WEBHOOK = `${SELECT_WEBHOOK} FOR NO KEY UPDATE`;

/** New endpoints wait for each other, so that each counts all before it. */
export const LOCK_COUNT = `SELECT pg_advisory_xact_lock(hashtext('webhooks'))`;
export const COUNT_WEBHOOKS = `SELECT count(*)::int AS count FROM event_endpoints`;

/** $1 id, $2 name, $3 description, $4 url, $5 types, $6 accounts, $7 actor. */
export const INSERT_WEBHOOK = `
  INSERT INTO event_endpoints AS n (id, name, description, url, types, account_ids, created_by)
  VALUES ($1, $2, $3, $4, $5::text[], $6::uuid[], $7) RETURNING ${COLUMNS}`;

/** $1 id, $2 version that was read, $3 name, $4 description, $5 url, $6 types, $7 accounts. */
export const UPDATE_WEBHOOK = `
  UPDATE event_endpoints n SET name = $3, description = $4, url = $5, types = $6::text[], account_ids = $7::uuid[], version = version + 1,
         updated_at = app_clock()
  WHERE id = $1 AND version = $2 RETURNING ${COLUMNS}`;

/** $1 id. No more deliveries are made for it; the next statements delete it. */
export const DISABLE_WEBHOOK = `UPDATE event_endpoints SET enabled = false, version = version + 1 WHERE id = $1 RETURNING id`;

/** $1 id. */
export const DELETE_WEBHOOK = `DELETE FROM event_endpoints WHERE id = $1 RETURNING id`;

/** $1 id, $2 reason, $3 actor. No row for an endpoint that is paused already. */
export const PAUSE_WEBHOOK = `
  UPDATE event_endpoints n SET paused_at = app_clock(), paused_reason = $2, paused_by = $3, version = version + 1, updated_at = app_clock()
  WHERE id = $1 AND paused_at IS NULL RETURNING ${COLUMNS}`;

/** $1 id. The time of failures begins anew. */
export const RESUME_WEBHOOK = `
  UPDATE event_endpoints n SET paused_at = NULL, paused_reason = NULL, paused_by = NULL, failures = 0, failing_since = NULL,
         version = version + 1, updated_at = app_clock()
  WHERE id = $1 AND paused_at IS NOT NULL RETURNING ${COLUMNS}`;

/** $1 id, $2 endpoint, $3 secret. */
export const INSERT_SECRET = `INSERT INTO webhook_secrets (id, endpoint_id, secret) VALUES ($1, $2, $3)`;

/** $1 endpoint, $2 seconds or null: when the secrets that sign now stop. One that stops sooner stays as it is. */
export const EXPIRE_SECRETS = `
  UPDATE webhook_secrets s SET expires_at = app_clock() + make_interval(secs => $2::int)
  WHERE s.endpoint_id = $1 AND $2::int IS NOT NULL AND s.expires_at IS NULL`;

/** $1 endpoint, $2 id. */
export const DELETE_SECRET = `DELETE FROM webhook_secrets WHERE endpoint_id = $1 AND id = $2`;

/** $1 endpoint. */
export const DELETE_EXPIRED_SECRETS = `DELETE FROM webhook_secrets s WHERE s.endpoint_id = $1 AND NOT ${LIVE_SECRET}`;

/** $1 endpoint. */
export const TOUCH_WEBHOOK = `UPDATE event_endpoints SET version = version + 1, updated_at = app_clock() WHERE id = $1`;

/** $1 id, $2 name, $3 url, $4 time limit in ms, $5 actor. The endpoint of the settings. No row when its name is taken. */
export const STORE_SETTINGS_WEBHOOK = `
  INSERT INTO event_endpoints AS n (id, name, url, timeout_ms, created_by, managed_by) VALUES ($1, $2, $3, $4, $5, 'settings')
  ON CONFLICT (managed_by) WHERE managed_by = 'settings' DO UPDATE
    SET url = excluded.url, timeout_ms = excluded.timeout_ms, enabled = true, updated_at = app_clock(),
        version = n.version + (n.url <> excluded.url OR n.timeout_ms <> excluded.timeout_ms OR NOT n.enabled)::int
  RETURNING id`;

export const DISABLE_SETTINGS_WEBHOOK = `
  UPDATE event_endpoints SET enabled = false, version = version + 1, updated_at = app_clock() WHERE managed_by = 'settings' AND enabled`;
