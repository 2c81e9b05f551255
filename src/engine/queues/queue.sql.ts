import { AGENT_QUEUE } from '../../core/agent/agent-queue.ts';
import { READY_GROUPED, READY_UNGROUPED, readyNames } from '../ready.sql.ts';

/**
 * Statements about queues as a whole. A queue has a row in `queues` once an operator paused it or set its strategy. The claim
 * statements read that row, so a change applies in every process at its next claim.
 */

/** $1 queue, $2 at most so many: its first ready tasks. Each arm has its own partial index. */
export const SELECT_READY_TASKS = `
  WITH RECURSIVE ${readyNames('ungrouped', READY_UNGROUPED)}
  SELECT id, priority FROM (
    SELECT head.* FROM ungrouped u CROSS JOIN LATERAL (
      SELECT id, priority, rank FROM tasks WHERE ${READY_UNGROUPED} AND name = u.name ORDER BY rank, id LIMIT $2) head
    UNION ALL
    SELECT id, priority, rank FROM tasks WHERE ${READY_GROUPED}) ready
  ORDER BY ready.rank, id LIMIT $2`;

/** $1 milliseconds. */
export const SELECT_LATER = `SELECT app_now() + $1::float8 * interval '1 ms' AS at`;

const IS_AGENT_QUEUE = `queue ~ '^${AGENT_QUEUE}(-|$)'`;
const READY_BY_NAME = (condition: string) =>
  `SELECT queue, 'submitted' AS status, name, CASE WHEN ${IS_AGENT_QUEUE} THEN coalesce(capabilities, '{}') END AS capabilities,
          count(*) AS count, min(run_at) AS oldest
   FROM tasks WHERE status = 'submitted' AND ${condition} GROUP BY 1, 3, 4`;

/** Each arm has its partial index. */
const LIVE = `
  ${READY_BY_NAME('crash_count = 0 AND dispatch_group IS NULL')}
  UNION ALL ${READY_BY_NAME('crash_count = 0 AND dispatch_group IS NOT NULL')}
  UNION ALL ${READY_BY_NAME('crash_count > 0')}
  UNION ALL SELECT queue, CASE status WHEN 'assigned' THEN 'submitted' ELSE 'running' END, NULL, NULL, count(*), NULL FROM tasks
    WHERE status IN ('assigned', 'running') GROUP BY 1, 2
  UNION ALL SELECT queue, 'pending', NULL, NULL, count(*), NULL FROM tasks WHERE status = 'pending' GROUP BY 1`;

/**
 * $1 rows {capabilities} of the online agents. Every queue that has a row or tasks that are not final. `oldest`: from when the ready
 * task that waits longest could have started. `withoutHandler`: ready tasks whose name no live worker process has published in its
 * heartbeat, and ready tasks of agent queues whose capabilities no online agent has.
 */
export const SELECT_QUEUES = `
  WITH known AS MATERIALIZED (
    SELECT DISTINCT unnest(task_names) AS name FROM agents WHERE kind = 'process' AND last_seen_at > app_now() - interval '15 s'),
  live AS (
    SELECT l.*, l.name IS NOT NULL AND CASE WHEN l.capabilities IS NULL THEN k.name IS NULL ELSE NOT EXISTS (
      SELECT FROM json_to_recordset($1::json) AS a (capabilities text[]) WHERE a.capabilities @> l.capabilities) END AS unknown
    FROM (${LIVE}) l LEFT JOIN known k ON k.name = l.name)
  SELECT coalesce(q.name, l.queue) AS name, q.paused_at AS "pausedAt", q.paused_by AS "pausedBy", coalesce(q.strategy, 'priority') AS strategy,
         coalesce(sum(l.count) FILTER (WHERE l.status = 'pending'), 0)::int AS pending,
         coalesce(sum(l.count) FILTER (WHERE l.status = 'submitted'), 0)::int AS submitted,
         coalesce(sum(l.count) FILTER (WHERE l.status = 'running'), 0)::int AS running,
         coalesce(sum(l.count) FILTER (WHERE l.unknown), 0)::int AS "withoutHandler",
         CASE WHEN min(l.oldest) IS NOT NULL THEN greatest(extract(epoch FROM app_now() - min(l.oldest)) * 1000, 0)::float8 END AS "oldestWaitingMs"
  FROM live l FULL JOIN queues q ON q.name = l.queue
  GROUP BY 1, 2, 3, 4`;

/** Leases that expired over a minute ago: the rescuer takes a task back within 25 s of the loss of its worker. */
export const COUNT_OVERDUE_LEASES = `
  SELECT count(*)::int AS count FROM tasks WHERE status IN ('assigned', 'running') AND lease_expires_at < app_now() - interval '60 s'`;

/** $1 queue, $2 actor. A paused queue keeps the first actor. */
export const PAUSE_QUEUE = `
  INSERT INTO queues (name, paused_at, paused_by, updated_at) VALUES ($1, app_now(), $2, app_now())
  ON CONFLICT (name) DO UPDATE SET paused_at = excluded.paused_at, paused_by = excluded.paused_by, updated_at = excluded.updated_at
  WHERE queues.paused_at IS NULL
  RETURNING name`;

/** $1 queue. */
export const RESUME_QUEUE = `
  UPDATE queues SET paused_at = NULL, paused_by = NULL, updated_at = app_now() WHERE name = $1 AND paused_at IS NOT NULL
  RETURNING name`;
