import { AGE_LIMIT as LIMIT, ID_AT_AGE_LIMIT as BELOW_LIMIT } from '../../platform/database/age-limit.ts';
import { SWEEP_ROWS } from '../sweep-pages.ts';

/** A live task depends on it, or shows it. */
const AWAITED = `EXISTS (SELECT FROM task_dependencies d JOIN tasks w ON w.id = d.task_id WHERE d.depends_on = t.id AND w.terminal_at IS NULL)`;

/** A condition for each foreign key to tasks, of any module: rows that others reference are kept. */
export const SELECT_REFERENCES = `
  SELECT format('EXISTS (SELECT FROM %s r WHERE r.%I = t.id)', c.conrelid::regclass, a.attname) AS condition
  FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
  WHERE c.contype = 'f' AND c.confrelid = 'tasks'::regclass ORDER BY 1`;

/** $1 seconds since the end. `references`: conditions of SELECT_REFERENCES. */
export function countEnded(references: readonly string[]): string {
  return `
  SELECT CASE WHEN ${AWAITED} THEN 'awaited' WHEN ${anyOf(references)} THEN 'referenced' ELSE 'eligible' END AS verdict, count(*)::int AS count
  FROM tasks t WHERE t.id < ${BELOW_LIMIT} AND t.terminal_at < ${LIMIT} GROUP BY 1`;
}

/**
 * $1 seconds since the end, $2 only ids above this one. Deletes tasks with all their rows. Events have their own
 * retention. SKIP LOCKED: a task that is being retried, or that another task is about to depend on, is not old.
 */
export function deleteEnded(references: readonly string[]): string {
  return `
  WITH ended AS MATERIALIZED (
    SELECT t.id FROM tasks t
    WHERE t.id > $2 AND t.id < ${BELOW_LIMIT} AND t.terminal_at < ${LIMIT} AND NOT ${AWAITED} AND NOT ${anyOf(references)}
    ORDER BY t.id LIMIT ${SWEEP_ROWS} FOR UPDATE OF t SKIP LOCKED),
  audit AS (DELETE FROM task_audit WHERE task_id = ANY (ARRAY(SELECT id FROM ended))),
  logs AS (DELETE FROM task_logs WHERE task_id = ANY (ARRAY(SELECT id FROM ended))),
  artifacts AS (DELETE FROM task_artifacts WHERE task_id = ANY (ARRAY(SELECT id FROM ended))),
  steps AS (DELETE FROM task_steps WHERE task_id = ANY (ARRAY(SELECT id FROM ended))),
  waited AS (
    DELETE FROM task_dependencies WHERE task_id = ANY (ARRAY(SELECT id FROM ended)) OR depends_on = ANY (ARRAY(SELECT id FROM ended)))
  DELETE FROM tasks WHERE id = ANY (ARRAY(SELECT id FROM ended))
  RETURNING id`;
}

/**
 * $1 seconds since the end, $2 only ids above this one. Deletes logs, checkpoints and files of tasks that other
 * records need. The row, kept unchanged by a trigger, and its audit stay: the view content_generation_tasks reads the
 * row. Locked, because a manual retry uses the checkpoints.
 */
export function deleteDetails(references: readonly string[]): string {
  const has = (table: string): string => `EXISTS (SELECT FROM ${table} d WHERE d.task_id = t.id)`;
  return `
  WITH trimmed AS MATERIALIZED (
    SELECT t.id FROM tasks t
    WHERE t.id > $2 AND t.id < ${BELOW_LIMIT} AND t.terminal_at < ${LIMIT} AND ${anyOf(references)}
      AND (${has('task_logs')} OR ${has('task_steps')} OR ${has('task_artifacts')})
    ORDER BY t.id LIMIT ${SWEEP_ROWS} FOR NO KEY UPDATE OF t SKIP LOCKED),
  logs AS (DELETE FROM task_logs WHERE task_id = ANY (ARRAY(SELECT id FROM trimmed))),
  steps AS (DELETE FROM task_steps WHERE task_id = ANY (ARRAY(SELECT id FROM trimmed))),
  artifacts AS (DELETE FROM task_artifacts WHERE task_id = ANY (ARRAY(SELECT id FROM trimmed)))
  SELECT id FROM trimmed`;
}

function anyOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'false' : `(${conditions.join(' OR ')})`;
}

/**
 * $1 seconds. Batches that were done before, without younger tasks. Tasks that other records need are kept without
 * their batch: a batch of articles would otherwise be kept as long as its contents, which are never deleted.
 */
export const DELETE_BATCHES = `
  WITH gone AS MATERIALIZED (
    SELECT b.id FROM task_batches b
    WHERE b.done_at < ${LIMIT}
      AND NOT EXISTS (SELECT FROM tasks t WHERE t.parent_id = b.id AND (t.terminal_at IS NULL OR t.terminal_at >= ${LIMIT}))
    ORDER BY b.id LIMIT ${SWEEP_ROWS} FOR UPDATE SKIP LOCKED)
  DELETE FROM task_batches WHERE id = ANY (ARRAY(SELECT id FROM gone))
  RETURNING id`;

/** $1 seconds, $2 only ids above this one. */
export const CLEAR_KEYS = `
  WITH old AS MATERIALIZED (
    SELECT t.id FROM tasks t
    WHERE t.id > $2 AND t.id < ${BELOW_LIMIT} AND t.created_at < ${LIMIT} AND t.idempotency_key IS NOT NULL
    ORDER BY t.id LIMIT ${SWEEP_ROWS} FOR NO KEY UPDATE SKIP LOCKED)
  UPDATE tasks SET idempotency_key = NULL, request_hash = NULL WHERE id = ANY (ARRAY(SELECT id FROM old))
  RETURNING id`;

/** $1 seconds. */
export const CLEAR_BATCH_KEYS = `
  UPDATE task_batches SET idempotency_key = NULL, request_hash = NULL WHERE idempotency_key IS NOT NULL AND created_at < ${LIMIT}`;
