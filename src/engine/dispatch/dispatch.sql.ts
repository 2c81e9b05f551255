import { READY_GROUPED, READY_UNGROUPED, runnableNames } from '../ready.sql.ts';

/** The statements that read dispatch groups, and that read and write limits. */

/** Groups that one claim reads. Each costs 10 µs. */
export const MAX_GROUPS = 500;

const LIMIT_STATE = `key, max_running AS "maxRunning", rate_count AS "rateCount", rate_period_ms AS "ratePeriodMs", tokens,
         (extract(epoch FROM app_now() - refilled_at) * 1000)::float8 AS "elapsedMs"`;

/** The number of leased tasks by group, including those that wait for external work. */
export const SELECT_ACTIVE_GROUPS = `
  SELECT dispatch_group AS "group", coalesce(limit_keys, '{}') AS keys, count(*)::int AS count FROM tasks
  WHERE status IN ('assigned', 'running') AND dispatch_group IS NOT NULL GROUP BY 1, 2`;

const GROUP_HEAD = (after: string) => `
      SELECT dispatch_group, limit_keys, capabilities, rank FROM tasks WHERE ${READY_GROUPED} AND name = n.name AND dispatch_group > ${after}
      ORDER BY dispatch_group, rank, id LIMIT 1`;
const RANKS = (ready: string) =>
  `ARRAY(SELECT extract(epoch FROM rank)::float8 FROM tasks WHERE ${ready} AND name = g.name ORDER BY rank, id LIMIT depth)`;

/**
 * $1 queue, $2 how many tasks are wanted, $3 names that the claimer knows, $4 and $5 name and group of the last group that the
 * look before this one read, or empty. The groups of the names that may start, each with the ranks of its first `depth` tasks,
 * the limits that they are under, and the leased tasks, when a limit or the strategy counts them. With a statement of their own
 * for the leased tasks, a claim beside a throttled group took 16 ms instead of 14, and 9.5 ms beside none. Steps over the index
 * from group to group, so a backlog costs nothing.
 */
export const SELECT_READY_GROUPS = `
  WITH RECURSIVE ${runnableNames('ungrouped', READY_UNGROUPED, '$3')},${runnableNames('grouped', READY_GROUPED, '$3')},
  counted AS MATERIALIZED (
    SELECT n.name, step.* FROM grouped n CROSS JOIN LATERAL (
      WITH RECURSIVE step AS (
        (${GROUP_HEAD(`CASE WHEN n.name = $4 THEN $5::text ELSE '' END`)})
        UNION ALL
        SELECT head.* FROM step CROSS JOIN LATERAL (${GROUP_HEAD('step.dispatch_group')}) head)
      SELECT * FROM step) step
    WHERE n.name >= $4::text LIMIT ${MAX_GROUPS}),
  ready AS MATERIALIZED (
    SELECT name, NULL AS dispatch_group, NULL::text[] AS limit_keys, NULL::text[] AS capabilities, NULL::timestamptz AS rank FROM ungrouped
    UNION ALL SELECT * FROM counted),
  limited AS MATERIALIZED (SELECT ${LIMIT_STATE} FROM limits WHERE key IN (SELECT unnest(limit_keys) FROM counted)),
  wanted AS MATERIALIZED (
    SELECT coalesce((SELECT strategy FROM queues WHERE name = $1), 'priority') AS strategy,
           greatest(1, least($2::int, 4 * $2::int / greatest(count(*), 1)))::int AS depth
    FROM ready)
  SELECT strategy, depth,
    coalesce((SELECT json_agg(json_build_object('name', g.name, 'group', g.dispatch_group, 'keys', coalesce(g.limit_keys, '{}'),
                'capabilities', coalesce(g.capabilities, '{}'),
                'ranks', CASE WHEN g.dispatch_group IS NULL THEN ${RANKS(READY_UNGROUPED)}
                              WHEN depth = 1 THEN ARRAY[extract(epoch FROM g.rank)::float8]
                              ELSE ${RANKS(`${READY_GROUPED} AND dispatch_group = g.dispatch_group`)} END))
              FROM ready g), '[]') AS groups,
    coalesce((SELECT json_agg(l) FROM limited l), '[]') AS limits,
    CASE WHEN strategy = 'fair' OR EXISTS (SELECT FROM limited WHERE "maxRunning" IS NOT NULL)
         THEN (SELECT json_agg(a) FROM (${SELECT_ACTIVE_GROUPS}) a) END AS active
  FROM wanted`;

/** The classid of advisory locks: any number that no other user of the database takes. */
const LIMITS_LOCK = 7_206_142;

/**
 * $1 keys. Until the end of the transaction no other session claims tasks of these keys, or changes their limits. A key has one
 * of 64 locks, because the server has room for 64 for each connection; they are taken in one order, so nothing deadlocks.
 */
export const LOCK_KEYS = `
  SELECT pg_advisory_xact_lock(${LIMITS_LOCK}, number)
  FROM (SELECT DISTINCT hashtext(key) & 63 AS number FROM unnest($1::text[]) AS key ORDER BY number) locks`;

/** $1 keys. */
export const SELECT_LIMIT_STATES = `SELECT ${LIMIT_STATE} FROM limits WHERE key = ANY ($1::text[])`;

/** $1 rows {key, tokens}: the tokens left in their buckets. */
export const SET_TOKENS = `
  UPDATE limits l SET tokens = r.tokens, refilled_at = greatest(l.refilled_at, app_now())
  FROM json_to_recordset($1::json) AS r (key text, tokens float8) WHERE l.key = r.key`;

export const SELECT_LIMITS = `
  SELECT ${LIMIT_STATE}, declared, updated_at AS "updatedAt"
  FROM limits ORDER BY key`;

/** A bucket starts full. When its rate changes, it keeps its tokens up to the new size. */
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
