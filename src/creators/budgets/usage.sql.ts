/** The result or the report of the work `w` says what it cost: only SETTLE_WORK_USAGE closes its reservation. */
const IS_REPORTED = `(w.state = 'completed' OR w.usage IS NOT NULL)`;

/**
 * $1 task, $2 the reservation that is about to be made. A task makes one call at a time, so its other reservations are those of ended
 * processes.
 */
export const CLOSE_EARLIER_USAGE = `
  UPDATE creator_usage u SET state = 'lost', settled_at = app_clock() WHERE task_id = $1 AND state = 'reserved' AND id <> $2
    AND NOT EXISTS (SELECT FROM creator_work w WHERE w.id = u.id AND ${IS_REPORTED})`;

/**
 * $1 id, $2 task, $3 attempt, $4 account, $5 creator, $6 provider, $7 model, $8 step, $9 prompt tokens, $10 completion tokens, $11 cost,
 * $12 currency, $13 time. The task waits for no budget any more.
 */
export const RESERVE_USAGE = `
  WITH resumed AS (DELETE FROM budget_waits WHERE task_id = $2)
  INSERT INTO creator_usage (id, task_id, attempt, account_id, creator, provider, model, step, state, prompt_tokens, completion_tokens, cost, currency, estimated, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'reserved', $9, $10, $11::numeric, $12, true, $13::timestamptz)
  ON CONFLICT (id) DO NOTHING`;

/** $1 id of a hand-over to another system, which is the id of its reservation. */
export const SELECT_IS_RESERVED = `SELECT FROM creator_usage WHERE id = $1`;

/** $1 id, $2 state, $3 model, $4 prompt tokens, $5 completion tokens, $6 cost, $7 estimated. */
export const SETTLE_USAGE = `
  UPDATE creator_usage SET state = $2, model = $3, prompt_tokens = $4, completion_tokens = $5, cost = $6::numeric, estimated = $7, settled_at = app_clock()
  WHERE id = $1 AND state IN ('reserved', 'lost') RETURNING account_id AS "accountId", provider`;

/**
 * $1 id of a hand-over, $2 state, $3 prompt tokens, $4 completion tokens, each or NULL, $5 reported cost, $6 its currency, or both NULL.
 * A cost in another currency than that of the reservation is not used: the reserved cost stays, so that budgets count it.
 */
export const SETTLE_WORK_USAGE = `
  UPDATE creator_usage
  SET state = $2, prompt_tokens = coalesce($3::integer, prompt_tokens), completion_tokens = coalesce($4::integer, completion_tokens),
      cost = CASE WHEN coalesce(currency, $6::text) = $6 THEN $5::numeric ELSE cost END, currency = coalesce(currency, $6),
      estimated = $5 IS NULL OR coalesce(currency, $6) <> $6, settled_at = app_clock()
  WHERE id = $1 AND state IN ('reserved', 'lost') RETURNING account_id AS "accountId", provider`;

/** Pieces of work that one round settles. */
export const WORKS_AT_ONCE = 100;

/** Work that has ended with a result or a report, and whose reservation is open. */
export const SELECT_ENDED_WORK = `
  SELECT u.id, CASE w.state WHEN 'completed' THEN 'settled' ELSE 'failed' END AS state, w.usage
  FROM creator_usage u JOIN creator_work w ON w.id = u.id
  WHERE u.state = 'reserved' AND ${IS_REPORTED} ORDER BY u.id LIMIT ${WORKS_AT_ONCE}`;

/** $1 id. The call failed, and the provider may have worked: the reserved cost counts. */
export const FAIL_USAGE = `
  UPDATE creator_usage SET state = 'failed', settled_at = app_clock()
  WHERE id = $1 AND state IN ('reserved', 'lost') RETURNING account_id AS "accountId", provider`;

/** $1 id. The provider refused the call or was not reached: it costs nothing. */
export const RELEASE_USAGE = `
  UPDATE creator_usage SET state = 'released', prompt_tokens = 0, completion_tokens = 0, cost = 0, settled_at = app_clock()
  WHERE id = $1 AND state IN ('reserved', 'lost')`;

/** $1 id. The call was not made at all. */
export const DELETE_USAGE = `DELETE FROM creator_usage WHERE id = $1 AND state IN ('reserved', 'lost')`;

/**
 * $1 ms that a call can take at most. An older reservation is that of an ended process, whose call may have been paid. Work in another
 * system keeps its reservation until the hand-over with its id has ended.
 */
export const CLOSE_LOST_USAGE = `
  WITH old AS MATERIALIZED (
    SELECT u.id FROM creator_usage u
    WHERE state = 'reserved' AND created_at < app_now() - $1::bigint * interval '1 ms'
      AND NOT EXISTS (SELECT FROM creator_work w WHERE w.id = u.id AND (w.ended_at IS NULL OR ${IS_REPORTED}))
    ORDER BY u.id FOR NO KEY UPDATE OF u SKIP LOCKED)
  UPDATE creator_usage u SET state = 'lost', settled_at = app_clock() FROM old WHERE u.id = old.id RETURNING u.id`;

/** Rows of a report. */
export const USAGE_ROWS = 1_000;

/** $1 from, $2 to, $3 accounts or NULL for all, $4 words by which the rows are grouped, $5 day, week, month or NULL, $6 its time zone. */
export const SELECT_USAGE = `
  SELECT to_char(date_trunc($5::text, created_at AT TIME ZONE $6::text), 'YYYY-MM-DD') AS period,
         CASE WHEN 'account' = ANY ($4::text[]) THEN account_id END AS "accountId", CASE WHEN 'provider' = ANY ($4) THEN provider END AS provider,
         CASE WHEN 'model' = ANY ($4) THEN model END AS model, CASE WHEN 'step' = ANY ($4) THEN step END AS step, currency,
         count(*)::int AS calls, sum(prompt_tokens)::float8 AS "promptTokens", sum(completion_tokens)::float8 AS "completionTokens",
         coalesce(ceil(sum(cost) FILTER (WHERE state <> 'reserved') * 1000000), 0)::float8 AS "spentMicros",
         coalesce(ceil(sum(cost) FILTER (WHERE state = 'reserved') * 1000000), 0)::float8 AS "reservedMicros",
         count(*) FILTER (WHERE cost IS NULL)::int AS "unpricedCalls"
  FROM creator_usage WHERE created_at >= $1::timestamptz AND created_at < $2::timestamptz AND ($3::uuid[] IS NULL OR account_id = ANY ($3))
  GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1 NULLS FIRST, "spentMicros" DESC, 2, 3, 4, 5, 6 LIMIT ${USAGE_ROWS + 1}`;
