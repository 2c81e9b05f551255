/** $1 task, $2 epoch, $3 owner. Returns its attempt; no row: the lease is lost. The lock serialises uploads of one attempt. */
export const LOCK_ATTEMPT = `
  SELECT attempt FROM tasks WHERE id = $1 AND lease_epoch = $2 AND lease_owner = $3 FOR NO KEY UPDATE`;

/**
 * $1 task, $2 epoch, $3 attempt, $4 name, $5 content, $6 limit of artifacts per attempt. A separate statement, so that
 * it counts what was stored when the lock was granted. An existing name is replaced. No row: the limit is reached.
 */
export const STORE_ARTIFACT = `
  INSERT INTO task_artifacts (task_id, lease_epoch, name, attempt, bytes, content, created_at)
  SELECT $1::uuid, $2::int, $4, $3, octet_length($5::bytea), $5, app_now()
  WHERE (SELECT count(*) FROM task_artifacts WHERE task_id = $1 AND lease_epoch = $2 AND name <> $4) < $6::int
  ON CONFLICT (task_id, lease_epoch, name) DO UPDATE SET bytes = excluded.bytes, content = excluded.content, created_at = excluded.created_at
  RETURNING bytes`;

/** $1 task. The artifacts of the last attempt first. */
export const SELECT_ARTIFACTS = `
  SELECT name, attempt, lease_epoch AS epoch, bytes, created_at AS "createdAt" FROM task_artifacts WHERE task_id = $1
  ORDER BY lease_epoch DESC, name`;

/** $1 task, $2 name. From the last attempt that has one. */
export const SELECT_ARTIFACT = `
  SELECT content FROM task_artifacts WHERE task_id = $1 AND name = $2 ORDER BY lease_epoch DESC LIMIT 1`;
