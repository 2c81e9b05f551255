import { conditionsOf } from '../task-criteria.ts';
import { headStart } from '../rank.sql.ts';
import { SWEEP_ROWS } from '../sweep-pages.ts';
import type { BulkAction } from './bulk-action.ts';
import type { BulkSelection } from './bulk-selection.ts';

/**
 * Statements that select the tasks of a bulk operation. Their text depends only on which criteria are given; every value is a
 * parameter. The guarded statements change the selected tasks.
 */

export interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

/** The time of the selection: tasks submitted or ended later are left out. Read from the row, because a Date has only milliseconds. */
const AS_OF = 'coalesce((SELECT o.created_at FROM tasks o WHERE o.id = $1::uuid), app_now())';

/** SQL that yields 'eligible' or a SkipReason. `priority`: its parameter. */
const VERDICTS: Readonly<Record<BulkAction, (priority: string) => string>> = {
  cancel: () => `CASE WHEN t.terminal_at IS NULL THEN 'eligible' ELSE 'already_finished' END`,
  drain: () => `CASE WHEN t.terminal_at IS NOT NULL THEN 'already_finished'
                     WHEN t.status NOT IN ('pending', 'submitted') THEN 'already_started' ELSE 'eligible' END`,
  // The operation may have retried a task that ended after it began; it does not retry it twice.
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

/** Counts the selected tasks by verdict. */
export function countByVerdict(wanted: BulkSelection): Statement {
  const { verdict, where, values } = selection(wanted);
  return { text: `SELECT ${verdict} AS verdict, count(*)::int AS count FROM tasks t WHERE ${where} GROUP BY 1`, values };
}

/**
 * One page, from the newest to the oldest. A task is newer than its dependencies, so the operation reaches it before the end
 * of a dependency changes it, and a preview counts what the operation does.
 */
export function selectPage(wanted: BulkSelection, below: string): Statement {
  const { verdict, where, values } = selection(wanted);
  const key = `t.id < $${values.push(below)}::uuid`;
  return {
    text: `SELECT t.id, ${verdict} AS verdict FROM tasks t WHERE ${where} AND ${key} ORDER BY t.id DESC LIMIT ${SWEEP_ROWS}`,
    values,
  };
}

/** $1 ids, $2 priority. Only waiting tasks, because the order of claims concerns no others. No transition, so no new version (docs/adr/0013). */
export const REPRIORITISE_TASKS = `
  WITH waiting AS MATERIALIZED (
    SELECT id FROM tasks WHERE id = ANY ($1::uuid[]) AND status IN ('pending', 'submitted') ORDER BY id FOR NO KEY UPDATE)
  UPDATE tasks t SET priority = $2::smallint, rank = t.run_at - ${headStart('t.queue', '$2::smallint')}
  FROM waiting WHERE t.id = waiting.id
  RETURNING t.id`;

/** $1 operation. */
export const SELECT_SUBMISSION = `
  SELECT a.actor, t.created_at AS "submittedAt" FROM tasks t JOIN task_audit a ON a.task_id = t.id AND a.version = 1 WHERE t.id = $1`;
