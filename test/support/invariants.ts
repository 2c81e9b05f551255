type Query = (text: string) => Promise<{ id: string }[]>;

/** What must be true of every history, whatever happened. Each statement selects the tasks that break it. */
const PROMISES = {
  'one end in a generation, and it is the end of the row': `
    SELECT id FROM tasks t WHERE terminal_at IS NOT NULL AND 1 <> (
      SELECT count(*) FROM task_audit a WHERE a.task_id = t.id AND a.generation = t.generation AND a.to_status = t.status
         AND a.to_status IN ('completed', 'failed', 'timeout', 'cancelled'))`,
  'the audit is an unbroken chain': `
    SELECT task_id AS id FROM (
      SELECT task_id, from_status, version, lag(to_status) OVER w AS previous, lag(version) OVER w AS previous_version
      FROM task_audit WINDOW w AS (PARTITION BY task_id ORDER BY version)) links
    WHERE previous IS DISTINCT FROM from_status OR version <> coalesce(previous_version, 0) + 1`,
  'the audit ends where the row stands': `
    SELECT id FROM tasks t WHERE (status, version) IS DISTINCT FROM (
      SELECT ROW (to_status, version) FROM task_audit a WHERE a.task_id = t.id ORDER BY version DESC LIMIT 1)`,
  'one claim of an epoch': `
    SELECT task_id AS id FROM task_audit WHERE reason = 'claim' GROUP BY task_id, lease_epoch HAVING count(*) > 1`,
  'log lines count from 1 without a gap': `
    SELECT task_id AS id FROM task_logs GROUP BY task_id HAVING max(seq) <> count(*) OR min(seq) <> 1`,
};

/** `promise: task id` for each that is broken. */
export async function brokenPromises(query: Query): Promise<string[]> {
  const broken: string[] = [];
  for (const [promise, statement] of Object.entries(PROMISES)) {
    for (const { id } of await query(statement)) broken.push(`${promise}: ${id}`);
  }
  return broken;
}
