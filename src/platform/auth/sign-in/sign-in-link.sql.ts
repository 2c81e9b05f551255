import { DELETED_ROWS } from '../../database/delete-in-pages.ts';

/** $1 hash, $2 purpose, $3 user or null, $4 seconds until it expires. */
export const INSERT_LINK = `
  INSERT INTO sign_in_links (token_hash, purpose, user_id, expires_at) VALUES ($1, $2, $3::uuid, app_now() + make_interval(secs => $4))
  RETURNING expires_at AS "expiresAt"`;

/** $1 user. */
export const VOID_LINKS = `DELETE FROM sign_in_links WHERE user_id = $1`;

/** The user of a link that can be used. $1 hash */
export const FIND_LINK = `
  SELECT u.id, u.username FROM sign_in_links l JOIN users u ON u.id = l.user_id
  WHERE l.token_hash = $1 AND l.expires_at > app_now() AND u.disabled_at IS NULL`;

/** Returns a row for the first use only. $1 hash, $2 whether it is a start code */
export const USE_LINK = `
  DELETE FROM sign_in_links WHERE token_hash = $1 AND (purpose = 'start') = $2 AND expires_at > app_now() RETURNING token_hash`;

export const DELETE_EXPIRED_LINKS = `
  WITH old AS MATERIALIZED (
    SELECT token_hash FROM sign_in_links WHERE expires_at <= app_now() LIMIT ${DELETED_ROWS} FOR UPDATE SKIP LOCKED)
  DELETE FROM sign_in_links WHERE token_hash = ANY (ARRAY(SELECT token_hash FROM old))
  RETURNING token_hash`;
