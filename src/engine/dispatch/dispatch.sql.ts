import { READY_GROUPED, READY_UNGROUPED } from '../claim.sql.ts';

/** The statements that read dispatch groups, and that read and write limits. */

/** Groups that one claim reads. Each costs 10 µs. */
export const MAX_GROUPS = 500;

const READY_RANKS = (ready: string, limit: string) =>
  `ARRAY(SELECT extract(epoch FROM rank)::float8 FROM tasks WHERE ${ready} AND name <> ALL (ARRAY(SELECT name FROM paused_definitions))
         ORDER BY rank, id LIMIT ${limit})`;

/**
 * $1 queue, $2 how many tasks are wanted, $3 a group: only those after it. The ranks of the first ready tasks without a group,
 * and of the first `depth` ready tasks of each group. Steps over the index from group to group, so a backlog costs nothing. No
 * row when the queue is paused.
 */
export const SELECT_READY_GROUPS = `
  WITH RECURSIVE step (dispatch_group, limit_keys, capabilities, number) AS (
    (SELECT dispatch_group, limit_keys, capabilities, 1 FROM tasks WHERE ${READY_GROUPED} AND dispatch_group > $3
     ORDER BY dispatch_group LIMIT 1)
    UNION ALL
    SELECT head.*, step.number + 1 FROM step CROSS JOIN LATERAL (
      SELECT dispatch_group, limit_keys, capabilities FROM tasks WHERE ${READY_GROUPED} AND dispatch_group > step.dispatch_group
      ORDER BY dispatch_group LIMIT 1) head
    WHERE step.number < ${MAX_GROUPS}),
  groups AS MATERIALIZED (SELECT * FROM step),
  wanted AS MATERIALIZED (SELECT greatest(1, least($2::int, 4 * $2::int / greatest(count(*), 1)))::int AS depth FROM groups)
  SELECT coalesce((SELECT strategy FROM queues WHERE name = $1), 'priority') AS strategy, depth,
    ${READY_RANKS(READY_UNGROUPED, '$2')} AS ungrouped,
    coalesce((SELECT json_agg(json_build_object('group', g.dispatch_group, 'keys', coalesce(g.limit_keys, '{}'),
                'capabilities', coalesce(g.capabilities, '{}'), 'ranks', ${READY_RANKS(`${READY_GROUPED} AND dispatch_group = g.dispatch_group`, 'depth')}))
              FROM groups g), '[]') AS groups
  FROM wanted WHERE NOT EXISTS (SELECT FROM queues WHERE name = $1 AND paused_at IS NOT NULL)`;

/** Any number that no other user of the database takes. */
const DISPATCH_LOCK = 7_206_142;

/**
 * Until the end of the transaction no other session claims tasks of a group or changes a limit. One lock for all queues, because
 * a key may be counted in several. A claim keeps it for 3 to 6 ms, and takes up to 250 tasks meanwhile.
 */
export const LOCK_DISPATCH = `SELECT pg_advisory_xact_lock(${DISPATCH_LOCK})`;

/** $1 keys. */
export const SELECT_LIMIT_STATES = `
  SELECT key, max_running AS "maxRunning", rate_count AS "rateCount", rate_period_ms AS "ratePeriodMs", tokens,
         (extract(epoch FROM app_now() - refilled_at) * 1000)::float8 AS "elapsedMs"
  FROM limits WHERE key = ANY ($1::text[])`;

/** How many leased tasks each group has, those that wait for another system included. */
export const SELECT_ACTIVE_GROUPS = `
  SELECT dispatch_group AS "group", coalesce(limit_keys, '{}') AS keys, count(*)::int AS count FROM tasks
  WHERE status IN ('assigned', 'running') AND dispatch_group IS NOT NULL GROUP BY 1, 2`;

/** $1 rows {key, tokens}: what their buckets hold now. */
export const SET_TOKENS = `
  UPDATE limits l SET tokens = r.tokens, refilled_at = greatest(l.refilled_at, app_now())
  FROM json_to_recordset($1::json) AS r (key text, tokens float8) WHERE l.key = r.key`;

export const SELECT_LIMITS = `
  SELECT key, max_running AS "maxRunning", rate_count AS "rateCount", rate_period_ms AS "ratePeriodMs", tokens,
         (extract(epoch FROM app_now() - refilled_at) * 1000)::float8 AS "elapsedMs", declared, updated_at AS "updatedAt"
  FROM limits ORDER BY key`;

/** A bucket begins full. One whose rate changes keeps what it held, as far as it still fits. */
const KEPT_TOKENS = `least(coalesce(l.tokens, excluded.tokens), excluded.rate_count), refilled_at = CASE WHEN excluded.rate_count IS NULL THEN NULL
                     ELSE coalesce(l.refilled_at, excluded.refilled_at) END`;
const VALUES_OF_LIMIT = `max_running = excluded.max_running, rate_count = excluded.rate_count, rate_period_ms = excluded.rate_period_ms,
    tokens = ${KEPT_TOKENS}, declared = excluded.declared, updated_at = excluded.updated_at`;

/** $1 key, $2 running at most, $3 and $4 count and period (ms) of its rate. */
export const SET_LIMIT = `
  INSERT INTO limits AS l (key, max_running, rate_count, rate_period_ms, tokens, refilled_at, updated_at)
  VALUES ($1, $2, $3::int, $4, $3::int, CASE WHEN $3::int IS NOT NULL THEN app_now() END, app_now())
  ON CONFLICT (key) DO UPDATE SET ${VALUES_OF_LIMIT}`;

/** $1 rows {key, maxRunning, rateCount, ratePeriodMs}. */
export const DECLARE_LIMITS = `
  INSERT INTO limits AS l (key, max_running, rate_count, rate_period_ms, tokens, refilled_at, declared, updated_at)
  SELECT key, "maxRunning", "rateCount", "ratePeriodMs", "rateCount", CASE WHEN "rateCount" IS NOT NULL THEN app_now() END, true, app_now()
  FROM json_to_recordset($1::json) AS r (key text, "maxRunning" int, "rateCount" int, "ratePeriodMs" int)
  ON CONFLICT (key) DO UPDATE SET ${VALUES_OF_LIMIT}
  WHERE l.declared AND (l.max_running, l.rate_count, l.rate_period_ms) IS DISTINCT FROM (excluded.max_running, excluded.rate_count, excluded.rate_period_ms)`;

/** $1 key. */
export const DELETE_LIMIT = `DELETE FROM limits WHERE key = $1`;
