/**
 * $1 operation, $2 step, $3 hash of the start of the page, $4 receipt. No row: the operation has ended, or the page is
 * already processed.
 */
export const INSERT_PAGE = `
  WITH mine AS MATERIALIZED (SELECT id, attempt FROM tasks WHERE id = $1 AND status = 'running' FOR NO KEY UPDATE)
  INSERT INTO task_steps (task_id, step, input_hash, output, attempt, at)
  SELECT id, $2, $3, $4::jsonb, attempt, app_now() FROM mine
  ON CONFLICT DO NOTHING
  RETURNING task_id`;
