/** The row of a key. $1 prefix */
export const FIND_KEY = `
  SELECT id, name, roles, account_ids AS "accountIds", hash, expires_at AS "expiresAt", revoked_at AS "revokedAt"
  FROM api_keys WHERE prefix = $1`;

/** Stores the time of use of a key, at most once a minute. $1 id */
export const TOUCH_KEY = `
  UPDATE api_keys SET last_used_at = now()
  WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`;

/**
 * The first key, only into an empty table. Its id is constant, so of several starting processes one inserts, and the
 * others wait for its commit and insert nothing. A key of the settings has the same prefix too, so any conflict counts. $1 id, $2 name, $3 prefix, $4 hash
 */
export const INSERT_FIRST_KEY = `
  INSERT INTO api_keys (id, name, prefix, hash, roles)
  SELECT $1, $2, $3, $4, ARRAY['admin'] WHERE NOT EXISTS (SELECT 1 FROM api_keys)
  ON CONFLICT DO NOTHING RETURNING id`;

const SHOWN = `
  id, name, prefix, roles, account_ids AS "accountIds", created_by AS "createdBy", created_at AS "createdAt", expires_at AS "expiresAt",
  revoked_at AS "revokedAt", revoked_by AS "revokedBy", last_used_at AS "lastUsedAt",
  CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN expires_at <= now() THEN 'expired' ELSE 'active' END AS status`;

/** $1 accounts, null for all: a key that is not limited to some of them is outside. */
const WITHIN = '($1::uuid[] IS NULL OR account_ids <@ $1::uuid[])';

/** $1 accounts, null for all, $2 id to begin below or null, $3 at most. */
export const LIST_KEYS = `SELECT ${SHOWN} FROM api_keys WHERE ${WITHIN} AND ($2::uuid IS NULL OR id < $2::uuid) ORDER BY id DESC LIMIT $3`;

/** $1 accounts, null for all, $2 id. */
export const SHOW_KEY = `SELECT ${SHOWN} FROM api_keys WHERE ${WITHIN} AND id = $2`;

/** $1 id, $2 name, $3 prefix, $4 hash, $5 roles, $6 accounts or null, $7 creator, $8 expiry or null. */
export const INSERT_KEY = `
  INSERT INTO api_keys (id, name, prefix, hash, roles, account_ids, created_by, expires_at)
  VALUES ($1, $2, $3, $4, $5::text[], $6::uuid[], $7, $8::timestamptz) RETURNING ${SHOWN}`;

/** The keys that can administer the whole installation, locked so that two requests cannot revoke the last two. */
export const LOCK_ADMIN_KEYS = `
  SELECT id FROM api_keys
  WHERE roles @> ARRAY['admin'] AND account_ids IS NULL AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
  ORDER BY id FOR UPDATE`;

/** $1 id, $2 principal. A key that is already revoked keeps its time. */
export const REVOKE_KEY = `
  UPDATE api_keys SET revoked_at = coalesce(revoked_at, now()), revoked_by = coalesce(revoked_by, $2) WHERE id = $1 RETURNING ${SHOWN}`;
