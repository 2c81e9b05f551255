/**
 * The statements that lease tasks. SKIP LOCKED: competing claimers never wait for each other. Each says `crash_count`, so
 * that no ordinary claim takes a task out of quarantine, and each passes over what is paused.
 *
 * `claim` starts a task at once, for a worker of this process; `assign` only leases it, for an agent that starts it later.
 */

import { clockAfter, LOCKED_AT } from '../platform/database/locked-clock.ts';

/** What a worker must know of a task it runs. */
export const CLAIMED_COLUMNS = `t.id, t.name, t.queue, t.params, t.attempt, t.max_attempts AS "maxAttempts", t.backoff, t.rejections,
            t.max_rejections AS "maxRejections", t.error AS "previousFailure", t.lease_epoch AS epoch, t.timeout_ms AS "timeoutMs", t.created_by AS "createdBy", t.trace_context AS "traceContext",
            CASE WHEN t.lease_epoch = 1 THEN 0
                 ELSE coalesce((SELECT max(seq) FROM task_logs l WHERE l.task_id = t.id), 0) END AS "logSeq"`;

const LEASE = `attempt = t.attempt + 1, lease_epoch = t.lease_epoch + 1, heartbeat_seq = 0, lease_owner = $3,
         lease_expires_at = ${LOCKED_AT} + make_interval(secs => $4)`;
const DEADLINE = `deadline_at = ${LOCKED_AT} + t.timeout_ms * interval '1 ms', started_at = ${LOCKED_AT}`;
const FRESH = 'progress = NULL, step = NULL, version = t.version + 1';

const CLAIMED_WITH_KEYS = `${CLAIMED_COLUMNS}, coalesce(t.limit_keys, '{}') AS keys`;

function lease(ready: string, become: string, columns = CLAIMED_COLUMNS): string {
  return `
  WITH next AS MATERIALIZED (
    ${ready}),
  ${clockAfter('next')}
  UPDATE tasks t SET ${become}, ${FRESH}, actor = $3
  WHERE t.id = ANY (ARRAY(SELECT id FROM next))
  RETURNING ${columns}`;
}

const claim = (ready: string, columns?: string) => lease(ready, `status = 'running', ${LEASE}, ${DEADLINE}, reason = 'claim'`, columns);
const assign = (ready: string, columns?: string) => lease(ready, `status = 'assigned', ${LEASE}, reason = 'assign'`, columns);

/** The array is read once for a statement; nearly always it is empty. */
const DEFINITION_RUNS = 'name <> ALL (ARRAY(SELECT name FROM paused_definitions))';
/** Not a condition on each row, or a claim would wade through the backlog of a paused queue. */
const QUEUE_RUNS = 'NOT EXISTS (SELECT FROM queues WHERE name = $1 AND paused_at IS NOT NULL)';

/** Ready, not quarantined, without a group. `$1` queue. */
export const READY_UNGROUPED = `status = 'submitted' AND crash_count = 0 AND dispatch_group IS NULL AND queue = $1`;
/** Ready, not quarantined, of a group. `$1` queue. */
export const READY_GROUPED = `status = 'submitted' AND crash_count = 0 AND dispatch_group IS NOT NULL AND queue = $1`;

/**
 * $1 queue, $2 how many at most, $3 owner, $4 seconds of lease. Nothing when anything is paused here or a task of the queue is
 * ready in a group: then TaskClaims reads the groups. All of that is in the LIMIT, above the rows that are locked: as conditions
 * on them it would be read again for each row that others change meanwhile (measured: 45 instead of 35 µs for a task).
 */
export const CLAIM_TASKS = claim(`SELECT id FROM tasks WHERE ${READY_UNGROUPED}
    ORDER BY rank, id LIMIT (
      SELECT CASE WHEN ${QUEUE_RUNS} AND NOT EXISTS (SELECT FROM paused_definitions) AND NOT EXISTS (SELECT FROM tasks WHERE ${READY_GROUPED})
                  THEN $2::int ELSE 0 END)
    FOR NO KEY UPDATE SKIP LOCKED`);

/** $1 queue. Whether a plain claim that found nothing should read the groups. */
export const SELECT_NEEDS_GROUPED_CLAIM = `
  SELECT ${QUEUE_RUNS} AND (EXISTS (SELECT FROM paused_definitions) OR EXISTS (SELECT FROM tasks WHERE ${READY_GROUPED})) AS closer`;

const UNGROUPED = `SELECT id FROM tasks WHERE ${READY_UNGROUPED} AND ${QUEUE_RUNS} AND ${DEFINITION_RUNS}
    ORDER BY rank, id LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED`;

/** $1 queue, $2 how many at most, $3 owner, $4 seconds of lease. */
export const CLAIM_UNGROUPED = claim(UNGROUPED);
export const ASSIGN_UNGROUPED = assign(UNGROUPED);

const CHOSEN = `SELECT head.id FROM json_to_recordset($2::json) AS chosen ("group" text, take int)
    CROSS JOIN LATERAL (
      SELECT id FROM tasks WHERE ${READY_GROUPED} AND dispatch_group = chosen."group" AND ${QUEUE_RUNS} AND ${DEFINITION_RUNS}
      ORDER BY rank, id LIMIT chosen.take FOR NO KEY UPDATE SKIP LOCKED) head`;

/** $1 queue, $2 rows {group, take}, $3 owner, $4 seconds of lease. The first tasks of each group. */
export const CLAIM_GROUPED = claim(CHOSEN, CLAIMED_WITH_KEYS);
export const ASSIGN_GROUPED = assign(CHOSEN, CLAIMED_WITH_KEYS);

const QUARANTINED_RUNS = `queue <> ALL (ARRAY(SELECT name FROM queues WHERE paused_at IS NOT NULL)) AND ${DEFINITION_RUNS}`;
/** Enough to find those that the limits allow. */
const MAX_QUARANTINED = 500;

/** $1 queues. The tasks that wait in quarantine, the fewest crashes first. */
export const SELECT_QUARANTINED = `
  SELECT id, coalesce(limit_keys, '{}') AS keys, coalesce(capabilities, '{}') AS capabilities, crash_count AS crashes FROM tasks
  WHERE status = 'submitted' AND crash_count > 0 AND queue = ANY ($1::text[])
    AND ${QUARANTINED_RUNS}
  ORDER BY crash_count, rank, id LIMIT ${MAX_QUARANTINED}`;

const QUARANTINED = `SELECT id FROM tasks WHERE status = 'submitted' AND crash_count > 0 AND id = ANY ($1::uuid[])
    AND ${QUARANTINED_RUNS}
    ORDER BY crash_count, rank, id LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED`;

/** $1 ids, $2 how many at most, $3 owner, $4 seconds of lease. Only for a worker that runs each in a process of its own. */
export const CLAIM_QUARANTINED = claim(QUARANTINED, CLAIMED_WITH_KEYS);
export const ASSIGN_QUARANTINED = assign(QUARANTINED, CLAIMED_WITH_KEYS);

/** $1 rows {id, epoch}, $2 owner. From assigned to running; the attempt's time begins. */
export const START_TASKS = `
  WITH mine AS MATERIALIZED (
    SELECT t.id FROM json_to_recordset($1::json) AS r (id uuid, epoch int) JOIN tasks t ON t.id = r.id
    WHERE t.lease_epoch = r.epoch AND t.lease_owner = $2 AND t.status = 'assigned' ORDER BY t.id FOR NO KEY UPDATE OF t),
  ${clockAfter('mine')}
  UPDATE tasks t SET status = 'running', ${DEADLINE}, version = t.version + 1, reason = 'claim', actor = $2
  FROM mine WHERE t.id = mine.id
  RETURNING t.id, t.deadline_at AS "deadlineAt"`;

/** $1 queue, $2 count up to here. Returns 0 for a paused queue. */
export const COUNT_READY = `
  SELECT count(*)::int AS count FROM (
    (SELECT FROM tasks WHERE ${READY_UNGROUPED} AND ${QUEUE_RUNS} AND ${DEFINITION_RUNS} LIMIT $2)
    UNION ALL (SELECT FROM tasks WHERE ${READY_GROUPED} AND ${QUEUE_RUNS} AND ${DEFINITION_RUNS} LIMIT $2)) ready`;
