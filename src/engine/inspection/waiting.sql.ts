import { QUEUE_COUNT_LIMIT } from '../../core/task/blockers.ts';

const READY = "o.status = 'submitted' AND o.crash_count = 0 AND o.queue = t.queue";
const FIRST_NAME = (after: string) =>
  `SELECT o.name FROM tasks o WHERE ${READY} AND o.dispatch_group IS NULL${after} ORDER BY o.name, o.rank, o.id LIMIT 1`;
const AHEAD = '(o.rank, o.id) < (t.rank, t.id)';

/** Each arm has its partial index. That of the tasks without a group has the name before the rank, so it is read name by name. */
const COUNT_AHEAD = `
    WITH RECURSIVE names (name) AS (
      (${FIRST_NAME('')}) UNION ALL SELECT (${FIRST_NAME(' AND o.name > names.name')}) FROM names WHERE names.name IS NOT NULL)
    SELECT count(*)::int FROM (
      SELECT FROM names CROSS JOIN LATERAL (
        SELECT FROM tasks o WHERE ${READY} AND o.dispatch_group IS NULL AND o.name = names.name AND ${AHEAD} LIMIT ${QUEUE_COUNT_LIMIT}) one
      UNION ALL
      (SELECT FROM tasks o WHERE ${READY} AND o.dispatch_group IS NOT NULL AND ${AHEAD} LIMIT ${QUEUE_COUNT_LIMIT})
      LIMIT ${QUEUE_COUNT_LIMIT}) ahead`;

/** $1 task: its position and its queue now. The order is that of claims: by rank, then by id. */
export const SELECT_WAITING = `
  SELECT t.lease_expires_at AS "leaseExpiresAt", app_now() AS now, t.status = 'pending' AND t.reason = 'snooze' AS snoozed,
    coalesce(t.limit_keys, '{}') AS keys, coalesce(t.capabilities, '{}') AS capabilities, t.crash_count AS crashes,
    (SELECT json_build_object('by', paused_by, 'at', paused_at) FROM queues WHERE name = t.queue AND paused_at IS NOT NULL) AS "queuePause",
    (SELECT json_build_object('by', paused_by, 'at', paused_at) FROM paused_definitions WHERE name = t.name) AS "definitionPause",
    CASE WHEN t.status <> 'submitted' OR t.crash_count > 0 THEN 0 ELSE (${COUNT_AHEAD}) END AS ahead,
    q.running AS "runningInQueue", q.workers AS "workersInQueue",
    (SELECT count(*)::int FROM agents
     WHERE kind = 'process' AND last_seen_at > app_now() - interval '15 s' AND t.name = ANY (task_names)) AS "knownBy",
    (SELECT count(*)::int FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'contenthub-beat') AS "workerProcesses"
  FROM tasks t CROSS JOIN LATERAL (
    SELECT count(*)::int AS running, count(DISTINCT o.lease_owner)::int AS workers FROM tasks o
    WHERE o.status IN ('assigned', 'running') AND o.queue = t.queue AND o.lease_expires_at > app_now()) q
  WHERE t.id = $1`;

/** $1 task: its dependencies. */
export const SELECT_DEPENDENCIES = `
  SELECT d.depends_on AS id, o.status, o.account_id AS "accountId", o.created_by AS "createdBy", d.released_at IS NULL AS open
  FROM task_dependencies d JOIN tasks o ON o.id = d.depends_on WHERE d.task_id = $1 ORDER BY d.depends_on`;
