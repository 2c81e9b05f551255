/** $1 account. The active templates. */
export const SELECT_PROMPTS = `
  SELECT name, version, text, hash, created_by AS "createdBy", created_at AS "createdAt"
  FROM prompt_templates WHERE account_id = $1 AND active ORDER BY name`;

/** $1 account and name in one text. Serialises the changes of one template. */
export const LOCK_PROMPT = `SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`;

/** $1 account, $2 name, $3 hash. A template with another text is no longer the active one. */
export const RETIRE_PROMPT = `UPDATE prompt_templates SET active = false WHERE account_id = $1 AND name = $2 AND active AND hash <> $3`;

/** $1 account, $2 name, $3 text, $4 hash, $5 actor. The next version, unless the active one has this text. */
export const INSERT_PROMPT = `
  INSERT INTO prompt_templates (account_id, name, version, text, hash, active, created_by, created_at)
  SELECT $1, $2, 1 + coalesce((SELECT max(version) FROM prompt_templates WHERE account_id = $1 AND name = $2), 0), $3, $4, true, $5, app_clock()
  WHERE NOT EXISTS (SELECT FROM prompt_templates WHERE account_id = $1 AND name = $2 AND active)`;

/** $1 account, $2 name. The built-in template applies again; the versions are kept. */
export const RESET_PROMPT = `UPDATE prompt_templates SET active = false WHERE account_id = $1 AND name = $2 AND active`;
