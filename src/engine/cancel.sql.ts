import { clockAfter, LOCKED_AT } from '../platform/database/locked-clock.ts';
import { SWEEP_ROWS } from './sweep-pages.ts';
import { hasStatus } from './task-status.sql.ts';
import { SETTLED } from './transition.sql.ts';

/** The statements that cancel. Each cancels at most SWEEP_ROWS tasks. */

function cancelWhere(condition: string): string {
  return `
  WITH live AS MATERIALIZED (
    SELECT id, lease_owner FROM tasks WHERE terminal_at IS NULL AND ${condition}
    ORDER BY id LIMIT ${SWEEP_ROWS} FOR NO KEY UPDATE),
  ${clockAfter('live')}
  UPDATE tasks t SET status = 'cancelled', terminal_at = ${LOCKED_AT}, lease_epoch = t.lease_epoch + 1,
         ${SETTLED}, reason = 'cancel', actor = $2
  FROM live WHERE t.id = live.id
  RETURNING t.id, t.lease_epoch - 1 AS epoch, live.lease_owner AS owner`;
}

/** $1 ids, $2 actor. At once: the owner is notified afterwards. */
export const CANCEL_TASKS = cancelWhere('id = ANY ($1::uuid[])');
/** $1 ids, $2 actor. Only tasks that are not leased. */
export const CANCEL_WAITING_TASKS = cancelWhere(`id = ANY ($1::uuid[]) AND status IN ('pending', 'submitted')`);
/** $1 batch, $2 actor, $3 id: tasks after it. */
export const CANCEL_TASKS_OF_BATCH = cancelWhere('parent_id = $1::uuid AND id > $3::uuid');

/** Ids that SELECT_LIVE_IDS reads in one statement: 2 MB. */
export const LIVE_IDS = 50_000;

const LIVE = (condition: string): string => `
    SELECT id FROM tasks WHERE ${condition} AND id > $3::uuid AND created_at <= $2::timestamptz AND ($1::text[] IS NULL OR name = ANY ($1))`;

/**
 * $1 names, null for all; $2 time: tasks submitted until then; $3 id: tasks after it. The ids of tasks that are not final. Each
 * condition has its partial index, so finished tasks are not read, however many they are.
 */
export const SELECT_LIVE_IDS = `
  SELECT id FROM (${[`status = 'pending'`, hasStatus('submitted'), `status IN ('assigned', 'running')`].map(LIVE).join(' UNION ALL')}) live
  ORDER BY id LIMIT ${LIVE_IDS}`;

/** As text, which keeps the microseconds. */
export const SELECT_CLOCK = `SELECT app_clock()::text AS now`;
