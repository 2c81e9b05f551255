import { clockAfter, LOCKED_AT } from '../platform/database/locked-clock.ts';
import { RANK_AT } from './transition.sql.ts';

/** Dependencies of tasks. The trigger `task_finished` releases dependents in the transaction that ends a task. */

/**
 * $1 ids: the status of tasks that become dependencies. FOR SHARE waits for a transaction that is ending one of them, and keeps
 * the others from ending before the dependency is stored.
 */
export const LOCK_DEPENDENCIES = `SELECT id, status FROM tasks WHERE id = ANY ($1::uuid[]) ORDER BY id FOR SHARE`;

/** $1 rows {taskId, dependsOn, onFailure, open}. One that is not open is stored for a manual retry of the task it depends on. */
export const INSERT_DEPENDENCIES = `
  INSERT INTO task_dependencies (task_id, depends_on, on_failure, released_at)
  SELECT "taskId", "dependsOn", "onFailure", CASE WHEN open THEN NULL ELSE app_clock() END
  FROM json_to_recordset($1::json) AS r ("taskId" uuid, "dependsOn" uuid, "onFailure" text, open boolean)`;

/**
 * $1 ids. Locks the tasks of a manual retry, what they depend on and what waits for them, in the order of the ids as a
 * completion does. The statements after it see every dependency that was committed before.
 */
export const LOCK_FOR_RETRY = `
  SELECT id FROM tasks WHERE status <> 'completed' AND id = ANY (ARRAY(
    SELECT unnest($1::uuid[])
    UNION SELECT depends_on FROM task_dependencies WHERE task_id = ANY ($1::uuid[])
    UNION SELECT task_id FROM task_dependencies WHERE depends_on = ANY ($1::uuid[]) AND released_at IS NOT NULL AND on_failure = 'run'))
  ORDER BY id FOR NO KEY UPDATE`;

/**
 * $1 ids, $2 actor, $3 params or null to keep them, $4 whether to ignore dependencies, $5 the step to repeat with those after
 * it, or null. A manual retry starts a new generation with every budget reset. The epoch stays and rises at the next claim;
 * writes of an attempt of the old generation match no lease.
 *
 * A dependency is open again unless it completed, or ended and the task runs anyway. One that is retried in the same
 * statement has not ended. A task that never started keeps a run_at in the future; otherwise run_at is the backoff of a retry.
 */
export const MANUAL_RETRY = `
  WITH ended AS MATERIALIZED (
    SELECT id, generation FROM tasks WHERE id = ANY ($1::uuid[]) AND status IN ('failed', 'timeout', 'cancelled')
    ORDER BY id FOR NO KEY UPDATE),
  ${clockAfter('ended')},
  needs AS MATERIALIZED (
    SELECT d.task_id, d.depends_on, ended.generation,
           NOT $4::boolean AND o.status <> 'completed'
             AND (o.terminal_at IS NULL OR d.on_failure <> 'run' OR o.id = ANY (ARRAY(SELECT id FROM ended))) AS open
    FROM ended JOIN task_dependencies d ON d.task_id = ended.id JOIN tasks o ON o.id = d.depends_on),
  updated AS (
    UPDATE task_dependencies d SET released_at = CASE WHEN needs.open THEN NULL ELSE coalesce(d.released_at, ${LOCKED_AT}) END,
           ignored_in_generations = CASE WHEN $4::boolean THEN d.ignored_in_generations || (needs.generation + 1)::smallint ELSE d.ignored_in_generations END
    FROM needs WHERE d.task_id = needs.task_id AND d.depends_on = needs.depends_on),
  deleted_steps AS (
    DELETE FROM task_steps s USING ended
    WHERE s.task_id = ended.id AND s.at >= (SELECT min(at) FROM task_steps f WHERE f.task_id = ended.id AND f.step = $5::text)),
  again AS MATERIALIZED (
    SELECT t.id, coalesce(n.open, 0) AS open, CASE WHEN t.started_at IS NULL THEN greatest(t.run_at, ${LOCKED_AT}) ELSE ${LOCKED_AT} END AS run_at
    FROM ended JOIN tasks t ON t.id = ended.id
    LEFT JOIN (SELECT task_id, count(*)::int AS open FROM needs WHERE open GROUP BY task_id) n ON n.task_id = t.id)
  UPDATE tasks t SET status = CASE WHEN again.open > 0 OR again.run_at > ${LOCKED_AT} THEN 'pending' ELSE 'submitted' END,
         generation = t.generation + 1, attempt = 0, rejections = 0, crash_count = 0, release_count = 0,
         params = coalesce($3::jsonb, t.params), result = NULL, progress = NULL, step = NULL, terminal_at = NULL,
         run_at = again.run_at, ${RANK_AT('again.run_at')}, expires_at = ${LOCKED_AT} + (t.expires_at - t.created_at),
         open_dependencies = again.open, version = t.version + 1, reason = 'manual_retry', actor = $2
  FROM again WHERE t.id = again.id
  RETURNING t.id, t.status, t.queue, t.lease_epoch AS epoch, t.priority`;

/**
 * $1 ids that were retried. Dependents with the policy run that have not started wait for them again. With another policy
 * the failure never released a dependent.
 */
export const REARM_DEPENDENTS = `
  WITH released AS MATERIALIZED (
    SELECT d.task_id, d.depends_on FROM task_dependencies d JOIN tasks t ON t.id = d.task_id
    WHERE d.depends_on = ANY ($1::uuid[]) AND d.released_at IS NOT NULL AND d.on_failure = 'run' AND t.status = 'pending'
      AND t.generation <> ALL (d.ignored_in_generations)
      AND NOT EXISTS (SELECT FROM task_audit a WHERE a.task_id = t.id AND a.generation = t.generation AND a.to_status = 'running')),
  waiting AS MATERIALIZED (
    SELECT t.id, r.count FROM (SELECT task_id, count(*)::int AS count FROM released GROUP BY task_id) r
    JOIN tasks t ON t.id = r.task_id ORDER BY t.id FOR NO KEY UPDATE OF t),
  armed AS (
    UPDATE task_dependencies d SET released_at = NULL FROM released r WHERE d.task_id = r.task_id AND d.depends_on = r.depends_on)
  UPDATE tasks t SET open_dependencies = t.open_dependencies + w.count FROM waiting w WHERE t.id = w.id`;
