import { SAME_TITLE } from '../../core/text/text-grams.ts';

/** Age of the contents whose topics and titles are compared with new requests. */
const RECENT = `interval '15 days'`;
/** Neither a brief nor a rejected content is ever published. */
const COUNTS = `c.created_at > app_now() - ${RECENT} AND c.review_status <> 'rejected' AND c.kind NOT IN ('brief', 'sample')`;
const similarity = (grams: string): string => `2 * count(*) / (cardinality(${grams}) + cardinality($1))::float8`;

/**
 * $1 grams of a topic, $2 the generation that asks. Recent contents whose title or topic is similar, and open generations that
 * were submitted before this one, so that exactly one of two equal requests continues. A request for a sample blocks only other
 * samples. One index probe for each gram and each
 * similar text: OFFSET 0 and the join by one gram keep the planner, which expects many, from reading whole tables.
 */
export const SELECT_SIMILAR_TOPICS = `
  WITH near AS MATERIALIZED (
    SELECT f.content_id, NULL::uuid AS generation_id, ${similarity('f.title_grams')} AS similarity
    FROM unnest($1::integer[]) gram JOIN content_fingerprints f ON f.title_grams @> ARRAY[gram]
    GROUP BY f.content_id HAVING ${similarity('f.title_grams')} >= ${SAME_TITLE}
    UNION ALL
    SELECT g.content_id, g.id, ${similarity('g.topic_grams')}
    FROM unnest($1::integer[]) gram JOIN content_generation g ON g.topic_grams @> ARRAY[gram] WHERE g.id <> $2::uuid
      AND (NOT g.is_sample OR (SELECT own.is_sample FROM content_generation own WHERE own.id = $2::uuid))
    GROUP BY g.id HAVING ${similarity('g.topic_grams')} >= ${SAME_TITLE})
  SELECT c.id AS "contentId", t.task_id AS "taskId", coalesce(c.account_id, t.account_id) AS "accountId", coalesce(t.topic, c.title) AS text, near.similarity
  FROM near
  LEFT JOIN LATERAL (SELECT * FROM contents WHERE id = near.content_id OFFSET 0) c ON true
  LEFT JOIN LATERAL (SELECT * FROM content_generation_tasks WHERE id = near.generation_id OFFSET 0) t ON true
  WHERE ${COUNTS} OR t.status IN ('pending', 'submitted', 'running') AND t.id < $2::uuid
  ORDER BY near.similarity DESC LIMIT 20`;

/**
 * $1 grams of many titles. What SELECT_SIMILAR_TOPICS compares a topic with, without the comparison: recent contents, and open generations,
 * that share a gram.
 */
export const SELECT_RECENT_TITLES = `
  SELECT c.id AS "contentId", NULL AS "taskId", c.account_id AS "accountId", c.title AS text, f.title_grams AS grams, false AS "isSample"
  FROM content_fingerprints f JOIN contents c ON c.id = f.content_id
  WHERE f.title_grams && $1::integer[] AND ${COUNTS}
  UNION ALL
  SELECT c.id, t.task_id, t.account_id, t.topic, g.topic_grams, g.is_sample
  FROM content_generation g JOIN content_generation_tasks t ON t.id = g.id LEFT JOIN contents c ON c.id = g.content_id
  WHERE g.topic_grams && $1::integer[] AND (${COUNTS} OR t.status IN ('pending', 'submitted', 'running'))`;

/**
 * $1 bands of a body, $2 the content itself and the one it replaces. Contents that share a band; unrelated ones rarely do. The limit
 * bounds what is read when hundreds of contents are copies of each other: then any of them is a duplicate.
 */
export const SELECT_BODY_CANDIDATES = `
  WITH candidates AS MATERIALIZED (
    SELECT DISTINCT near.content_id FROM unnest($1::integer[]) band JOIN content_fingerprints near ON near.body_bands @> ARRAY[band]
    WHERE near.content_id <> ALL ($2::uuid[]))
  SELECT f.content_id AS "contentId", f.body_signature AS signature
  FROM candidates JOIN LATERAL (SELECT * FROM content_fingerprints WHERE content_id = candidates.content_id OFFSET 0) f ON true
  WHERE (SELECT c.review_status FROM contents c WHERE c.id = f.content_id) <> 'rejected'
  LIMIT 200`;

/** $1 ids of contents. */
export const SELECT_BODIES = `
  SELECT id AS "contentId", account_id AS "accountId", body_markdown AS "bodyMarkdown", coalesce(provenance -> 'boilerplate', '[]') AS boilerplate
  FROM contents WHERE id = ANY ($1::uuid[])`;

/** $1 content, $2 its version, $3 grams, $4 bands, $5 signature in base64. Replaces the fingerprint of an earlier version. */
export const SAVE_FINGERPRINT = `
  INSERT INTO content_fingerprints (content_id, version, title_grams, body_bands, body_signature)
  VALUES ($1, $2, $3, $4, decode($5, 'base64'))
  ON CONFLICT (content_id) DO UPDATE
  SET version = excluded.version, title_grams = excluded.title_grams, body_bands = excluded.body_bands, body_signature = excluded.body_signature`;

/** Serialises the transactions that store texts until the commit, so the later one of two equal texts sees the earlier one. */
export const LOCK_FINGERPRINTS = `SELECT pg_advisory_xact_lock(hashtext('content_fingerprints'))`;
