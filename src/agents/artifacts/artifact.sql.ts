/**
 * $1 task, $2 epoch, $3 attempt, $4 name, $5 content, $6 the most an attempt may have. A separate statement
 * after the lock of the task, so it counts every artifact that was committed before. A known name is replaced; no row: too many.
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
