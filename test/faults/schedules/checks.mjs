// What the test of schedules reads from the database.

/** Counts by due time: tasks of one due time beyond the first, and due times between the first and the last without a row. */
export async function countFirings(sql) {
  const [tasks] = await sql(
    `SELECT count(*)::int AS tasks, (count(*) - count(DISTINCT (created_by, params ->> 'at')))::int AS duplicates FROM tasks`,
  );
  const [rows] = await sql(`
    SELECT count(*) FILTER (WHERE outcome = 'fired')::int AS fired, coalesce(sum(count) FILTER (WHERE outcome = 'skipped'), 0)::int AS skipped,
           count(*) FILTER (WHERE outcome = 'failed')::int AS failed,
           count(*) FILTER (WHERE outcome = 'fired' AND NOT EXISTS (SELECT FROM tasks t WHERE t.id = f.task_id))::int AS "withoutTask"
    FROM schedule_firings f`);
  // Every due time from the creation to the next one has a row of its own, or is within a row of several.
  const [gaps] = await sql(`
    SELECT count(*)::int AS gaps FROM (
      SELECT s.id, s.next_due_at, (s.trigger ->> 'everyMs')::int AS every,
             (SELECT min(due_at) FROM schedule_firings f WHERE f.schedule_id = s.id) AS first
      FROM schedules s WHERE s.name LIKE 'fast-%') s
    CROSS JOIN LATERAL generate_series(s.first, s.next_due_at - make_interval(secs => s.every / 1000.0), make_interval(secs => s.every / 1000.0)) AS due
    WHERE NOT EXISTS (SELECT FROM schedule_firings f WHERE f.schedule_id = s.id AND (f.due_at = due OR (f.due_at < due AND f.until_at > due)))`);
  return { ...tasks, ...rows, ...gaps };
}

export async function lateness(sql, since) {
  const [row] = await sql(
    `SELECT percentile_disc(ARRAY[0.5, 0.95, 0.99, 1]) WITHIN GROUP (ORDER BY late_ms) AS ms FROM schedule_firings WHERE outcome = 'fired' AND at > $1`,
    [since],
  );
  const [p50, p95, p99, max] = row?.ms ?? [];
  return { p50, p95, p99, max };
}

export function percentile(values, share) {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
}
