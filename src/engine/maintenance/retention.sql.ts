import { AGE_LIMIT as LIMIT, ID_AT_AGE_LIMIT as BELOW_LIMIT } from '../../platform/database/age-limit.ts';
import { SWEEP_ROWS } from '../sweep-pages.ts';

/** Rows that one statement reads at most. Kept rows cost time too: tasks of contents are kept for ever. */
const INSPECTED_ROWS = 2_000;

/**
 * A live task depends on it, or shows it. OFFSET 0 here and below: PostgreSQL probes an index for each row. It may otherwise read the
 * whole other table for a page.
 */
const AWAITED = `EXISTS (SELECT FROM task_dependencies d JOIN tasks w ON w.id = d.task_id WHERE d.depends_on = t.id AND w.terminal_at IS NULL OFFSET 0)`;

/** A condition for each foreign key to tasks, of any module: rows that others reference are kept. */
export const SELECT_REFERENCES = `
  SELECT format('EXISTS (SELECT FROM %s r WHERE r.%I = t.id OFFSET 0)', c.conrelid::regclass, a.attname) AS condition
  FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
  WHERE c.contype = 'f' AND c.confrelid = 'tasks'::regclass ORDER BY 1`;

/** $1 seconds since the end. `references`: conditions of SELECT_REFERENCES. */
export function countEnded(references: readonly string[]): string {
  return `
  SELECT CASE WHEN ${AWAITED} THEN 'awaited' WHEN ${anyOf(references)} THEN 'referenced' ELSE 'eligible' END AS verdict, count(*)::int AS count
  FROM tasks t WHERE t.id < ${BELOW_LIMIT} AND t.terminal_at < ${LIMIT} GROUP BY 1`;
}

/**
 * $2 only ids above this one. `inspected`: the ids that a statement reads, whether or not it changes their rows. The index on the
 * id answers it alone.
 */
const INSPECT = (from: string): string => `
  WITH inspected AS MATERIALIZED (
    SELECT id FROM ${from} AND id > $2 ORDER BY id LIMIT ${INSPECTED_ROWS}),
  last AS MATERIALIZED (SELECT id FROM inspected ORDER BY id DESC LIMIT 1)`;
const OLD_TASKS = `tasks WHERE id < ${BELOW_LIMIT}`;
const INSPECTED = (row: string): string => `${row}.id > $2 AND ${row}.id <= (SELECT id FROM last)`;

/** A page: how many rows it changed, and the id after which the next page begins, null after the last. */
const PAGE = (changed: string): string => `
  SELECT (SELECT count(*)::int FROM ${changed}) AS changed,
         CASE WHEN (SELECT count(*) FROM ${changed}) = ${SWEEP_ROWS} THEN (SELECT id FROM ${changed} ORDER BY id DESC LIMIT 1)
              WHEN (SELECT count(*) FROM inspected) = ${INSPECTED_ROWS} THEN (SELECT id FROM last) END AS next`;

/**
 * $1 seconds since the end, $2 only ids above this one. Deletes tasks with all their rows. Events have their own
 * retention. SKIP LOCKED: a task that is being retried, or that another task is about to depend on, is not old.
 */
export function deleteEnded(references: readonly string[]): string {
  return `${INSPECT(OLD_TASKS)},
  ended AS MATERIALIZED (
    SELECT t.id FROM tasks t
    WHERE ${INSPECTED('t')} AND t.terminal_at < ${LIMIT} AND NOT ${AWAITED} AND NOT ${anyOf(references)}
    ORDER BY t.id LIMIT ${SWEEP_ROWS} FOR UPDATE OF t SKIP LOCKED),
  audit AS (DELETE FROM task_audit WHERE task_id = ANY (ARRAY(SELECT id FROM ended))),
  logs AS (DELETE FROM task_logs WHERE task_id = ANY (ARRAY(SELECT id FROM ended))),
  artifacts AS (DELETE FROM task_artifacts WHERE task_id = ANY (ARRAY(SELECT id FROM ended))),
  steps AS (DELETE FROM task_steps WHERE task_id = ANY (ARRAY(SELECT id FROM ended))),
  waited AS (
    DELETE FROM task_dependencies WHERE task_id = ANY (ARRAY(SELECT id FROM ended)) OR depends_on = ANY (ARRAY(SELECT id FROM ended))),
  deleted AS (DELETE FROM tasks WHERE id = ANY (ARRAY(SELECT id FROM ended)) RETURNING id)
  ${PAGE('deleted')}`;
}

/**
 * $1 seconds since the end, $2 only ids above this one. Deletes logs, checkpoints and files of tasks that other
 * records need. The row, kept unchanged by a trigger, and its audit stay: the view content_generation_tasks reads the
 * row. Locked, because a manual retry uses the checkpoints.
 */
export function deleteDetails(references: readonly string[]): string {
  const has = (table: string): string => `EXISTS (SELECT FROM ${table} d WHERE d.task_id = t.id OFFSET 0)`;
  return `${INSPECT(OLD_TASKS)},
  trimmed AS MATERIALIZED (
    SELECT t.id FROM tasks t
    WHERE ${INSPECTED('t')} AND t.terminal_at < ${LIMIT} AND ${anyOf(references)}
      AND (${has('task_logs')} OR ${has('task_steps')} OR ${has('task_artifacts')})
    ORDER BY t.id LIMIT ${SWEEP_ROWS} FOR NO KEY UPDATE OF t SKIP LOCKED),
  logs AS (DELETE FROM task_logs WHERE task_id = ANY (ARRAY(SELECT id FROM trimmed))),
  steps AS (DELETE FROM task_steps WHERE task_id = ANY (ARRAY(SELECT id FROM trimmed))),
  artifacts AS (DELETE FROM task_artifacts WHERE task_id = ANY (ARRAY(SELECT id FROM trimmed)))
  ${PAGE('trimmed')}`;
}

function anyOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'false' : `(${conditions.join(' OR ')})`;
}

/**
 * $1 seconds, $2 only ids above this one. Batches that were done before, without younger tasks. Tasks that other records need are
 * kept without their batch: a batch of articles would otherwise be kept as long as its contents, which are never deleted.
 */
export const DELETE_BATCHES = `${INSPECT('task_batches WHERE true')},
  gone AS MATERIALIZED (
    SELECT b.id FROM task_batches b
    WHERE ${INSPECTED('b')} AND b.done_at < ${LIMIT}
      AND NOT EXISTS (SELECT FROM tasks t WHERE t.parent_id = b.id AND (t.terminal_at IS NULL OR t.terminal_at >= ${LIMIT}))
    ORDER BY b.id LIMIT ${SWEEP_ROWS} FOR UPDATE SKIP LOCKED),
  deleted AS (DELETE FROM task_batches WHERE id = ANY (ARRAY(SELECT id FROM gone)) RETURNING id)
  ${PAGE('deleted')}`;

/**
 * $1 seconds, $2 only ids above this one. `clearTo`: the last id of the page before which no key is left; null when the first row
 * has one. A key is left on a locked row, and on a row that was written some time after its id was made.
 */
export const CLEAR_KEYS = `${INSPECT(OLD_TASKS)},
  old AS MATERIALIZED (
    SELECT t.id FROM tasks t
    WHERE ${INSPECTED('t')} AND t.created_at < ${LIMIT} AND t.idempotency_key IS NOT NULL
    ORDER BY t.id LIMIT ${SWEEP_ROWS} FOR NO KEY UPDATE SKIP LOCKED),
  kept AS MATERIALIZED (
    SELECT t.id FROM tasks t
    WHERE ${INSPECTED('t')} AND t.idempotency_key IS NOT NULL AND t.id <> ALL (ARRAY(SELECT id FROM old)) ORDER BY t.id LIMIT 1),
  cleared AS (
    UPDATE tasks SET idempotency_key = NULL, request_hash = NULL WHERE id = ANY (ARRAY(SELECT id FROM old))
    RETURNING id)
  ${PAGE('cleared')},
         (SELECT id FROM inspected WHERE NOT EXISTS (SELECT FROM kept WHERE kept.id <= inspected.id) ORDER BY id DESC LIMIT 1) AS "clearTo"`;

/** $1 seconds. */
export const CLEAR_BATCH_KEYS = `
  UPDATE task_batches SET idempotency_key = NULL, request_hash = NULL WHERE idempotency_key IS NOT NULL AND created_at < ${LIMIT}`;
