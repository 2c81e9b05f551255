/** $1 the content, as JSON by the names of its columns. Stores it and enters it on the request it answers. */
export const INSERT_GENERATED_CONTENT = `
  WITH stored AS (
    INSERT INTO contents (id, account_id, generation_task_id, lease_epoch, kind, language, title, summary, body_markdown, body_html, word_count,
                          quality_score, checks, sources, cover_svg, requested_by, rewrite_of, review_status, review_reasons, review_risk, review_transition,
                          review_actor, review_revision, package_hash, provenance, created_at, updated_at)
    SELECT id, account_id, generation_task_id, lease_epoch, kind, language, title, summary, body_markdown, body_html, word_count,
           quality_score, checks, sources, cover_svg, requested_by, rewrite_of, review_status, review_reasons, review_risk, 'create',
           'rules', 1, '', provenance, app_now(), app_now()
    FROM json_populate_record(NULL::contents, $1::json)
    RETURNING id, generation_task_id)
  UPDATE content_generation g SET content_id = stored.id, updated_at = app_now()
  FROM stored WHERE g.id = stored.generation_task_id`;
