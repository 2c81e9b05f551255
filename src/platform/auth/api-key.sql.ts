/** The row of a key by its prefix; notes its use (at most once a minute) when the hash is the key's own. $1 prefix, $2 hash */
export const FIND_KEY = `
  WITH key AS (SELECT id, name, role, hash, expires_at, revoked_at FROM api_keys WHERE prefix = $1),
       used AS (
         UPDATE api_keys SET last_used_at = now()
         FROM key
         WHERE api_keys.id = key.id AND key.hash = $2
           AND (api_keys.last_used_at IS NULL OR api_keys.last_used_at < now() - interval '1 minute')
       )
  SELECT id, name, role, hash, expires_at AS "expiresAt", revoked_at AS "revokedAt" FROM key`;

/** The agent that holds a token. $1 prefix */
export const FIND_AGENT = `SELECT id, owner, token_hash AS hash FROM agents WHERE token_prefix = $1`;

/**
 * The first key, only into an empty table. Its id is always the same, so of several processes that start at once one
 * inserts and the others wait for its commit and insert nothing. $1 id, $2 name, $3 prefix, $4 hash
 */
export const INSERT_FIRST_KEY = `
  INSERT INTO api_keys (id, name, prefix, hash, role)
  SELECT $1, $2, $3, $4, 'admin' WHERE NOT EXISTS (SELECT 1 FROM api_keys)
  ON CONFLICT (id) DO NOTHING RETURNING id`;
