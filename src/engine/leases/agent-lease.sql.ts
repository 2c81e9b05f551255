import { CLAIMED_COLUMNS } from '../claim.sql.ts';
import { clockAfter, LOCKED_AT } from '../../platform/database/locked-clock.ts';

/** Statements about tasks that agents lease. Fenced by epoch and owner, because an epoch alone is easy to guess. */

/** $1 owner. */
export const SELECT_LEASES_OF_OWNER = `
  SELECT id, lease_epoch AS epoch, queue, crash_count > 0 AS quarantined FROM tasks WHERE status IN ('assigned', 'running') AND lease_owner = $1`;

/** $1 owners. */
export const COUNT_LEASES = `
  SELECT lease_owner AS owner, count(*)::int AS count FROM tasks WHERE status IN ('assigned', 'running') AND lease_owner = ANY ($1::text[]) GROUP BY 1`;

/** How many leases each boot of a process or agent has; a boot id is the last part of an owner. */
export const COUNT_LEASES_BY_BOOT = `
  SELECT substring(lease_owner from '[^:]+$') AS boot, count(*)::int AS count FROM tasks
  WHERE status IN ('assigned', 'running') AND lease_owner IS NOT NULL GROUP BY 1`;

/** $1 rows {id, epoch, owner}. The tasks leased with exactly this id, epoch and owner. */
export const SELECT_LEASED = `
  SELECT ${CLAIMED_COLUMNS}, r.owner, t.status, t.deadline_at AS "deadlineAt",
         CASE t.status WHEN 'running' THEN extract(epoch FROM app_clock() - t.started_at)::float8 END AS "ranSeconds",
         coalesce((SELECT max(seq) FROM task_logs l WHERE l.task_id = t.id), 0) AS "lastLine"
  FROM json_to_recordset($1::json) AS r (id uuid, epoch int, owner text) JOIN tasks t ON t.id = r.id
  WHERE t.lease_epoch = r.epoch AND t.lease_owner = r.owner`;

/** $1 rows {id, epoch, owner}. Locks the tasks leased with exactly this id, epoch and owner, in the order of their ids. */
export const LOCK_LEASED = `
  SELECT t.id, r.epoch, r.owner, t.attempt FROM json_to_recordset($1::json) AS r (id uuid, epoch int, owner text) JOIN tasks t ON t.id = r.id
  WHERE t.lease_epoch = r.epoch AND t.lease_owner = r.owner ORDER BY t.id FOR NO KEY UPDATE OF t`;

/** $1 rows {nth, id, after or null, count}. The number of the last line of each task, and up to `count` lines after `after`. */
export const SELECT_LOG_TAILS = `
  SELECT r.nth, coalesce((SELECT max(seq) FROM task_logs l WHERE l.task_id = r.id), 0) AS last,
         (SELECT coalesce(json_agg(json_build_object('level', level, 'message', message, 'data', data) ORDER BY seq), '[]')
          FROM task_logs l WHERE l.task_id = r.id AND l.seq > r.after AND l.seq <= r.after + r.count) AS stored
  FROM json_to_recordset($1::json) AS r (nth int, id uuid, after bigint, count int)`;

/**
 * $1 owners, $2 seconds. Tasks that are leased to these owners, not started, and have less than this left of their lease: no
 * heartbeat has named them since the lease.
 */
export const SELECT_UNCLAIMED = `
  SELECT id, lease_epoch AS epoch, queue, lease_owner AS owner FROM tasks
  WHERE status = 'assigned' AND lease_owner = ANY ($1::text[]) AND lease_expires_at < app_now() + make_interval(secs => $2)`;

/** $1 rows {id, epoch, owner}, $2 seconds of lease. As EXTEND_LEASES, for agents: locked rows return, although they are not renewed. */
export const EXTEND_AGENT_LEASES = `
  WITH mine AS MATERIALIZED (
    SELECT t.id FROM json_to_recordset($1::json) AS r (id uuid, epoch int, owner text) JOIN tasks t ON t.id = r.id
    WHERE t.lease_epoch = r.epoch AND t.lease_owner = r.owner ORDER BY t.id FOR NO KEY UPDATE OF t SKIP LOCKED),
  ${clockAfter('mine')},
  renewed AS (
    UPDATE tasks t SET lease_expires_at = ${LOCKED_AT} + make_interval(secs => $2), heartbeat_seq = t.heartbeat_seq + 1
    FROM mine WHERE t.id = mine.id)
  SELECT t.id, r.epoch, r.owner FROM json_to_recordset($1::json) AS r (id uuid, epoch int, owner text) JOIN tasks t ON t.id = r.id
  WHERE t.lease_epoch = r.epoch AND t.lease_owner = r.owner`;

/**
 * $1 rows {id, epoch, owner}: how these attempts ended, if their owner ended them, from the audit. A completion keeps its epoch;
 * every other end has the next one. `crashed`: tasks were lost with the agent since it last completed one.
 */
export const SELECT_ATTEMPT_OUTCOMES = `
  SELECT r.id, r.epoch, r.owner, a.to_status AS status,
         EXISTS (SELECT FROM agent_crashes c WHERE c.agent = split_part(r.owner, ':', 2)) AS crashed
  FROM json_to_recordset($1::json) AS r (id uuid, epoch int, owner text) JOIN task_audit a ON a.task_id = r.id
  WHERE a.actor = r.owner
    AND (a.lease_epoch = r.epoch AND a.reason = 'complete' OR a.lease_epoch = r.epoch + 1 AND a.reason IN ('retry', 'fail', 'release'))`;
