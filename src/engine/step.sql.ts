/** $1 task, $2 step, $3 hash of its inputs. */
export const SELECT_STEP = `SELECT output FROM task_steps WHERE task_id = $1 AND step = $2 AND input_hash = $3`;

/** $1 task, $2 epoch, $3 step, $4 hash of its inputs, $5 output, $6 attempt. */
export const INSERT_STEP = `
  WITH mine AS MATERIALIZED (SELECT id FROM tasks WHERE id = $1 AND lease_epoch = $2 AND status = 'running' FOR NO KEY UPDATE)
  INSERT INTO task_steps (task_id, step, input_hash, output, attempt, at)
  SELECT id, $3, $4, $5::jsonb, $6, app_now() FROM mine
  ON CONFLICT DO NOTHING`;
