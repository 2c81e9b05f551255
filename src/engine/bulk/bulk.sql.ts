import { conditionsOf, type TaskCriteria } from '../task-criteria.ts';
import { headStart } from '../rank.sql.ts';
import { SWEEP_ROWS } from '../sweep-pages.ts';
import type { BulkAction } from './bulk-action.ts';

/**
 * Statements that find the tasks a bulk operation is about. Their text depends only on which criteria there are; every value
 * travels as a parameter. What is done to the tasks found is done by the guarded statements.
 */

export interface BulkSelection {
  readonly action: BulkAction;
  readonly criteria: TaskCriteria;
  /** Of reprioritise. */
  readonly priority: number | null;
  /** The operation, whose time is the time of the set, and which is never part of it; null for a preview. */
  readonly operationId: string | null;
}

export interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

/** The set is that of this moment: what is submitted, or ends, later is left alone. Read from the row, which is finer than a Date. */
const AS_OF = 'coalesce((SELECT o.created_at FROM tasks o WHERE o.id = $1::uuid), app_now())';

/** In the words of SkipReason. `priority`: its parameter. */
const VERDICTS: Readonly<Record<BulkAction, (priority: string) => string>> = {
  cancel: () => `CASE WHEN t.terminal_at IS NULL THEN 'eligible' ELSE 'already_finished' END`,
  drain: () => `CASE WHEN t.terminal_at IS NOT NULL THEN 'already_finished'
                     WHEN t.status NOT IN ('pending', 'submitted') THEN 'already_started' ELSE 'eligible' END`,
  // What ended after the operation began was retried by it, perhaps, and is not retried twice.
  retry: () => `CASE WHEN t.terminal_at IS NULL OR t.terminal_at > ${AS_OF} THEN 'not_finished'
                     WHEN t.status = 'completed' THEN 'already_completed' ELSE 'eligible' END`,
  reprioritise: (priority) => `CASE WHEN t.terminal_at IS NOT NULL THEN 'already_finished'
                     WHEN t.status NOT IN ('pending', 'submitted') THEN 'already_started'
                     WHEN t.priority = ${priority}::smallint THEN 'unchanged' ELSE 'eligible' END`,
};

function selection({ action, criteria, priority, operationId }: BulkSelection): { verdict: string; where: string; values: unknown[] } {
  const values: unknown[] = [operationId];
  const verdict = VERDICTS[action](action === 'reprioritise' ? `$${values.push(priority)}` : '');
  const conditions = [`t.id IS DISTINCT FROM $1::uuid`, `t.created_at <= ${AS_OF}`, ...conditionsOf(criteria, values)];
  return { verdict, where: conditions.join(' AND '), values };
}

/** How many there are, by verdict. */
export function countByVerdict(wanted: BulkSelection): Statement {
  const { verdict, where, values } = selection(wanted);
  return { text: `SELECT ${verdict} AS verdict, count(*)::int AS count FROM tasks t WHERE ${where} GROUP BY 1`, values };
}

/**
 * One page, from the newest to the oldest: what waits for another task is younger than it, so it is met before the end of
 * that one can reach it, and what a preview counts is what happens.
 */
export function selectPage(wanted: BulkSelection, below: string): Statement {
  const { verdict, where, values } = selection(wanted);
  const key = `t.id < $${values.push(below)}::uuid`;
  return {
    text: `SELECT t.id, ${verdict} AS verdict FROM tasks t WHERE ${where} AND ${key} ORDER BY t.id DESC LIMIT ${SWEEP_ROWS}`,
    values,
  };
}

/** $1 ids, $2 priority. Only what waits: to the rest an order means nothing any more. No transition, so no new version (docs/adr/0013). */
export const REPRIORITISE_TASKS = `
  WITH waiting AS MATERIALIZED (
    SELECT id FROM tasks WHERE id = ANY ($1::uuid[]) AND status IN ('pending', 'submitted') ORDER BY id FOR NO KEY UPDATE)
  UPDATE tasks t SET priority = $2::smallint, rank = t.run_at - ${headStart('t.queue', '$2::smallint')}
  FROM waiting WHERE t.id = waiting.id
  RETURNING t.id`;

/** $1 operation. Who asked for it, as the audit calls them. */
export const SELECT_SUBMITTER = `SELECT actor FROM task_audit WHERE task_id = $1 AND version = 1`;
