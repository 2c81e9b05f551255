/**
 * $1 the content, as JSON by the names of its columns, $2–$4 grams, bands and signature (base64) of its fingerprint. Stores both, enters the
 * content on the request it answers, and ends the reservation of its topic. One statement, because up to 20 contents share a transaction in
 * which each statement waits for the one before.
 */
export const INSERT_GENERATED_CONTENT = `
  WITH stored AS (
    INSERT INTO contents (id, account_id, generation_task_id, lease_epoch, kind, language, title, summary, body_markdown, body_html, word_count,
                          quality_score, checks, sources, cover_svg, requested_by, rewrite_of, review_status, review_reasons, review_risk, review_transition,
                          review_actor, review_revision, package_hash, provenance, created_at, updated_at)
    SELECT id, account_id, generation_task_id, lease_epoch, kind, language, title, summary, body_markdown, body_html, word_count,
           quality_score, checks, sources, cover_svg, requested_by, rewrite_of, review_status, review_reasons, review_risk, 'create',
           'rules', 1, '', provenance, app_now(), app_now()
    FROM json_populate_record(NULL::contents, $1::json)
    RETURNING id, generation_task_id),
  fingerprint AS (
    INSERT INTO content_fingerprints (content_id, version, title_grams, body_bands, body_signature)
    SELECT id, 1, $2::integer[], $3::integer[], decode($4, 'base64') FROM stored),
  used_topic AS (
    UPDATE topics t SET status = 'used', content_id = stored.id, used_at = app_now(), version = t.version + 1, updated_at = app_now()
    FROM stored WHERE t.reserved_by = stored.generation_task_id AND t.status IN ('open', 'reserved'))
  UPDATE content_generation g SET content_id = stored.id, updated_at = app_now()
  FROM stored WHERE g.id = stored.generation_task_id`;
