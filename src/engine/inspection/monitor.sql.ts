import { hasStatus } from '../task-status.sql.ts';

/** Reads of the task monitor. */

/**
 * $1 seconds, $2 name or null, $3 limit. Tasks that ended with a failure within the time, by the fingerprint of its cause, the most
 * frequent first. The message and the task are those of the newest.
 */
export const SELECT_FAILURE_GROUPS = `
  SELECT coalesce(error ->> 'fingerprint', 'unknown') AS fingerprint, count(*)::int AS count, count(DISTINCT name)::int AS names,
         min(terminal_at) AS "firstAt", max(terminal_at) AS "lastAt",
         (array_agg(name ORDER BY terminal_at DESC))[1] AS "taskName", (array_agg(id ORDER BY terminal_at DESC))[1] AS "executionId",
         (array_agg(error ->> 'class' ORDER BY terminal_at DESC))[1] AS "class", (array_agg(error ->> 'code' ORDER BY terminal_at DESC))[1] AS code,
         (array_agg(error ->> 'message' ORDER BY terminal_at DESC))[1] AS message
  FROM tasks
  WHERE status IN ('failed', 'timeout') AND terminal_at >= app_now() - make_interval(secs => $1) AND ($2::text IS NULL OR name = $2)
  GROUP BY 1 ORDER BY 2 DESC, max(terminal_at) DESC LIMIT $3`;

const longestWaiting = (status: string): string => `(SELECT id FROM tasks WHERE ${hasStatus(status)} ORDER BY run_at, id LIMIT $1)`;

/**
 * $1 limit. Tasks that have not started, those that could have started longest ago first. Each status has its partial index; for both
 * in one condition PostgreSQL reads the whole table (120 instead of 4 ms with 20,000 of a million tasks).
 */
export const SELECT_PENDING = `
  SELECT id AS "executionId", name AS "taskName", queue, status, priority, attempt, run_at AS "runAt", created_at AS "createdAt",
         open_dependencies AS "openDependencies",
         CASE WHEN status = 'submitted' THEN round(greatest(extract(epoch FROM app_now() - run_at), 0) * 1000)::float8 END AS "waitingMs"
  FROM tasks WHERE id = ANY (ARRAY(${longestWaiting('pending')} UNION ALL ${longestWaiting('submitted')})) ORDER BY run_at, id LIMIT $1`;
