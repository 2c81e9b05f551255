import { POLLED_COLUMNS } from './claim.sql.ts';
import { clockAfter, LOCKED_AT } from '../platform/database/locked-clock.ts';
import { RANK_AT, RUNNING, SETTLED } from './transition.sql.ts';

/** Ends of attempts, by the name of their transition (core/task/states.ts); external work; progress. */

/** Changes leased tasks; the actor is their owner. $1 rows with id and epoch, $2 the actor of tasks without a lease. */
function settle(reason: string, columns: string, set: string, guard = RUNNING, locked: '' | 'SKIP LOCKED' = ''): string {
  return `
  WITH mine AS MATERIALIZED (
    SELECT r.* FROM json_to_recordset($1::json) AS r (id uuid, epoch int${columns}) JOIN tasks t ON t.id = r.id
    WHERE t.lease_epoch = r.epoch AND ${guard} ORDER BY t.id FOR NO KEY UPDATE OF t ${locked}),
  ${clockAfter('mine')}
  UPDATE tasks t SET ${set}, ${SETTLED}, reason = '${reason}', actor = coalesce(t.lease_owner, $2)
  FROM mine WHERE t.id = mine.id
  RETURNING t.id, t.status, mine.epoch`;
}

/** The attempt ended without crashing its process, so clear the crash count. */
const RESET_CRASHES = 'crash_count = 0';

/** Rows {id, epoch, result}. The epoch stays: it names the attempt that has effects. */
export const COMPLETE_TASKS = settle(
  'complete',
  ', result jsonb',
  `status = 'completed', result = mine.result, error = NULL, progress = 100, step = NULL, ${RESET_CRASHES}, terminal_at = ${LOCKED_AT}`,
);

/** $1 ids, $2 epochs: the attempts among these that completed. Distinguishes a lost lease from a lost reply. */
export const SELECT_COMPLETED = `
  SELECT r.id, r.epoch FROM unnest($1::uuid[], $2::int[]) AS r (id, epoch) JOIN tasks t ON t.id = r.id
  WHERE t.status = 'completed' AND t.lease_epoch = r.epoch`;

const AGAIN_AT = `${LOCKED_AT} + mine."delayMs" * interval '1 ms'`;

const REJECTED = (row: string) => `(${row}.error ->> 'class' = 'rejected')`;

/** Rows {id, epoch, delayMs, error}. A rejected result uses up a rejection and gives its attempt back. */
export const RETRY_TASKS = settle(
  'retry',
  ', "delayMs" bigint, error jsonb',
  `status = CASE WHEN mine."delayMs" > 0 THEN 'pending' ELSE 'submitted' END, run_at = ${AGAIN_AT}, ${RANK_AT(AGAIN_AT)},
       attempt = t.attempt - ${REJECTED('mine')}::int, rejections = t.rejections + ${REJECTED('mine')}::int, ${RESET_CRASHES},
       error = mine.error, lease_epoch = t.lease_epoch + 1`,
  `${RUNNING} AND CASE WHEN ${REJECTED('r')} THEN t.rejections < t.max_rejections ELSE t.attempt < t.max_attempts END`,
);

/** Rows {id, epoch, status, error}, where status is failed, timeout or cancelled. */
export const FAIL_TASKS = settle(
  'fail',
  ', status text, error jsonb',
  `status = mine.status, error = mine.error, lease_epoch = t.lease_epoch + 1, terminal_at = ${LOCKED_AT}`,
);

/** Rows {id, epoch, delayMs}: run again later. The attempt is given back. */
export const SNOOZE_TASKS = settle(
  'snooze',
  ', "delayMs" bigint',
  `status = 'pending', run_at = ${AGAIN_AT}, ${RANK_AT(AGAIN_AT)}, attempt = t.attempt - 1, lease_epoch = t.lease_epoch + 1`,
);

/**
 * $1 ids: run snoozed tasks now. No transition, as when their time comes: the promoter makes them ready. Tasks that wait for another
 * reason keep their time.
 */
export const RESUME_SNOOZED = `
  WITH snoozed AS MATERIALIZED (
    SELECT id FROM tasks WHERE id = ANY ($1::uuid[]) AND status = 'pending' AND reason = 'snooze' ORDER BY id FOR NO KEY UPDATE),
  ${clockAfter('snoozed')}
  UPDATE tasks t SET run_at = ${LOCKED_AT}, ${RANK_AT(LOCKED_AT)} FROM snoozed WHERE t.id = snoozed.id AND t.run_at > ${LOCKED_AT}
  RETURNING t.id`;

/**
 * Rows {id, epoch, externalId, pollAfterMs}: another system does the work. The lease ends and the slot is free. The
 * deadline and the epoch stay: the poller settles with that epoch.
 */
export const WAIT_TASKS = `
  WITH mine AS MATERIALIZED (
    SELECT r.* FROM json_to_recordset($1::json) AS r (id uuid, epoch int, "externalId" text, "pollAfterMs" bigint) JOIN tasks t ON t.id = r.id
    WHERE t.lease_epoch = r.epoch AND t.lease_owner IS NOT NULL AND ${RUNNING} ORDER BY t.id FOR NO KEY UPDATE OF t),
  ${clockAfter('mine')}
  UPDATE tasks t SET external_id = mine."externalId", poll_at = ${LOCKED_AT} + mine."pollAfterMs" * interval '1 ms',
         lease_owner = NULL, lease_expires_at = NULL, version = t.version + 1, reason = 'wait', actor = $2
  FROM mine WHERE t.id = mine.id
  RETURNING t.id, t.status`;

/** $1 limit, $2 ms until the next poll, $3 names that the poller knows. Tasks with external work whose poll is due; one poller at a time gets each. */
export const TAKE_POLLS = `
  WITH due AS MATERIALIZED (
    SELECT id FROM tasks WHERE external_id IS NOT NULL AND poll_at <= app_now() AND name = ANY ($3::text[])
    ORDER BY poll_at LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED),
  ${clockAfter('due')}
  UPDATE tasks t SET poll_at = ${LOCKED_AT} + $2::int * interval '1 ms'
  WHERE t.id = ANY (ARRAY(SELECT id FROM due))
  RETURNING ${POLLED_COLUMNS}, t.external_id AS "externalId", extract(epoch FROM ${LOCKED_AT} - t.started_at)::float8 AS "ranSeconds"`;

/** $1 ids: the next poll is due now, for tasks with external work. */
export const POLL_NOW = `
  WITH mine AS MATERIALIZED (
    SELECT id FROM tasks WHERE id = ANY ($1::uuid[]) AND external_id IS NOT NULL AND poll_at > app_now() ORDER BY id FOR NO KEY UPDATE)
  UPDATE tasks t SET poll_at = app_now() FROM mine WHERE t.id = mine.id
  RETURNING t.id`;

/** $1 id, $2 epoch, $3 ms until the next poll. */
export const POSTPONE_POLL = `
  WITH mine AS MATERIALIZED (
    SELECT id FROM tasks WHERE id = $1 AND lease_epoch = $2 AND external_id IS NOT NULL FOR NO KEY UPDATE),
  ${clockAfter('mine')}
  UPDATE tasks t SET poll_at = ${LOCKED_AT} + $3::int * interval '1 ms' FROM mine WHERE t.id = mine.id`;

const RELEASED = `status = 'submitted', attempt = greatest(t.attempt - CASE WHEN t.release_count < 5 THEN 1 ELSE 0 END, 0),
       release_count = t.release_count + 1, lease_epoch = t.lease_epoch + 1`;
const MAY_BE_RELEASED = '(t.release_count < 5 OR t.attempt < t.max_attempts)';

/** Rows {id, epoch}: the owner drains. The attempt is given back, at most five times in a generation. */
export const RELEASE_TASKS = settle('release', '', RELEASED, `t.lease_owner IS NOT NULL AND ${MAY_BE_RELEASED}`);

/** Rows {id, epoch}: the agent that leases them never received them. Skips tasks that it has started, and locked rows. */
export const RELEASE_UNSTARTED = settle('release', '', RELEASED, `t.status = 'assigned' AND ${MAY_BE_RELEASED}`, 'SKIP LOCKED');

/**
 * $1 queues, $2 owner, $3 ids and $4 epochs of the attempts that the owner runs, $5 whether quarantined tasks. Releases tasks
 * that the owner leases and does not run, because the answer of a claim was lost.
 */
export const RELEASE_ORPHANED_CLAIMS = `
  WITH orphaned AS MATERIALIZED (
    SELECT t.id FROM tasks t
    WHERE t.status IN ('assigned', 'running') AND t.lease_owner = $2 AND t.queue = ANY ($1::text[]) AND (t.crash_count > 0) = $5::boolean
      AND NOT EXISTS (SELECT FROM unnest($3::uuid[], $4::int[]) AS known (id, epoch) WHERE known.id = t.id AND known.epoch = t.lease_epoch)
      AND ${MAY_BE_RELEASED}
    ORDER BY t.id FOR NO KEY UPDATE OF t)
  UPDATE tasks t SET ${RELEASED}, ${SETTLED}, reason = 'release', actor = $2
  FROM orphaned WHERE t.id = orphaned.id
  RETURNING t.id, t.status, t.queue`;

/** $1 rows {id, epoch, progress, step}. */
export const UPDATE_PROGRESS = `
  WITH mine AS MATERIALIZED (
    SELECT r.* FROM json_to_recordset($1::json) AS r (id uuid, epoch int, progress smallint, step text) JOIN tasks t ON t.id = r.id
    WHERE t.lease_epoch = r.epoch AND ${RUNNING} ORDER BY t.id FOR NO KEY UPDATE OF t)
  UPDATE tasks t SET progress = mine.progress, step = mine.step FROM mine WHERE t.id = mine.id
  RETURNING t.id`;
