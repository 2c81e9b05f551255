import { AGENT, ISOLATED } from '../../core/task/lease-owner.ts';
import { clockAfter, LOCKED_AT } from '../../platform/database/locked-clock.ts';
import { SETTLED } from '../transition.sql.ts';

/** Rescues tasks whose worker has ended or stopped its heartbeats. */

/** Leases in one page: what one machine may have leased, because the rescuer must see each lease twice. */
export const EXPIRED_LEASES = 10_000;

/** $1 only ids above this one. */
export const SELECT_EXPIRED_LEASES = `
  SELECT id, lease_epoch AS epoch, heartbeat_seq AS beat FROM tasks
  WHERE status IN ('assigned', 'running') AND lease_expires_at < app_now() AND id > $1 ORDER BY id LIMIT ${EXPIRED_LEASES}`;

const CRASHED = `status = CASE WHEN t.crash_count + 1 < 3 AND t.attempt < t.max_attempts THEN 'submitted' ELSE 'failed' END,
       terminal_at = CASE WHEN t.crash_count + 1 < 3 AND t.attempt < t.max_attempts THEN NULL ELSE ${LOCKED_AT} END,
       crash_count = t.crash_count + 1, lease_epoch = t.lease_epoch + 1`;

const WORKER_LOST = `error = jsonb_build_object('class', 'crashed', 'code', 'worker_lost', 'fingerprint', 'worker_lost', 'message',
               'the worker ' || t.lease_owner || ' ended or stopped its heartbeats during attempt ' || t.attempt)`;

/**
 * An attempt in a child process did not end the worker that leased it, and an attempt that was not started ended no process.
 * Such a task is requeued without penalty, as often as a drain may release it.
 */
const NOT_AT_FAULT = `(t.lease_owner LIKE '%:${ISOLATED}:%' OR t.status = 'assigned') AND t.release_count < 5`;
const REQUEUED_WITHOUT_PENALTY = `status = 'submitted', lease_epoch = t.lease_epoch + 1, attempt = t.attempt - 1, release_count = t.release_count + 1`;

/** The registry quarantines an agent that crashes with one task after the other. */
const RECORD_AGENT_CRASHES = `,
  recorded AS (
    INSERT INTO agent_crashes (agent, owner, task_id, at)
    SELECT split_part(lease_owner, ':', 2), lease_owner, id, ${LOCKED_AT} FROM lost WHERE lease_owner LIKE '${AGENT}:%')`;

interface RescueParts {
  guard?: string;
  /** Another part of the WITH clause, about the rows of `lost`. */
  also?: string;
}

function rescueExpired(change: string, { guard = 'true', also = '' }: RescueParts): string {
  return `
  WITH lost AS MATERIALIZED (
    SELECT t.id, t.lease_owner FROM json_to_recordset($1::json) AS r (id uuid, epoch int, beat int) JOIN tasks t ON t.id = r.id
    WHERE t.lease_epoch = r.epoch AND t.heartbeat_seq = r.beat AND t.lease_expires_at < app_now() AND t.status IN ('assigned', 'running')
      AND ${guard}
    ORDER BY t.id FOR NO KEY UPDATE OF t SKIP LOCKED),
  ${clockAfter('lost')}${also}
  UPDATE tasks t SET ${change}, ${SETTLED}, reason = 'rescue', actor = $2
  FROM lost WHERE t.id = lost.id
  RETURNING t.id, t.status, t.queue`;
}

/** $1 rows {id, epoch, beat}, $2 actor. A heartbeat since $1 was read keeps the lease. Run REQUEUE_WITHOUT_PENALTY first. */
export const RESCUE_TASKS = rescueExpired(`${CRASHED}, ${WORKER_LOST}`, { also: RECORD_AGENT_CRASHES });
/** As RESCUE_TASKS, for tasks that ran in a child process or were not started. */
export const REQUEUE_WITHOUT_PENALTY = rescueExpired(REQUEUED_WITHOUT_PENALTY, { guard: NOT_AT_FAULT });

/** Agents may still run when all processes of ContentHub have ended. */
function rescueOwned(change: string, { guard = 'true', also = '' }: RescueParts): string {
  return `
  WITH lost AS MATERIALIZED (
    SELECT t.id, t.lease_owner FROM tasks t
    WHERE t.status IN ('assigned', 'running') AND t.lease_owner IS NOT NULL
      AND (($1::text IS NULL AND t.lease_owner NOT LIKE '${AGENT}:%') OR t.lease_owner LIKE '%:' || $1)
      AND ${guard}
    ORDER BY t.id FOR NO KEY UPDATE OF t SKIP LOCKED),
  ${clockAfter('lost')}${also}
  UPDATE tasks t SET ${change}, ${SETTLED}, reason = 'rescue', actor = $2
  FROM lost WHERE t.id = lost.id
  RETURNING t.id, t.status, t.queue`;
}

/**
 * $1 the owner's boot id (null: every process of ContentHub), $2 actor. For leases whose owner is known to have ended. Run
 * REQUEUE_OWNED_WITHOUT_PENALTY first. Passes over locked rows: their leases expire, and the rescuer takes them back.
 */
export const RESCUE_OWNED = rescueOwned(`${CRASHED}, ${WORKER_LOST}`, { also: RECORD_AGENT_CRASHES });
/** As RESCUE_OWNED, for tasks that ran in a child process or were not started. */
export const REQUEUE_OWNED_WITHOUT_PENALTY = rescueOwned(REQUEUED_WITHOUT_PENALTY, { guard: NOT_AT_FAULT });

/** $1 rows {id, epoch, cause}, $2 actor. The child process of this attempt has ended. */
export const RESCUE_ISOLATED = `
  WITH lost AS MATERIALIZED (
    SELECT r.* FROM json_to_recordset($1::json) AS r (id uuid, epoch int, cause text) JOIN tasks t ON t.id = r.id
    WHERE t.lease_owner IS NOT NULL AND t.lease_epoch = r.epoch ORDER BY t.id FOR NO KEY UPDATE OF t),
  ${clockAfter('lost')}
  UPDATE tasks t SET ${CRASHED}, ${SETTLED}, reason = 'rescue', actor = $2,
         error = jsonb_build_object('class', 'crashed', 'code', 'process_ended', 'fingerprint', 'process_ended ' || lost.cause, 'message',
                 'the process of attempt ' || t.attempt || ' ended with ' || lost.cause)
  FROM lost WHERE t.id = lost.id
  RETURNING t.id, t.status, t.queue`;
