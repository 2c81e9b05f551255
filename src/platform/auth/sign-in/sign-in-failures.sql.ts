import { FORGET_FAILURES_S } from '../../../core/sign-in/sign-in-wait.ts';
import { DELETED_ROWS } from '../../database/delete-in-pages.ts';

/** The time in seconds until the latest of these sources may try again; 0 or less for now. $1 sources */
export const LOCKED_SECONDS = `
  SELECT coalesce(max(extract(epoch FROM locked_until - app_now())), 0)::float8 AS seconds FROM sign_in_failures WHERE source = ANY ($1::text[])`;

/** Counts an attempt and locks its row, so that parallel attempts get rising numbers. $1 source */
export const COUNT_FAILURE = `
  INSERT INTO sign_in_failures AS f (source, failures, last_at, locked_until) VALUES ($1, 1, app_clock(), app_clock())
  ON CONFLICT (source) DO UPDATE
  SET failures = CASE WHEN f.last_at < app_clock() - interval '${FORGET_FAILURES_S} seconds' THEN 1 ELSE least(f.failures, 1000000) + 1 END,
      last_at = app_clock()
  RETURNING failures, greatest(0, extract(epoch FROM f.locked_until - app_clock()))::float8 AS "lockedSeconds"`;

/** $1 source, $2 seconds from now. */
export const LOCK_SOURCE = `UPDATE sign_in_failures SET locked_until = app_clock() + make_interval(secs => $2) WHERE source = $1`;

/** $1 source. */
export const FORGET_FAILURES = `DELETE FROM sign_in_failures WHERE source = $1`;

/** Takes back the count of an attempt that succeeded: others of the same address may still be guesses. $1 source */
export const UNCOUNT_FAILURE = `UPDATE sign_in_failures SET failures = greatest(failures - 1, 0), locked_until = app_clock() WHERE source = $1`;

/** Rows that no longer count, and the oldest beyond a number. $1 most rows */
export const DELETE_FAILURES = `
  WITH old AS MATERIALIZED (
    SELECT source FROM sign_in_failures
    WHERE last_at < app_now() - interval '${FORGET_FAILURES_S} seconds'
       OR last_at < (SELECT last_at FROM sign_in_failures ORDER BY last_at DESC OFFSET $1 LIMIT 1)
    ORDER BY last_at LIMIT ${DELETED_ROWS} FOR UPDATE SKIP LOCKED)
  DELETE FROM sign_in_failures WHERE source = ANY (ARRAY(SELECT source FROM old))
  RETURNING source`;

/** The table is bounded by DELETE_FAILURES. */
export const COUNT_LOCKED = `
  SELECT (count(*) FILTER (WHERE source LIKE 'username %'))::int AS usernames, (count(*) FILTER (WHERE source LIKE 'address %'))::int AS addresses
  FROM sign_in_failures WHERE locked_until > app_now()`;
