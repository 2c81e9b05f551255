/**
 * The highest number of tasks of these names leased at once, by the audit. Ordered by the transactions that wrote it,
 * because its times are their start times, before they waited for their turn.
 */
export const MOST_AT_ONCE = `
  SELECT max(running)::int AS most FROM (
    SELECT sum(sum(step)) OVER (ORDER BY xid) AS running FROM (
      SELECT a.xid, CASE WHEN to_status IN ('assigned', 'running') THEN 1 ELSE -1 END AS step
      FROM task_audit a JOIN tasks t ON t.id = a.task_id
      WHERE t.name = ANY ($1) AND (coalesce(from_status, '') IN ('assigned', 'running')) <> (to_status IN ('assigned', 'running'))) steps
    GROUP BY xid) sums`;

/**
 * The number of claims of tasks of these names, and the milliseconds from the first submission to the last claim. Not
 * from the first claim: its time is taken once its rows are locked, and its bucket is debited for the time before
 * that.
 */
export const CLAIMS_OVER_TIME = `
  SELECT count(*)::int AS claims, extract(epoch FROM max(a.at) - min(t.created_at))::float8 * 1000 AS ms
  FROM task_audit a JOIN tasks t ON t.id = a.task_id WHERE t.name = ANY ($1) AND a.reason IN ('claim', 'assign')`;
