const COLUMNS = `id, creator, external_id AS "externalId", state, started_at AS "startedAt", submitted_at AS "submittedAt"`;

/** $1 id, $2 task, $3 creator. No row when the task has an open hand-over. */
export const INSERT_WORK = `
  INSERT INTO creator_work (id, task_id, creator, started_at) VALUES ($1, $2, $3, app_clock())
  ON CONFLICT (task_id) WHERE ended_at IS NULL DO NOTHING RETURNING ${COLUMNS}`;

/** $1 task. */
export const SELECT_OPEN_WORK = `SELECT ${COLUMNS} FROM creator_work WHERE task_id = $1 AND ended_at IS NULL`;

/** $1 creator, $2 the id in its system, $3 the hand-over that asks. */
export const SELECT_IS_TAKEN = `SELECT FROM creator_work WHERE creator = $1 AND external_id = $2 AND id <> $3`;

/** $1 id, $2 the id in the other system. The first answer wins: a repeated request of a stale worker changes nothing. */
export const RECORD_SUBMITTED = `
  UPDATE creator_work SET external_id = $2, state = 'submitted', submitted_at = app_clock() WHERE id = $1 AND state = 'submitting'`;

/** $1 id of a hand-over whose request was not sent. */
export const DELETE_UNSENT_WORK = `DELETE FROM creator_work WHERE id = $1 AND state = 'submitting'`;

/** $1 id, $2 state, $3 error or null, $4 reported usage or null. */
export const END_WORK = `
  UPDATE creator_work SET state = $2, error = $3, usage = $4::jsonb, ended_at = app_clock() WHERE id = $1 AND ended_at IS NULL`;

/** $1 task, $2 the id in the other system, $3 state, $4 error or null, $5 reported usage or null. */
export const END_WORK_OF_TASK = `
  UPDATE creator_work SET state = $3, error = $4, usage = $5::jsonb, ended_at = app_clock()
  WHERE task_id = $1 AND external_id = $2 AND ended_at IS NULL RETURNING id`;

/**
 * $1 task, $2 the id in the other system, $3 error or null, $4 what becomes of the unreadable answers in a row: add, keep or reset.
 * Returns their number.
 */
export const COUNT_POLL = `
  UPDATE creator_work SET polls = polls + 1, poll_errors = poll_errors + ($3::text IS NOT NULL)::int, error = $3, polled_at = app_clock(),
         unreadable_polls = CASE $4 WHEN 'add' THEN unreadable_polls + 1 WHEN 'reset' THEN 0 ELSE unreadable_polls END
  WHERE task_id = $1 AND external_id = $2 AND ended_at IS NULL
  RETURNING unreadable_polls AS unreadable`;

/** $1 task, $2 the id in the other system, $3 error. The same for the text of completed work, which is no poll. */
export const COUNT_UNREADABLE_TEXT = `
  UPDATE creator_work SET poll_errors = poll_errors + 1, error = $3, unreadable_polls = unreadable_polls + 1
  WHERE task_id = $1 AND external_id = $2 AND ended_at IS NULL
  RETURNING unreadable_polls AS unreadable`;

/** $1 source, $2 message id. No row for a repeated message. */
export const INSERT_CALLBACK = `INSERT INTO webhook_inbox (source, id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id`;

/** $1 creator, $2 the id in its system. */
export const COUNT_CALLBACK = `
  UPDATE creator_work SET callbacks = callbacks + 1 WHERE creator = $1 AND external_id = $2 AND ended_at IS NULL RETURNING task_id AS "taskId"`;

/** A message is accepted within 300 s of its signature, so its id is needed for 600 s. */
export const DELETE_OLD_CALLBACKS = `
  WITH old AS MATERIALIZED (
    SELECT source, id FROM webhook_inbox WHERE received_at < app_now() - interval '1 hour' LIMIT 1000 FOR UPDATE SKIP LOCKED)
  DELETE FROM webhook_inbox w USING old WHERE w.source = old.source AND w.id = old.id RETURNING w.id`;
