/** $1 content. */
export const SELECT_OPEN_REWRITE = `
  SELECT t.task_id AS "taskId" FROM content_generation g JOIN content_generation_tasks t ON t.id = g.id
  WHERE g.rewrite_of = $1 AND t.status IN ('pending', 'submitted', 'running') LIMIT 1`;

/**
 * $1 the rewritten content, $2 the version that was rewritten, $3 actor. Rejects it, so that one of the two attempts can be
 * approved. A content that was edited or approved since stays as it is.
 */
export const REJECT_REWRITTEN = `
  UPDATE contents SET review_status = 'rejected', review_transition = 'reject', review_actor = $3, review_reasons = '["rewritten"]',
    review_note = NULL, review_revision = review_revision + 1, updated_at = app_clock()
  WHERE id = $1 AND version = $2 AND review_status = 'draft'`;
