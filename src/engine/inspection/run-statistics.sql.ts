import type { LedTasks } from '../task-lead.sql.ts';

/** How many of the newest tasks the numbers are about, and how many are shown as runs. */
export const RUN_SAMPLE = 1_000;
const RUNS_SHOWN = 50;

/** The newest tasks of the lead that match: counts, and percentiles of what the last attempts of completed tasks took. */
export function selectRunNumbers({ from, conditions }: LedTasks): string {
  return `
  SELECT count(*)::int AS total, count(*) FILTER (WHERE t.status = 'completed')::int AS completed, count(*) FILTER (WHERE t.status = 'failed')::int AS failed,
         count(*) FILTER (WHERE t.status = 'timeout')::int AS timeout, count(*) FILTER (WHERE t.status = 'cancelled')::int AS cancelled,
         min(t.created_at) AS since,
         percentile_disc(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY round(extract(epoch FROM t.terminal_at - t.started_at) * 1000)::float8)
           FILTER (WHERE t.status = 'completed' AND t.started_at IS NOT NULL) AS "durationsMs"
  FROM ${from} WHERE ${conditions.join(' AND ') || 'true'}`;
}

/** The newest of them, with their checkpoints in the order in which they were stored. */
export function selectRuns({ from, conditions }: LedTasks): string {
  return `
  SELECT run.*, s.steps
  FROM (
    SELECT t.id, t.status, t.attempt, t.external_id AS "externalId", t.step, t.error ->> 'code' AS "errorCode", t.created_at AS "createdAt",
           t.started_at AS "startedAt", t.terminal_at AS "finishedAt"
    FROM ${from} WHERE ${conditions.join(' AND ') || 'true'} ORDER BY t.id DESC LIMIT ${RUNS_SHOWN}) run
  CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(json_build_object('step', one.step, 'attempt', one.attempt, 'at', one.at) ORDER BY one.at, one.step), '[]') AS steps
    FROM (SELECT step, attempt, at FROM task_steps WHERE task_id = run.id ORDER BY at LIMIT 50) one) s
  ORDER BY run.id DESC`;
}
