/**
 * The time of a statement that locks rows. app_now() is the start of the transaction: a claim that waited 8.5 s for a lock
 * wrote a lease of which 8.5 s were over, and a deadline in the past. `locked` names the materialised query that locks the
 * rows. The count reads all of it, so every lock is held when the clock is read, once for all rows.
 */
export const clockAfter = (locked: string): string => `locked_at AS MATERIALIZED (SELECT count(*), app_clock() AS now FROM ${locked})`;

/** The time read by `clockAfter` in the same statement. */
export const LOCKED_AT = '(SELECT now FROM locked_at)';
