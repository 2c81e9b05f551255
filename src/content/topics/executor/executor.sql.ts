import { HALF_LIFE_DAYS, MAX_HALF_LIVES, UNDATED_FRESHNESS, WEIGHTS } from '../../../core/topics/topic-score.ts';
import { MAX_TOPIC_FAILURES } from '../../../core/topics/topic-states.ts';
import { TOPICS_PER_ROUND } from '../topic.sql.ts';

/** What a topic gains that continues a series. */
const SERIES_BONUS = 10;
const FRESHNESS = `CASE WHEN t.dated_at IS NULL THEN ${UNDATED_FRESHNESS} ELSE 100 * power(0.5::float8,
  least(greatest(extract(epoch FROM app_now() - t.dated_at) / ${HALF_LIFE_DAYS * 86_400}, 0), ${MAX_HALF_LIVES})) END`;
const isPart = (comparison: string, statuses: string): string =>
  `EXISTS (SELECT FROM topics e WHERE e.account_id = t.account_id AND e.series = t.series AND e.number ${comparison} t.number AND e.status IN (${statuses}))`;

/** $1 run, $2 accounts. The content tasks that the run has submitted. */
export const SELECT_SUBMITTED = `
  SELECT s.account_id AS "accountId", s.ordinal, s.topic_id AS "topicId", t.title, s.choice, s.task_id AS "executionId", coalesce(g.task_id, s.task_id::text) AS "taskId"
  FROM topic_submissions s JOIN topics t ON t.id = s.topic_id LEFT JOIN content_generation g ON g.id = s.task_id
  WHERE s.run_id = $1 AND s.account_id = ANY ($2::uuid[])
  ORDER BY s.account_id, s.ordinal`;

/**
 * $1 accounts, $2 how many for each, $3 section or NULL, $4 titles that come first, $5 only this section of the account, or NULL. Locks
 * the best open topics of each account, and skips those that an editor changes at this moment. Of a series only the next part. An
 * account may occur for several of its sections, so a topic may be there twice.
 */
export const LOCK_CANDIDATES = `
  SELECT c.* FROM unnest($1::uuid[], $2::integer[], $5::text[]) wanted (account_id, n, section)
  CROSS JOIN LATERAL (
    SELECT t.id, t.account_id AS "accountId", t.title, t.keywords, t.section, t.title = ANY ($4::text[]) AS preferred, t.failures,
           ${WEIGHTS.relevance} * t.relevance + ${WEIGHTS.usefulness} * t.usefulness + ${WEIGHTS.freshness} * ${FRESHNESS}
             + CASE WHEN t.series IS NOT NULL AND ${isPart('<', `'used'`)} THEN ${SERIES_BONUS} ELSE 0 END AS score
    FROM topics t
    WHERE t.account_id = wanted.account_id AND t.status = 'open' AND (t.expires_at IS NULL OR t.expires_at > app_now())
      AND ($3::text IS NULL OR t.section IS NULL OR t.section = $3) AND (wanted.section IS NULL OR t.section = wanted.section) AND NOT ${isPart('<', `'open', 'reserved'`)}
    ORDER BY preferred DESC, t.failures, score DESC, t.id
    LIMIT wanted.n FOR UPDATE OF t SKIP LOCKED) c`;

/** $1 run, $2 rows as JSON. Reserves topics that are locked, and keeps which content task writes each. */
export const RESERVE_TOPICS = `
  WITH rows AS (SELECT * FROM json_populate_recordset(NULL::topic_submissions, $2::json)),
  reserved AS (
    UPDATE topics t SET status = 'reserved', reserved_by = rows.task_id, version = version + 1, updated_at = app_now()
    FROM rows WHERE t.id = rows.topic_id)
  INSERT INTO topic_submissions (run_id, account_id, ordinal, topic_id, task_id, choice)
  SELECT $1::uuid, account_id, ordinal, topic_id, task_id, choice FROM rows`;

/**
 * Puts topics back whose content task failed, was cancelled or is gone. After ${MAX_TOPIC_FAILURES} failures a topic is rejected. Any number
 * of processes may do this at once.
 */
export const RELEASE_TOPICS = `
  WITH ended AS MATERIALIZED (
    SELECT t.id, t.failures + coalesce(g.status IN ('failed', 'timeout'), false)::integer AS failures
    FROM topics t LEFT JOIN content_generation_tasks g ON g.id = t.reserved_by
    WHERE t.status = 'reserved' AND (g.id IS NULL OR g.status IN ('failed', 'timeout', 'cancelled'))
    ORDER BY t.id LIMIT ${TOPICS_PER_ROUND} FOR UPDATE OF t SKIP LOCKED)
  UPDATE topics t
  SET failures = ended.failures, version = version + 1, updated_at = app_now(),
      status = CASE WHEN ended.failures >= ${MAX_TOPIC_FAILURES} THEN 'rejected' ELSE 'open' END,
      reason = CASE WHEN ended.failures >= ${MAX_TOPIC_FAILURES} THEN 'its content tasks failed ${MAX_TOPIC_FAILURES} times' END
  FROM ended WHERE t.id = ended.id
  RETURNING t.id`;
