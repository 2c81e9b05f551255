const COLUMNS = `id, account_id AS "accountId", name, kind, config, enabled, version, created_at AS "createdAt", updated_at AS "updatedAt"`;

/** $1 account. */
export const SELECT_CHANNELS = `SELECT ${COLUMNS} FROM account_channels WHERE account_id = $1 ORDER BY name`;

/** $1 account, $2 channel. */
export const SELECT_CHANNEL = `SELECT ${COLUMNS} FROM account_channels WHERE account_id = $1 AND id = $2`;

/** $1 id, $2 account, $3 name, $4 kind, $5 config, $6 enabled. */
export const INSERT_CHANNEL = `
  INSERT INTO account_channels (id, account_id, name, kind, config, enabled) VALUES ($1, $2, $3, $4, $5::jsonb, $6) RETURNING ${COLUMNS}`;

/** $1 channel, $2 version that was read, $3 name, $4 config, $5 enabled. */
export const UPDATE_CHANNEL = `
  UPDATE account_channels SET name = $3, config = $4::jsonb, enabled = $5, version = version + 1, updated_at = app_clock()
  WHERE id = $1 AND version = $2 RETURNING ${COLUMNS}`;

/** $1 channel. A channel with entries is kept for them. */
export const DELETE_CHANNEL = `
  DELETE FROM account_channels h WHERE h.id = $1 AND NOT EXISTS (SELECT FROM pool_entries WHERE channel_id = h.id) RETURNING h.id`;
