/** Batches. The trigger `task_finished` writes their counters, in the transaction that ends a task. */

/**
 * $1 id, $2 name, $3 number of tasks, $4 principal, $5 key or null, $6 hash of the request or null. No row: the key
 * was used before.
 */
export const INSERT_BATCH = `
  INSERT INTO task_batches (id, name, total, created_by, idempotency_key, request_hash, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, app_now())
  ON CONFLICT (created_by, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
  RETURNING id`;

/** $1 principal, $2 key. Task ids in ascending order, which is the order of the plan (batch-planner.ts). */
export const SELECT_EXISTING_BATCH = `
  SELECT b.id, b.request_hash AS "requestHash", ARRAY(SELECT t.id::text FROM tasks t WHERE t.parent_id = b.id ORDER BY t.id) AS "taskIds"
  FROM task_batches b WHERE b.created_by = $1 AND b.idempotency_key = $2`;

/** $1 id. */
export const SELECT_BATCH = `
  SELECT id, name, total, completed, failed, cancelled, created_by AS "createdBy", created_at AS "createdAt", done_at AS "doneAt"
  FROM task_batches WHERE id = $1`;
