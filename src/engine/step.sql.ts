/**
 * $1 tasks, $2 steps, $3 hashes of their inputs: one answer for each, in order. `found` is false for a step that was not done. LATERAL
 * and OFFSET 0 make it one index probe for each: a plan made while the table was small would go on reading all of it.
 */
export const SELECT_STEPS = `
  SELECT s.output, s.output IS NOT NULL AS found
  FROM unnest($1::uuid[], $2::text[], $3::bytea[]) WITH ORDINALITY AS r (task_id, step, input_hash, n)
  LEFT JOIN LATERAL (
    SELECT output FROM task_steps WHERE task_id = r.task_id AND step = r.step AND input_hash = r.input_hash OFFSET 0) s ON true
  ORDER BY r.n`;

/** $1 tasks, $2 epochs, $3 steps, $4 hashes of their inputs, $5 outputs, $6 attempts. Steps of an older epoch match no row. */
export const INSERT_STEPS = `
  WITH mine AS MATERIALIZED (
    SELECT r.* FROM unnest($1::uuid[], $2::int[], $3::text[], $4::bytea[], $5::jsonb[], $6::smallint[])
      AS r (id, epoch, step, input_hash, output, attempt)
    JOIN tasks t ON t.id = r.id WHERE t.lease_epoch = r.epoch AND t.status = 'running' ORDER BY t.id FOR NO KEY UPDATE OF t)
  INSERT INTO task_steps (task_id, step, input_hash, output, attempt, at)
  SELECT id, step, input_hash, output, attempt, app_now() FROM mine
  ON CONFLICT DO NOTHING`;
