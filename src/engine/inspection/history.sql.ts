/** Reads of what tasks did, for reports. */

/** $1 tasks: all their transitions, in order. */
export const SELECT_STEPS = `
  SELECT task_id AS "taskId", version, generation, attempt, lease_epoch AS epoch, to_status AS "to", reason, actor, detail, at
  FROM task_audit WHERE task_id = ANY ($1::uuid[]) ORDER BY task_id, version`;

/** The clock that wrote the audit. */
export const SELECT_NOW = `SELECT app_now() AS now`;

/** $1 task. */
export const COUNT_LOG_LEVELS = `SELECT level, count(*)::int AS count FROM task_logs WHERE task_id = $1 GROUP BY level`;

/** $1 task. */
export const SELECT_CHECKPOINTS = `SELECT step, attempt, at FROM task_steps WHERE task_id = $1 ORDER BY at, step`;

/** $1 batch. */
export const SELECT_MEMBERS = `SELECT id, name, error ->> 'code' AS "errorCode" FROM tasks WHERE parent_id = $1 ORDER BY id`;
