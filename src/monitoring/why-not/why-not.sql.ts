import { QUEUE_COUNT_LIMIT } from '../../core/task/why-not.ts';

/** $1 task: itself, and what its queue is doing. In the order of claims: by rank, then by id. */
export const SELECT_WAITING = `
  SELECT t.lease_expires_at AS "leaseExpiresAt", app_now() AS now,
    CASE WHEN t.status <> 'submitted' THEN 0 ELSE (SELECT count(*)::int FROM (
      SELECT FROM tasks o WHERE o.status = 'submitted' AND o.queue = t.queue AND (o.rank, o.id) < (t.rank, t.id)
      LIMIT ${QUEUE_COUNT_LIMIT}) first) END AS ahead,
    q.running AS "runningInQueue", q.workers AS "workersInQueue",
    (SELECT count(*)::int FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'contenthub-beat') AS "workerProcesses"
  FROM tasks t CROSS JOIN LATERAL (
    SELECT count(*)::int AS running, count(DISTINCT o.lease_owner)::int AS workers FROM tasks o
    WHERE o.status IN ('assigned', 'running') AND o.queue = t.queue AND o.lease_expires_at > app_now()) q
  WHERE t.id = $1`;

/** $1 task: what it was told to wait for. */
export const SELECT_DEPENDENCIES = `
  SELECT d.depends_on AS id, o.status, d.released_at IS NULL AS open
  FROM task_dependencies d JOIN tasks o ON o.id = d.depends_on WHERE d.task_id = $1 ORDER BY d.depends_on`;
