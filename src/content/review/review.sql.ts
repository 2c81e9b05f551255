/**
 * One transition of a review.
 * $1 content, $2 version that was read, $3 status after, $4 transition, $5 actor, $6 reasons (JSON), $7 note, $8 statuses before,
 * $9 the score after it and $10 the checks (JSON), or null for both to keep them.
 * Returns what the content was; `changed` is false when a guard rejected the transition. The row is locked first, so that the
 * returned facts are those that decided. An approval needs an article, and under four-eyes a person who neither requested nor
 * edited it.
 */
export const REVIEW_CONTENT = `
  WITH current AS MATERIALIZED (
    SELECT c.id, c.version, c.review_status, c.kind, a.review ->> 'mode' = 'four_eyes' AS four_eyes,
           actor_identity($5::text) IN (actor_identity(c.requested_by), actor_identity(c.edited_by)) AS involved
    FROM contents c JOIN accounts a ON a.id = c.account_id WHERE c.id = $1 FOR UPDATE OF c),
  changed AS (
    UPDATE contents c
    SET review_status = $3, review_transition = $4, review_actor = $5, review_reasons = $6::jsonb, review_note = $7,
        review_revision = c.review_revision + 1, updated_at = app_clock(), quality_score = coalesce($9::smallint, c.quality_score),
        provenance = CASE WHEN $10::jsonb IS NULL THEN c.provenance ELSE jsonb_set(c.provenance, '{checks}', $10) END
    FROM current
    WHERE c.id = current.id AND current.version = $2::integer AND current.review_status = ANY ($8::text[])
      AND ($4 <> 'approve' OR (current.kind NOT IN ('brief', 'sample') AND NOT (current.four_eyes AND coalesce(current.involved, false))))
    RETURNING c.id)
  SELECT version, review_status AS status, kind, four_eyes AS "fourEyes", coalesce(involved, false) AS involved,
         EXISTS (SELECT FROM changed) AS changed
  FROM current`;

/** $1 content, $2 limit. The newest transitions first. */
export const SELECT_REVIEWS = `
  SELECT revision, transition, from_status AS "fromStatus", to_status AS "toStatus", actor, reasons, note, version, package_hash AS "packageHash", at
  FROM content_reviews WHERE content_id = $1 ORDER BY revision DESC LIMIT $2`;

/** $1 id, $2 content, $3 author, $4 text. */
export const INSERT_NOTE = `
  INSERT INTO content_notes (id, content_id, author, text, created_at) VALUES ($1, $2, $3, $4, app_clock())
  RETURNING id, author, text, created_at AS "createdAt"`;

/** $1 content, $2 limit. The newest first. */
export const SELECT_NOTES = `
  SELECT id, author, text, created_at AS "createdAt" FROM content_notes WHERE content_id = $1 ORDER BY id DESC LIMIT $2`;

/**
 * The contents that wait for a review, by risk, then the oldest first. $1 account or NULL, $2 accounts of the caller or NULL,
 * $3 and $4 risk and id of the last one of the previous page or NULL, $5 limit, $6 language or NULL, $7 created since or NULL,
 * $8 patterns of LIKE or NULL.
 */
export const SELECT_REVIEW_QUEUE = `
  SELECT c.id, c.account_id AS "accountId", a.name AS "accountName", a.review ->> 'mode' AS mode, c.title, c.kind, c.language, c.word_count AS "wordCount",
         c.quality_score AS "qualityScore", c.review_risk AS risk, c.review_reasons AS reasons, c.version, c.created_at AS "createdAt"
  FROM contents c JOIN accounts a ON a.id = c.account_id
  WHERE c.review_status = 'pending_review' AND ($1::uuid IS NULL OR c.account_id = $1) AND ($2::uuid[] IS NULL OR c.account_id = ANY ($2))
    AND ($3::integer IS NULL OR c.review_risk < $3 OR (c.review_risk = $3 AND c.id > $4::uuid))
    AND ($6::text IS NULL OR c.language = $6) AND ($7::timestamptz IS NULL OR c.created_at >= $7)
    AND ($8::text[] IS NULL OR concat_ws(' ', c.title, c.summary) ILIKE ALL ($8))
  ORDER BY c.review_risk DESC, c.id
  LIMIT $5`;
