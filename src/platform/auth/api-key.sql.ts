/** The row of a key. $1 prefix */
export const FIND_KEY = `
  SELECT id, name, ARRAY[role] AS roles, NULL AS "accountIds", hash, expires_at AS "expiresAt", revoked_at AS "revokedAt"
  FROM api_keys WHERE prefix = $1`;

/** Notes that a key was used, at most once a minute. $1 id */
export const TOUCH_KEY = `
  UPDATE api_keys SET last_used_at = now()
  WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`;

/** The agent that holds a token. $1 prefix */
export const FIND_AGENT = `SELECT id, name, owner AS "leaseOwner", token_hash AS hash FROM agents WHERE token_prefix = $1`;

/**
 * The first key, only into an empty table. Its id is always the same, so of several processes that start at once one
 * inserts and the others wait for its commit and insert nothing. $1 id, $2 name, $3 prefix, $4 hash
 */
export const INSERT_FIRST_KEY = `
  INSERT INTO api_keys (id, name, prefix, hash, role)
  SELECT $1, $2, $3, $4, 'admin' WHERE NOT EXISTS (SELECT 1 FROM api_keys)
  ON CONFLICT (id) DO NOTHING RETURNING id`;
