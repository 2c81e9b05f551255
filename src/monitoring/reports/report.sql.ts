/** Statements for the reports. */

/** $1 tasks. All audit rows, ordered per task. */
export const SELECT_STEPS = `
  SELECT task_id AS "taskId", version, generation, attempt, lease_epoch AS epoch, to_status AS "to", reason, actor, detail, at
  FROM task_audit WHERE task_id = ANY ($1::uuid[]) ORDER BY task_id, version`;

/** By the clock that wrote the audit. */
export const SELECT_NOW = `SELECT app_now() AS now`;

/** $1 task. */
export const COUNT_LOG_LEVELS = `SELECT level, count(*)::int AS count FROM task_logs WHERE task_id = $1 GROUP BY level`;

/** $1 task. */
export const SELECT_CHECKPOINTS = `SELECT step, attempt, at FROM task_steps WHERE task_id = $1 ORDER BY at, step`;

/** $1 task. Facts stored with its content; no row without a content. */
export const SELECT_CONTENT_FACTS = `
  SELECT checks, provenance -> 'usage' AS usage FROM contents WHERE generation_task_id = $1`;

/** $1 batch. */
export const SELECT_MEMBERS = `SELECT id, name, error ->> 'code' AS "errorCode" FROM tasks WHERE parent_id = $1 ORDER BY id`;
