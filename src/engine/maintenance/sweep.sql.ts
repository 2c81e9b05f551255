import { clockAfter, LOCKED_AT } from '../../platform/database/locked-clock.ts';
import { SWEEP_ROWS } from '../sweep-pages.ts';
import { RANK_AT, SETTLED } from '../transition.sql.ts';

/** Transitions caused by time: promote, time_out, expire. */

/** $1 actor. */
export const PROMOTE_TASKS = `
  WITH due AS MATERIALIZED (
    SELECT id FROM tasks WHERE status = 'pending' AND open_dependencies = 0 AND run_at <= app_now()
    ORDER BY run_at LIMIT ${SWEEP_ROWS} FOR NO KEY UPDATE SKIP LOCKED)
  UPDATE tasks t SET status = 'submitted', version = t.version + 1, reason = 'promote', actor = $1
  FROM due WHERE t.id = due.id
  RETURNING t.id, t.queue, t.lease_epoch AS epoch, t.priority`;

/** $1 actor. Attempts past their deadline, with or without their owner. */
export const TIME_OUT_TASKS = `
  WITH late AS MATERIALIZED (
    SELECT id, lease_owner FROM tasks WHERE status = 'running' AND deadline_at < app_now() - interval '2 s'
    ORDER BY id LIMIT ${SWEEP_ROWS} FOR NO KEY UPDATE SKIP LOCKED),
  ${clockAfter('late')}
  UPDATE tasks t SET status = CASE WHEN t.attempt < t.max_attempts THEN 'submitted' ELSE 'timeout' END,
         terminal_at = CASE WHEN t.attempt < t.max_attempts THEN NULL ELSE ${LOCKED_AT} END,
         run_at = ${LOCKED_AT}, ${RANK_AT(LOCKED_AT)}, lease_epoch = t.lease_epoch + 1,
         error = jsonb_build_object('class', 'timeout', 'code', 'attempt_timeout', 'fingerprint', 'attempt_timeout', 'message',
                 'attempt ' || t.attempt || ' ran longer than ' || t.timeout_ms || ' ms'),
         ${SETTLED}, reason = 'time_out', actor = $1
  FROM late WHERE t.id = late.id
  RETURNING t.id, t.status, t.queue, t.lease_epoch - 1 AS epoch, late.lease_owner AS owner`;

/** $1 actor. Tasks past expires_at, in every status that is not final. */
export const EXPIRE_TASKS = `
  WITH late AS MATERIALIZED (
    SELECT id, lease_owner FROM tasks WHERE terminal_at IS NULL AND expires_at < app_now()
    ORDER BY id LIMIT ${SWEEP_ROWS} FOR NO KEY UPDATE SKIP LOCKED),
  ${clockAfter('late')}
  UPDATE tasks t SET status = 'timeout', terminal_at = ${LOCKED_AT}, lease_epoch = t.lease_epoch + 1,
         error = jsonb_build_object('class', 'timeout', 'code', 'task_expired', 'fingerprint', 'task_expired', 'message',
                 'not finished by ' || to_char(t.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
         ${SETTLED}, reason = 'expire', actor = $1
  FROM late WHERE t.id = late.id
  RETURNING t.id, t.status, t.queue, t.lease_epoch - 1 AS epoch, late.lease_owner AS owner`;
