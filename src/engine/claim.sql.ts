/**
 * The statements that lease tasks. SKIP LOCKED: competing claimers never wait for each other. Each has a condition on
 * `crash_count`, so that no ordinary claim takes a quarantined task, and each passes over what is paused. What does not depend
 * on the row is decided in a query above the rows that are locked: PostgreSQL evaluates a condition on them again for each row
 * that another transaction changes meanwhile (45 instead of 35 µs for a task).
 *
 * `claim` starts a task at once, for a worker of this process; `assign` only leases it, for an agent that starts it later.
 */

import { noOtherName, NOT_PAUSED, QUEUE_RUNS, READY_FROM_RANK, READY_GROUPED, READY_UNGROUPED, runnableNames } from './ready.sql.ts';
import { clockAfter, LOCKED_AT } from '../platform/database/locked-clock.ts';

const ATTEMPT_COLUMNS = `t.id, t.name, t.queue, t.params, t.attempt, t.max_attempts AS "maxAttempts", t.backoff, t.rejections,
            t.max_rejections AS "maxRejections", t.error AS "previousFailure", t.lease_epoch AS epoch, t.timeout_ms AS "timeoutMs", t.created_by AS "createdBy", t.trace_context AS "traceContext"`;

const LAST_LOG_SEQ = 'coalesce((SELECT max(seq) FROM task_logs l WHERE l.task_id = t.id), 0)';

/** The columns of a ClaimedTask. The first claim finds no log. */
export const CLAIMED_COLUMNS = `${ATTEMPT_COLUMNS}, CASE WHEN t.lease_epoch = 1 THEN 0 ELSE ${LAST_LOG_SEQ} END AS "logSeq"`;

/** The same for a poll, which continues the log of its attempt. */
export const POLLED_COLUMNS = `${ATTEMPT_COLUMNS}, ${LAST_LOG_SEQ} AS "logSeq"`;

const LEASE = `attempt = t.attempt + 1, lease_epoch = t.lease_epoch + 1, heartbeat_seq = 0, lease_owner = $3,
         lease_expires_at = ${LOCKED_AT} + make_interval(secs => $4)`;
const DEADLINE = `deadline_at = ${LOCKED_AT} + t.timeout_ms * interval '1 ms', started_at = ${LOCKED_AT}`;
const FRESH = 'progress = NULL, step = NULL, version = t.version + 1';

/** Seconds since the task could start. */
const WAITED = `extract(epoch FROM ${LOCKED_AT} - t.run_at)::float8 AS "waitedSeconds"`;

const CLAIMED_WITH_KEYS = `${CLAIMED_COLUMNS}, coalesce(t.limit_keys, '{}') AS keys`;

function lease(next: string, become: string, { queries = '', columns = CLAIMED_WITH_KEYS } = {}): string {
  return `
  WITH RECURSIVE ${queries}
  next AS MATERIALIZED (
    ${next}),
  ${clockAfter('next')}
  UPDATE tasks t SET ${become}, ${FRESH}, actor = $3
  WHERE t.id = ANY (ARRAY(SELECT id FROM next))
  RETURNING ${columns}, ${WAITED}`;
}

const CLAIMED = `status = 'running', ${LEASE}, ${DEADLINE}, reason = 'claim'`;
const ASSIGNED = `status = 'assigned', ${LEASE}, reason = 'assign'`;

/**
 * Not `$2`: as LIMIT $2 a plan for its value looks cheaper than the plan kept for every value, so PostgreSQL would plan each claim
 * anew, which takes 2.5 ms.
 */
const WANTED = '(SELECT $2::int)';

const FIRST = (ready: string, limit: string): string =>
  `SELECT id FROM tasks WHERE ${ready} ORDER BY rank, id LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED`;

/**
 * How many tasks of each name are among the first $2 of the queue, read without a lock. A single name takes all. No name when a
 * task that may start is in a group: TaskClaims then chooses between groups. `rest`: other claims took tasks of several names.
 */
const takeByName = (ready: string): string => `${runnableNames('ungrouped', ready, '$5')},${runnableNames('grouped', READY_GROUPED, '$5')},
  names AS MATERIALIZED (SELECT name, (SELECT count(*) FROM ungrouped) AS count FROM ungrouped WHERE NOT EXISTS (SELECT FROM grouped)),
  chosen AS MATERIALIZED (
    SELECT name, $2::int AS take FROM names WHERE count = 1
    UNION ALL
    SELECT name, count(*)::int FROM (
      SELECT n.name FROM names n CROSS JOIN LATERAL (
        SELECT rank, id FROM tasks WHERE ${ready} AND name = n.name ORDER BY rank, id LIMIT ${WANTED}) head
      WHERE n.count > 1 ORDER BY head.rank, head.id LIMIT ${WANTED}) heads GROUP BY name),
  first AS MATERIALIZED (
    SELECT head.id FROM chosen CROSS JOIN LATERAL (${FIRST(`${ready} AND name = chosen.name`, 'chosen.take')}) head),
  rest AS MATERIALIZED (
    SELECT head.id FROM names n CROSS JOIN LATERAL (
      ${FIRST(`${ready} AND name = n.name AND id <> ALL (ARRAY(SELECT id FROM first))`, WANTED)}) head
    WHERE n.count > 1 AND (SELECT sum(take) FROM chosen) > (SELECT count(*) FROM first)
    LIMIT (SELECT $2 - count(*) FROM first)),`;

const claimTasks = (ready: string, columns: string): string =>
  lease('SELECT id FROM first UNION ALL SELECT id FROM rest', CLAIMED, {
    queries: takeByName(ready),
    columns: `${columns}, (SELECT count(name) FROM ungrouped_waiting) + (SELECT count(name) FROM grouped_waiting) = 1 AS "isOnlyName"`,
  });

const claimOnlyName = (ready: string, columns: string): string =>
  lease(
    FIRST(
      `${ready} AND name = $5`,
      `(SELECT CASE WHEN ${QUEUE_RUNS} AND NOT EXISTS (SELECT FROM paused_definitions WHERE name = $5) AND ${noOtherName(ready)} THEN $2::int ELSE 0 END)`,
    ),
    CLAIMED,
    { columns },
  );

/**
 * $1 queue, $2 how many at most, $3 owner, $4 seconds of lease, $5 names that the claimer knows. `isOnlyName`: all ready tasks
 * have one name and none is in a group, so CLAIM_ONLY_NAME may follow.
 */
export const CLAIM_TASKS = claimTasks(READY_UNGROUPED, CLAIMED_COLUMNS);

/**
 * $1 queue, $2 how many at most, $3 owner, $4 seconds of lease, $5 a name. Returns no task when a ready task has another name or is
 * in a group, and when the name or the queue is paused. CLAIM_TASKS has three times as many plan nodes, and reads the index entries
 * that claimed tasks leave twice (µs of PostgreSQL for a task: 25 instead of 22 in claims of 250, 225 instead of 114 in claims of 10).
 */
export const CLAIM_ONLY_NAME = claimOnlyName(READY_UNGROUPED, CLAIMED_COLUMNS);

const WITH_RANK = `${CLAIMED_COLUMNS}, extract(epoch FROM t.rank)::float8 AS rank`;
/** As CLAIM_TASKS, from rank $6 on; with the ranks of the tasks, in epoch seconds. */
export const CLAIM_TASKS_FROM = claimTasks(READY_FROM_RANK, WITH_RANK);
/** As CLAIM_ONLY_NAME, from rank $6 on; with the ranks of the tasks, in epoch seconds. */
export const CLAIM_ONLY_NAME_FROM = claimOnlyName(READY_FROM_RANK, WITH_RANK);

/** By the statistics of PostgreSQL, which are about a second old. */
export const COUNT_DEAD_ROWS = `SELECT pg_stat_get_dead_tuples('tasks'::regclass)::float8 AS count`;

/** $1 queue, $2 how many at most, $3 names that the claimer knows. What CLAIM_TASKS would take, without a lock. */
export const SELECT_FIRST_READY = `
  WITH RECURSIVE ${runnableNames('ungrouped', READY_UNGROUPED, '$3')}
  SELECT head.id, extract(epoch FROM head.rank)::float8 AS rank FROM ungrouped u CROSS JOIN LATERAL (
    SELECT rank, id FROM tasks WHERE ${READY_UNGROUPED} AND name = u.name ORDER BY rank, id LIMIT $2) head
  ORDER BY head.rank, head.id LIMIT $2`;

/** $1 queue, $2 ids, $3 owner, $4 seconds of lease, $5 names that the claimer knows. Takes none while CLAIM_TASKS takes none. */
export const CLAIM_LISTED = lease(
  `SELECT id FROM tasks WHERE ${READY_UNGROUPED} AND id = ANY ($2::uuid[]) AND name = ANY (ARRAY(SELECT name FROM ungrouped))
      AND NOT EXISTS (SELECT FROM grouped) ORDER BY rank, id FOR NO KEY UPDATE SKIP LOCKED`,
  CLAIMED,
  {
    queries: `${runnableNames('ungrouped', READY_UNGROUPED, '$5')},${runnableNames('grouped', READY_GROUPED, '$5')},`,
    columns: CLAIMED_COLUMNS,
  },
);

/** $1 queue, $2 names that the claimer knows. Whether tasks that may start are ready, in no group and in groups. */
export const SELECT_READY_KINDS = `
  WITH RECURSIVE ${runnableNames('ungrouped', READY_UNGROUPED, '$2')},${runnableNames('grouped', READY_GROUPED, '$2')}
  SELECT EXISTS (SELECT FROM ungrouped) AS "hasUngrouped", EXISTS (SELECT FROM grouped) AS "hasGroups"`;

/** $1 queue, $2 names that the claimer knows. As SELECT_READY_KINDS, without a look at tasks in no group. */
export const SELECT_HAS_GROUPS = `
  WITH RECURSIVE ${runnableNames('grouped', READY_GROUPED, '$2')}
  SELECT false AS "hasUngrouped", EXISTS (SELECT FROM grouped) AS "hasGroups"`;

/** Pauses are read again: one may have begun after the groups were chosen. */
const CHOSEN = `
  chosen AS MATERIALIZED (
    SELECT * FROM json_to_recordset($2::json) AS r (name text, "group" text, take int) WHERE ${NOT_PAUSED} AND ${QUEUE_RUNS}),`;
const FIRST_OF_CHOSEN = `SELECT head.id FROM chosen CROSS JOIN LATERAL (
      SELECT id FROM (${FIRST(`${READY_GROUPED} AND name = chosen.name AND dispatch_group = chosen."group"`, 'chosen.take')}) grouped
      UNION ALL
      SELECT id FROM (${FIRST(`${READY_UNGROUPED} AND name = chosen.name AND chosen."group" IS NULL`, 'chosen.take')}) ungrouped) head
    LIMIT (SELECT $5::int)`;

/**
 * $1 queue, $2 rows {name, group, take}, $3 owner, $4 seconds of lease, $5 how many at most. The first tasks of each group, in the
 * order of the rows.
 */
export const CLAIM_CHOSEN = lease(FIRST_OF_CHOSEN, CLAIMED, { queries: CHOSEN });
export const ASSIGN_CHOSEN = lease(FIRST_OF_CHOSEN, ASSIGNED, { queries: CHOSEN });

const QUARANTINED_RUNS = `queue <> ALL (ARRAY(SELECT name FROM queues WHERE paused_at IS NOT NULL)) AND ${NOT_PAUSED}`;
/** Rows of one page of quarantined tasks. */
export const QUARANTINED_ROWS = 500;

/**
 * $1 queues, $2 names that the claimer knows, $3 the last task of the page before or null. A page of the quarantined tasks that are
 * ready, those with the fewest crashes first. No rows when the task $3 was deleted.
 */
export const SELECT_QUARANTINED = `
  SELECT id, coalesce(limit_keys, '{}') AS keys, coalesce(capabilities, '{}') AS capabilities, crash_count AS crashes FROM tasks
  WHERE status = 'submitted' AND crash_count > 0 AND queue = ANY ($1::text[]) AND name = ANY ($2::text[])
    AND ${QUARANTINED_RUNS}
    AND ($3::uuid IS NULL OR (crash_count, rank, id) > (SELECT p.crash_count, p.rank, p.id FROM tasks p WHERE p.id = $3))
  ORDER BY crash_count, rank, id LIMIT ${QUARANTINED_ROWS}`;

/** $1 queue, $2 names that the claimer knows. What the ready quarantined tasks need, each list of capabilities once. */
export const SELECT_QUARANTINED_CAPABILITIES = `
  SELECT DISTINCT coalesce(capabilities, '{}') AS capabilities FROM tasks
  WHERE status = 'submitted' AND crash_count > 0 AND queue = $1 AND name = ANY ($2::text[]) AND ${QUARANTINED_RUNS}`;

const QUARANTINED = `SELECT id FROM tasks WHERE status = 'submitted' AND crash_count > 0 AND id = ANY ($1::uuid[])
    AND ${QUARANTINED_RUNS}
    ORDER BY crash_count, rank, id LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED`;

/** $1 ids, $2 how many at most, $3 owner, $4 seconds of lease. Only for a worker that runs each alone in a process. */
export const CLAIM_QUARANTINED = lease(QUARANTINED, CLAIMED);
export const ASSIGN_QUARANTINED = lease(QUARANTINED, ASSIGNED);

/** $1 rows {id, epoch}, $2 owner. From assigned to running; the attempt's time begins. */
export const START_TASKS = `
  WITH mine AS MATERIALIZED (
    SELECT t.id FROM json_to_recordset($1::json) AS r (id uuid, epoch int) JOIN tasks t ON t.id = r.id
    WHERE t.lease_epoch = r.epoch AND t.lease_owner = $2 AND t.status = 'assigned' ORDER BY t.id FOR NO KEY UPDATE OF t),
  ${clockAfter('mine')}
  UPDATE tasks t SET status = 'running', ${DEADLINE}, version = t.version + 1, reason = 'claim', actor = $2
  FROM mine WHERE t.id = mine.id
  RETURNING t.id, t.deadline_at AS "deadlineAt"`;

/** $1 queue, $2 how many at most, $3 names that the claimer knows. Returns 0 for a paused queue. */
export const COUNT_READY = `
  WITH RECURSIVE ${runnableNames('ungrouped', READY_UNGROUPED, '$3')},${runnableNames('grouped', READY_GROUPED, '$3')}
  SELECT count(*)::int AS count FROM (
    (SELECT FROM ungrouped u CROSS JOIN LATERAL (SELECT FROM tasks WHERE ${READY_UNGROUPED} AND name = u.name LIMIT $2) one LIMIT $2)
    UNION ALL
    (SELECT FROM grouped g CROSS JOIN LATERAL (SELECT FROM tasks WHERE ${READY_GROUPED} AND name = g.name LIMIT $2) one LIMIT $2)) ready`;
