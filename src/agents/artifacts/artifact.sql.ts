/**
 * $1 task, $2 epoch, $3 owner, $4 name, $5 content, $6 how many an attempt may have. A name given again is replaced; no row: the
 * lease is lost, or there are too many.
 */
export const STORE_ARTIFACT = `
  WITH mine AS MATERIALIZED (
    SELECT id, attempt FROM tasks WHERE id = $1 AND lease_epoch = $2 AND lease_owner = $3 FOR NO KEY UPDATE)
  INSERT INTO task_artifacts (task_id, lease_epoch, name, attempt, bytes, content, created_at)
  SELECT id, $2, $4, attempt, octet_length($5::bytea), $5, app_now() FROM mine
  WHERE (SELECT count(*) FROM task_artifacts WHERE task_id = $1 AND lease_epoch = $2 AND name <> $4) < $6::int
  ON CONFLICT (task_id, lease_epoch, name) DO UPDATE SET bytes = excluded.bytes, content = excluded.content, created_at = excluded.created_at
  RETURNING bytes`;

/** $1 task. Those of the last attempt first. */
export const SELECT_ARTIFACTS = `
  SELECT name, attempt, lease_epoch AS epoch, bytes, created_at AS "createdAt" FROM task_artifacts WHERE task_id = $1
  ORDER BY lease_epoch DESC, name`;

/** $1 task, $2 name. That of the last attempt that has one. */
export const SELECT_ARTIFACT = `
  SELECT content FROM task_artifacts WHERE task_id = $1 AND name = $2 ORDER BY lease_epoch DESC LIMIT 1`;
