/** Statistics, lists and the clean-up of hand-overs, for TaskStatusPoller. */

/** $1 start of the window, $2 accounts or null for all. Hand-overs that began in the window or are open, by creator. */
export const SELECT_WORK_STATISTICS = `
  SELECT w.creator,
    count(*) FILTER (WHERE w.ended_at IS NULL)::int AS open,
    count(*) FILTER (WHERE w.ended_at IS NULL AND t.timeout_at < app_now())::int AS late,
    count(*) FILTER (WHERE w.state = 'completed')::int AS completed,
    count(*) FILTER (WHERE w.state = 'failed')::int AS failed,
    count(*) FILTER (WHERE w.state = 'cancelled')::int AS cancelled,
    count(*) FILTER (WHERE w.state = 'given_up')::int AS "givenUp",
    sum(w.polls)::float8 AS polls, sum(w.poll_errors)::float8 AS "pollErrors", sum(w.callbacks)::float8 AS callbacks,
    max(w.polled_at) AS "lastPolledAt",
    (percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM w.ended_at - w.submitted_at))
      FILTER (WHERE w.state = 'completed'))::float8 AS "medianSeconds"
  FROM creator_work w JOIN content_generation_tasks t ON t.id = w.task_id
  WHERE (w.started_at >= $1 OR w.ended_at IS NULL) AND ($2::uuid[] IS NULL OR t.account_id = ANY ($2))
  GROUP BY w.creator ORDER BY w.creator`;

const COLUMNS = `w.id, t.task_id AS "taskId", t.account_id AS "accountId", w.creator, w.external_id AS "externalId", w.state, w.error, w.polls,
  w.poll_errors AS "pollErrors", w.unreadable_polls AS "unreadablePolls", w.callbacks, w.started_at AS "startedAt",
  w.submitted_at AS "submittedAt", w.polled_at AS "polledAt", w.ended_at AS "endedAt",
  CASE WHEN w.ended_at IS NULL THEN t.timeout_at END AS "timeoutAt"`;

/** $1 states or null, $2 creator or null, $3 whether only late ones, $4 task or null, $5 only ids below this one or null, $6 limit, $7 accounts or null. */
export const SELECT_WORKS = `
  SELECT ${COLUMNS} FROM creator_work w JOIN content_generation_tasks t ON t.id = w.task_id
  WHERE ($1::text[] IS NULL OR w.state = ANY ($1)) AND ($2::text IS NULL OR w.creator = $2)
    AND (NOT $3::boolean OR w.ended_at IS NULL AND t.timeout_at < app_now())
    AND ($4::uuid IS NULL OR w.task_id = $4) AND ($5::uuid IS NULL OR w.id < $5)
    AND ($7::uuid[] IS NULL OR t.account_id = ANY ($7))
  ORDER BY w.id DESC LIMIT $6`;

/** $1 accounts or null for all, $2 the last id of the page before, $3 limit. Tasks whose work is accepted and has not ended. */
export const SELECT_POLLED_TASKS = `
  SELECT w.task_id AS id FROM creator_work w JOIN content_generation g ON g.id = w.task_id
  WHERE w.ended_at IS NULL AND w.external_id IS NOT NULL AND w.task_id > $2 AND ($1::uuid[] IS NULL OR g.account_id = ANY ($1))
  ORDER BY w.task_id LIMIT $3`;

/** $1 limit. Closes hand-overs whose task ended without them: by its time limit, its failure or a cancellation. One process gets each. */
export const CLOSE_ABANDONED_WORKS = `
  WITH abandoned AS MATERIALIZED (
    SELECT w.id, t.status FROM creator_work w JOIN content_generation_tasks t ON t.id = w.task_id
    WHERE w.ended_at IS NULL AND t.completed_at IS NOT NULL
    ORDER BY w.id LIMIT $1 FOR UPDATE OF w SKIP LOCKED)
  UPDATE creator_work w SET ended_at = app_clock(), error = 'The task ended as ' || a.status || ' before this work.',
         state = CASE WHEN a.status = 'cancelled' AND w.external_id IS NOT NULL THEN 'cancelled' ELSE 'given_up' END
  FROM abandoned a WHERE w.id = a.id
  RETURNING w.task_id AS "taskId", w.creator, w.external_id AS "externalId"`;
