/** $1 account, $2 days, $3 the last day or NULL for yesterday. The days are those of the account's zone. */
export const SELECT_WINDOW = `
  SELECT (last_day - $2::integer + 1)::text AS "from", last_day::text AS "to", last_day >= today AS "isOpen",
         (last_day - $2::integer + 1)::timestamp AT TIME ZONE time_zone AS starts, (last_day + 1)::timestamp AT TIME ZONE time_zone AS ends
  FROM (SELECT time_zone, today, coalesce($3::date, today - 1) AS last_day
        FROM (SELECT time_zone, (app_clock() AT TIME ZONE time_zone)::date AS today FROM accounts WHERE id = $1) a) w`;

/**
 * $1 account, $2 and $3 the window, $4 kinds for readers, $5 limit. Approved contents by the time of their first approval, which an edit
 * does not change, with the address of the last publication.
 */
export const SELECT_OWN_CONTENTS = `
  SELECT c.id, c.version, c.kind, c.title, c.body_markdown AS "bodyMarkdown", coalesce(c.provenance -> 'boilerplate', '[]') AS boilerplate,
         g.category, (r.at AT TIME ZONE a.time_zone)::date::text AS day, p.external_url AS url, p.published_at IS NOT NULL AS "isPublished"
  FROM contents c
  JOIN accounts a ON a.id = c.account_id
  JOIN LATERAL (SELECT min(at) AS at FROM content_reviews WHERE content_id = c.id AND to_status = 'approved') r ON r.at >= $2 AND r.at < $3
  LEFT JOIN content_generation g ON g.id = c.generation_task_id
  LEFT JOIN LATERAL (
    SELECT external_url, published_at FROM pool_entries WHERE content_id = c.id AND status = 'published'
    ORDER BY external_url IS NULL, published_at DESC LIMIT 1) p ON true
  WHERE c.account_id = $1 AND c.review_status = 'approved' AND c.kind = ANY ($4) AND c.provenance ->> 'form' IS DISTINCT FROM 'round-up'
    AND c.updated_at >= $2
  ORDER BY r.at, c.id LIMIT $5`;

/** $1 account, $2 inputsHash. */
export const SELECT_ROUND_UP = `
  SELECT id FROM contents WHERE account_id = $1 AND provenance ->> 'inputsHash' = $2 AND provenance ->> 'form' = 'round-up'`;
