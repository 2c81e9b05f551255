import { headStart } from './rank.sql.ts';

/**
 * Parts of the statements that change tasks. Common to all of them:
 *
 * - Many rows at a time. Rows are one JSON parameter; a batch of 250 costs 80 µs of CPU per drained task, single rows
 *   cost 1,000.
 * - Fenced: a write about an attempt names its epoch, and zero rows mean that the lease was lost.
 * - Rows are locked in the order of their ids before they change (458 of 480 unordered batches deadlocked, 0 of 480
 *   ordered), FOR NO KEY UPDATE, which does not block inserts of rows that reference them.
 * - Times are compared with app_now(), the start of the transaction, and written with app_clock(), read once all rows
 *   are locked (platform/database/locked-clock.ts).
 * - No LIMIT $n beside a join: for a generic plan PostgreSQL assumes a tenth of the table and reads all of it
 *   (measured: a claim of 250 among 40,000 took 14 instead of 4 ms). Sweeps have a constant, claims an array.
 */

/** Ends a lease. */
export const SETTLED = `version = t.version + 1, lease_owner = NULL, lease_expires_at = NULL, deadline_at = NULL, external_id = NULL, poll_at = NULL`;

/**
 * True for running tasks: the CHECK tasks_deadline ties this column to the status. With a condition on the status the
 * planner would use the partial index of active tasks, and read the entries that 60,000 finished tasks left in it (9
 * instead of 2 ms for 250 rows).
 */
export const RUNNING = 't.deadline_at IS NOT NULL';

export const RANK_AT = (at: string) => `rank = ${at} - ${headStart('t.queue', 't.priority')}`;
