import { DELETED_ROWS } from '../../platform/database/delete-in-pages.ts';

const COLUMNS = `
  id, account_id AS "accountId", title, keywords, section, source_url AS "sourceUrl", series, number, origin, dated_at AS "datedAt",
  material_words AS "materialWords", relevance, usefulness, status, reason, reserved_by AS "reservedBy", content_id AS "contentId", failures,
  expires_at AS "expiresAt", used_at AS "usedAt", created_by AS "createdBy", version, created_at AS "createdAt", updated_at AS "updatedAt"`;

/** Serialises the transactions that add or reserve topics until the commit, so that each sees the titles of the one before. */
export const LOCK_TOPICS = `SELECT pg_advisory_xact_lock(hashtext('topics'))`;

/** $1 id, $2 accounts of the caller or NULL. */
export const SELECT_TOPIC = `SELECT ${COLUMNS} FROM topics WHERE id = $1 AND ($2::uuid[] IS NULL OR account_id = ANY ($2))`;

/** $1 account, $2 accounts of the caller, $3 statuses, $4 series, $5 id of the last one, each or NULL; $6 limit. Newest first. */
export const SELECT_TOPICS = `
  SELECT ${COLUMNS} FROM topics
  WHERE ($1::uuid IS NULL OR account_id = $1) AND ($2::uuid[] IS NULL OR account_id = ANY ($2)) AND ($3::text[] IS NULL OR status = ANY ($3))
    AND ($4::text IS NULL OR series = $4) AND ($5::uuid IS NULL OR id < $5)
  ORDER BY id DESC LIMIT $6`;

/** $1 account, $2 statuses, $3 a topic that is left out or NULL. The titles of its backlog, the newest 10,000. */
export const SELECT_BACKLOG_TITLES = `
  SELECT title AS text, title_grams AS grams, status FROM topics
  WHERE account_id = $1 AND status = ANY ($2::text[]) AND ($3::uuid IS NULL OR id <> $3) ORDER BY id DESC LIMIT 10000`;

/** $1 topics as JSON, by the names of the columns. A part that its series has already is left out. */
export const INSERT_TOPICS = `
  INSERT INTO topics (id, account_id, title, title_grams, keywords, section, source_url, series, number, origin, dated_at, material_words,
                      relevance, usefulness, expires_at, created_by, created_at, updated_at)
  SELECT id, account_id, title, title_grams, keywords, section, source_url, series, number, origin, dated_at, material_words,
         relevance, usefulness, expires_at, created_by, app_now(), app_now()
  FROM json_populate_recordset(NULL::topics, $1::json)
  ON CONFLICT (account_id, series, number) WHERE status IN ('open', 'reserved', 'used') DO NOTHING
  RETURNING ${COLUMNS}`;

/** $1 topic as JSON, by the names of the columns, with the version that was read: a change of the state changes the version. */
export const UPDATE_TOPIC = `
  UPDATE topics t
  SET title = e.title, title_grams = e.title_grams, keywords = e.keywords, section = e.section, source_url = e.source_url, series = e.series,
      number = e.number, relevance = e.relevance, usefulness = e.usefulness, expires_at = e.expires_at, version = t.version + 1,
      updated_at = app_now()
  FROM json_populate_record(NULL::topics, $1::json) e
  WHERE t.id = e.id AND t.version = e.version
  RETURNING t.id`;

/** $1 id, $2 version that was read, $3 status after, $4 reason. A restored topic starts without failures. */
export const CHANGE_TOPIC = `
  UPDATE topics
  SET status = $3::text, reason = $4, version = version + 1, updated_at = app_now(),
      failures = CASE WHEN $3 = 'open' THEN 0 ELSE failures END,
      expires_at = CASE WHEN $3 = 'open' AND expires_at <= app_now() THEN NULL ELSE expires_at END
  WHERE id = $1 AND version = $2::integer
  RETURNING id`;

/** $1 id, $2 version that was read: a change of the state changes the version. */
export const DELETE_TOPIC = `
  DELETE FROM topics WHERE id = $1 AND version = $2::integer RETURNING id`;

/** $1 account, $2 titles of sources. How they were worded, by any template. Those in use are marked once a day, for the retention. */
export const SELECT_TITLES = `
  WITH due AS MATERIALIZED (
    SELECT source_title, prompt_hash FROM topic_titles
    WHERE account_id = $1 AND source_title = ANY ($2) AND seen_at < app_clock() - interval '1 day' FOR NO KEY UPDATE SKIP LOCKED),
  seen AS (
    UPDATE topic_titles t SET seen_at = app_clock() FROM due
    WHERE t.account_id = $1 AND t.source_title = due.source_title AND t.prompt_hash = due.prompt_hash)
  SELECT source_title AS "sourceTitle", prompt_hash AS "promptHash", title FROM topic_titles WHERE account_id = $1 AND source_title = ANY ($2::text[])`;

/** $1 account, $2 hash of the prompt, $3 rows {sourceTitle, title}. The first wording of a title stays. */
export const INSERT_TITLES = `
  INSERT INTO topic_titles (account_id, prompt_hash, source_title, title)
  SELECT DISTINCT ON ("sourceTitle") $1::uuid, $2, "sourceTitle", title FROM json_to_recordset($3::json) AS r ("sourceTitle" text, title text)
  ON CONFLICT DO NOTHING`;

/** $1 seconds since the source was last read with this title. */
export const DELETE_OLD_TITLES = `
  WITH old AS MATERIALIZED (
    SELECT account_id, source_title, prompt_hash FROM topic_titles WHERE seen_at < app_clock() - make_interval(secs => $1)
    ORDER BY seen_at LIMIT ${DELETED_ROWS} FOR UPDATE SKIP LOCKED)
  DELETE FROM topic_titles t USING old
  WHERE t.account_id = old.account_id AND t.source_title = old.source_title AND t.prompt_hash = old.prompt_hash
  RETURNING t.account_id`;

/** Topics that change at once. */
export const TOPICS_PER_ROUND = 500;

/** Any number of processes may expire topics at once. */
export const EXPIRE_TOPICS = `
  WITH due AS MATERIALIZED (
    SELECT id FROM topics WHERE status = 'open' AND expires_at <= app_clock() ORDER BY expires_at LIMIT ${TOPICS_PER_ROUND} FOR UPDATE SKIP LOCKED)
  UPDATE topics t SET status = 'expired', version = version + 1, updated_at = app_now() FROM due WHERE t.id = due.id
  RETURNING t.id`;

/** $1 account. Topics of requests that ended without a content within 30 days, the newest first. */
export const SELECT_UNFINISHED_TOPICS = `
  SELECT topic AS title, keywords, category AS section FROM content_generation_tasks
  WHERE account_id = $1 AND topic IS NOT NULL AND status IN ('failed', 'timeout', 'cancelled') AND created_at > app_now() - interval '30 days'
  ORDER BY id DESC LIMIT 200`;
