/** $1 content. */
export const LOCK_CONTENT = `SELECT FROM contents WHERE id = $1 FOR UPDATE`;

/**
 * Takes back the last decision: the content waits for a review again, with the reasons from before. $1 content, $2 version that was
 * read, $3 actor, $4 seconds, $5 the score after it and $6 the checks (JSON), or null for both to keep them. Needs the lock of the
 * content. Returns the facts; `changed` is false when one of them rejected it.
 */
export const UNDO_REVIEW = `
  WITH facts AS MATERIALIZED (
    SELECT c.id, c.version, l.transition, before.reasons, before.note,
           (l.transition, l.from_status) IN (('approve', 'pending_review'), ('return', 'pending_review')) AS undoable,
           actor_identity(l.actor) = actor_identity($3::text) AS own, l.at > app_clock() - make_interval(secs => $4) AS recent,
           EXISTS (SELECT FROM pool_entries e WHERE e.content_id = c.id AND e.status NOT IN ('pending', 'pulled')) AS published
    FROM contents c
    JOIN content_reviews l ON l.content_id = c.id AND l.revision = c.review_revision
    LEFT JOIN content_reviews before ON before.content_id = c.id AND before.revision = c.review_revision - 1
    WHERE c.id = $1),
  changed AS (
    UPDATE contents c
    SET review_status = 'pending_review', review_transition = 'undo', review_actor = $3, review_reasons = coalesce(f.reasons, '[]'), review_note = f.note,
        review_revision = c.review_revision + 1, updated_at = app_clock(), quality_score = coalesce($5::smallint, c.quality_score),
        provenance = CASE WHEN $6::jsonb IS NULL THEN c.provenance ELSE jsonb_set(c.provenance, '{checks}', $6) END
    FROM facts f
    WHERE c.id = f.id AND f.version = $2::integer AND f.undoable AND f.own AND f.recent AND NOT f.published
    RETURNING c.id)
  SELECT version, transition, undoable, own, recent, published, EXISTS (SELECT FROM changed) AS changed FROM facts`;
