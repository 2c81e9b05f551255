import { DELETED_ROWS } from '../../database/delete-in-pages.ts';

/** $1 seconds of the idle limit. The session is usable, and so is its user or key. */
const LIVE = `
  s.expires_at > app_now() AND s.last_used_at > app_now() - make_interval(secs => $1)
  AND (s.kind <> 'user' OR u.disabled_at IS NULL)
  AND (s.kind <> 'key' OR (k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > app_now())))`;

const FROM_SESSIONS = `sessions s LEFT JOIN users u ON u.id = s.user_id LEFT JOIN api_keys k ON k.id = s.key_id`;

/** The holder of a session, with the rights of this moment. $1 seconds of the idle limit, $2 hash of the cookie. */
export const FIND_SESSION = `
  SELECT s.id, s.kind, s.expires_at AS "expiresAt", s.last_used_at < app_now() - interval '1 minute' AS stale,
    coalesce(u.id, k.id) AS "holderId", coalesce(u.username, k.name) AS name, u.display_name AS "displayName",
    CASE s.kind WHEN 'user' THEN ARRAY[u.role] ELSE k.roles END AS roles,
    CASE s.kind WHEN 'user' THEN u.account_ids ELSE k.account_ids END AS "accountIds", k.expires_at AS "keyExpiresAt"
  FROM ${FROM_SESSIONS} WHERE s.token_hash = $2 AND ${LIVE}`;

/** Stores the time of use, at most once a minute, of the session and of its user. $1 id */
export const TOUCH_SESSION = `
  WITH touched AS (
    UPDATE sessions SET last_used_at = app_now() WHERE id = $1 AND last_used_at < app_now() - interval '1 minute' RETURNING user_id)
  UPDATE users SET last_seen_at = app_now() WHERE id IN (SELECT user_id FROM touched)`;

/**
 * Stores a session of a user that is enabled or of a key that is usable, or of this machine. Returns nothing otherwise.
 * $1 id, $2 hash of the cookie, $3 kind, $4 user or null, $5 key or null, $6 address, $7 user agent, $8 seconds until it ends.
 */
export const INSERT_SESSION = `
  INSERT INTO sessions (id, token_hash, kind, user_id, key_id, address, user_agent, expires_at)
  SELECT $1::uuid, $2::bytea, $3::text, $4::uuid, $5::uuid, $6, $7,
    least(app_now() + make_interval(secs => $8), (SELECT expires_at FROM api_keys WHERE id = $5::uuid))
  WHERE ($4::uuid IS NULL OR EXISTS (SELECT FROM users WHERE id = $4::uuid AND disabled_at IS NULL FOR SHARE))
  RETURNING id`;

export const SEE_USER = `UPDATE users SET last_seen_at = app_now() WHERE id = $1`;

/** The sessions of one holder beyond a number, oldest use first. $1 kind, $2 user or null, $3 key or null, $4 most sessions */
export const DELETE_EXCESS_SESSIONS = `
  DELETE FROM sessions WHERE id IN (
    SELECT id FROM sessions WHERE kind = $1 AND user_id IS NOT DISTINCT FROM $2::uuid AND key_id IS NOT DISTINCT FROM $3::uuid
    ORDER BY last_used_at DESC, id DESC OFFSET $4)`;

/**
 * Live sessions, newest first. $1 seconds of the idle limit, $2 kind or null, $3 user or null, $4 key or null (each for any),
 * $5 id to begin below or null, $6 at most.
 */
export const LIST_SESSIONS = `
  SELECT s.id, s.kind, s.user_id AS "userId", s.key_id AS "keyId", coalesce(u.username, k.name) AS name, s.address,
    s.user_agent AS "userAgent", s.created_at AS "createdAt", s.last_used_at AS "lastUsedAt",
    least(s.expires_at, s.last_used_at + make_interval(secs => $1)) AS "expiresAt"
  FROM ${FROM_SESSIONS}
  WHERE ${LIVE} AND ($2::text IS NULL OR s.kind = $2) AND ($3::uuid IS NULL OR s.user_id = $3) AND ($4::uuid IS NULL OR s.key_id = $4)
    AND ($5::uuid IS NULL OR s.id < $5)
  ORDER BY s.id DESC LIMIT $6::int`;

/** $1 id, $2 kind or null, $3 user or null, $4 key or null (each for any). */
export const DELETE_SESSION = `
  DELETE FROM sessions
  WHERE id = $1 AND ($2::text IS NULL OR kind = $2) AND ($3::uuid IS NULL OR user_id = $3) AND ($4::uuid IS NULL OR key_id = $4)
  RETURNING id`;

/** $1 user. */
export const DELETE_SESSIONS_OF_USER = `DELETE FROM sessions WHERE user_id = $1`;

/** Sessions that ended. $1 seconds of the idle limit */
export const DELETE_ENDED_SESSIONS = `
  WITH old AS MATERIALIZED (
    SELECT id FROM sessions WHERE expires_at <= app_now() OR last_used_at <= app_now() - make_interval(secs => $1)
    LIMIT ${DELETED_ROWS} FOR UPDATE SKIP LOCKED)
  DELETE FROM sessions WHERE id = ANY (ARRAY(SELECT id FROM old))
  RETURNING id`;
