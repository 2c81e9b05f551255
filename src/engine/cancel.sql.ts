import { clockAfter, LOCKED_AT } from '../platform/database/locked-clock.ts';
import { SWEEP_ROWS } from './sweep-pages.ts';
import { SETTLED } from './transition.sql.ts';

/** Each cancels at most SWEEP_ROWS tasks. */

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
/** $1 names, $2 actor. */
export const CANCEL_TASKS_BY_NAME = cancelWhere('name = ANY ($1::text[])');
/** $1 the newest id to cancel (what is submitted later stays), $2 actor. */
export const CANCEL_ALL_TASKS = cancelWhere('id <= $1::uuid');

/** $1 batch, $2 actor. */
export const CANCEL_TASKS_OF_BATCH = cancelWhere('parent_id = $1::uuid');
