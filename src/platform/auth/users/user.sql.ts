const SHOWN = `
  id, username, display_name AS "displayName", role, account_ids AS "accountIds", password_hash IS NOT NULL AS "hasPassword",
  issuer, created_by AS "createdBy", created_at AS "createdAt", disabled_at AS "disabledAt", last_seen_at AS "lastSeenAt"`;

/** $1 username or null for any, $2 id to begin below or null, $3 at most. */
export const LIST_USERS = `
  SELECT ${SHOWN} FROM users
  WHERE ($1::text IS NULL OR lower(username COLLATE "C") = lower($1::text COLLATE "C")) AND ($2::uuid IS NULL OR id < $2::uuid)
  ORDER BY id DESC LIMIT $3`;

/** $1 id. */
export const SHOW_USER = `SELECT ${SHOWN} FROM users WHERE id = $1`;

/** Nothing when the username is taken. $1 id, $2 username, $3 display name, $4 role, $5 accounts or null, $6 creator. */
export const INSERT_USER = `
  INSERT INTO users (id, username, display_name, role, account_ids, created_by) VALUES ($1, $2, $3, $4, $5::uuid[], $6)
  ON CONFLICT (lower(username COLLATE "C")) DO NOTHING RETURNING ${SHOWN}`;

/** The users that can administer the whole installation, locked so that two requests cannot disable the last two. */
export const LOCK_ADMINS = `
  SELECT id FROM users WHERE role = 'admin' AND account_ids IS NULL AND disabled_at IS NULL ORDER BY id FOR UPDATE`;

/** $1 id, $2 display name, $3 role, $4 accounts or null, $5 disabled. A user that is already disabled keeps the time. */
export const UPDATE_USER = `
  UPDATE users SET display_name = $2, role = $3, account_ids = $4::uuid[],
    disabled_at = CASE WHEN $5::boolean THEN coalesce(disabled_at, app_now()) END
  WHERE id = $1 RETURNING ${SHOWN}`;

/** $1 issuer, $2 subject. */
export const FIND_BY_SUBJECT = `SELECT ${SHOWN} FROM users WHERE issuer = $1 AND subject = $2`;

/** Nothing when the username or the subject is taken. $1 id, $2 username, $3 display name, $4 role, $5 issuer, $6 subject, $7 creator. */
export const INSERT_BY_SUBJECT = `
  INSERT INTO users (id, username, display_name, role, issuer, subject, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT DO NOTHING RETURNING ${SHOWN}`;

/** $1 id. */
export const LOCK_USER = `SELECT ${SHOWN} FROM users WHERE id = $1 FOR UPDATE`;

/** $1 id. */
export const DELETE_USER = `DELETE FROM users WHERE id = $1`;

/** What a sign-in needs. $1 username */
export const FIND_CREDENTIALS = `
  SELECT id, username, password_hash AS "passwordHash", disabled_at IS NOT NULL AS disabled FROM users
  WHERE lower(username COLLATE "C") = lower($1::text COLLATE "C")`;

/** $1 id. */
export const CREDENTIALS_OF = `
  SELECT id, username, password_hash AS "passwordHash", disabled_at IS NOT NULL AS disabled FROM users WHERE id = $1`;

/** Only of an enabled user. $1 id, $2 hash. */
export const SET_PASSWORD = `UPDATE users SET password_hash = $2 WHERE id = $1 AND disabled_at IS NULL RETURNING id`;
