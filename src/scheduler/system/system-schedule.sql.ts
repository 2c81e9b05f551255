import { AGE_LIMIT } from '../../platform/database/age-limit.ts';
import { DELETED_ROWS } from '../../platform/database/delete-in-pages.ts';

/** What periodic work of the product did, and which of it is paused. */

export const SELECT_PAUSES = `SELECT name, paused_at AS "pausedAt", paused_by AS "pausedBy" FROM system_schedule_pauses`;

/** $1 name, $2 actor. */
export const INSERT_PAUSE = `
  INSERT INTO system_schedule_pauses (name, paused_at, paused_by) VALUES ($1, app_clock(), $2) ON CONFLICT (name) DO NOTHING`;

/** $1 name. */
export const DELETE_PAUSE = `DELETE FROM system_schedule_pauses WHERE name = $1`;

/** $1 process, $2 rows. Lengthens the last row of this process when the outcome and the hour are the same, or adds one. */
export const STORE_RUNS = `
  WITH given AS MATERIALIZED (
    SELECT *, CASE WHEN failures > 0 THEN 'failed' ELSE 'ok' END AS outcome
    FROM json_to_recordset($2::json) AS r (name text, "from" timestamptz, until timestamptz, rounds int, failures int, error text,
      "intervalMs" int, "lastMs" int, "longestMs" int)),
  last AS (
    SELECT DISTINCT ON (s.name) s.name, s.from_at FROM system_schedule_runs s JOIN given g ON g.name = s.name
    WHERE s.process = $1 ORDER BY s.name, s.from_at DESC),
  lengthened AS (
    UPDATE system_schedule_runs s
    SET until_at = g.until, rounds = s.rounds + g.rounds, failures = s.failures + g.failures, error = coalesce(g.error, s.error),
        interval_ms = g."intervalMs", last_ms = g."lastMs", longest_ms = greatest(s.longest_ms, g."longestMs")
    FROM given g JOIN last l ON l.name = g.name
    WHERE s.name = l.name AND s.from_at = l.from_at AND s.process = $1 AND s.outcome = g.outcome
      AND date_trunc('hour', s.from_at, 'UTC') = date_trunc('hour', g."from", 'UTC')
    RETURNING s.name)
  INSERT INTO system_schedule_runs (name, from_at, process, until_at, outcome, error, rounds, failures, interval_ms, last_ms, longest_ms)
  SELECT name, "from", $1, until, outcome, error, rounds, failures, "intervalMs", "lastMs", "longestMs" FROM given
  WHERE name NOT IN (SELECT name FROM lengthened) ON CONFLICT DO NOTHING`;

const RUN_COLUMNS = `
  s.name, s.from_at AS "from", s.until_at AS until, s.process, s.outcome, s.error, s.rounds, s.failures, s.interval_ms AS "intervalMs",
  s.last_ms AS "lastMs", s.longest_ms AS "longestMs"`;

/** $1 names. The newest row of each, of any process. */
export const SELECT_LAST_RUNS = `
  SELECT ${RUN_COLUMNS} FROM unnest($1::text[]) AS wanted (name)
  CROSS JOIN LATERAL (SELECT * FROM system_schedule_runs r WHERE r.name = wanted.name ORDER BY r.from_at DESC LIMIT 16) s
  ORDER BY s.name, s.until_at DESC`;

/** $1 name, $2 limit. Newest first. */
export const SELECT_RUNS = `
  SELECT ${RUN_COLUMNS} FROM system_schedule_runs s WHERE s.name = $1 ORDER BY s.from_at DESC, s.process LIMIT $2`;

/** $1 seconds. */
export const DELETE_SYSTEM_RUNS = `
  WITH old AS (
    SELECT name, from_at, process FROM system_schedule_runs WHERE until_at < ${AGE_LIMIT} ORDER BY until_at LIMIT ${DELETED_ROWS} FOR UPDATE SKIP LOCKED)
  DELETE FROM system_schedule_runs s USING old WHERE (s.name, s.from_at, s.process) = (old.name, old.from_at, old.process) RETURNING 1`;
