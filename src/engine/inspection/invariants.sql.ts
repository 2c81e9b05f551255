/** Each statement selects the id of what violates the invariant. */
export type Invariants = Readonly<Record<string, string>>;

/** Of every history, at any time. */
export const OF_HISTORY: Invariants = {
  'one end in a generation, and it is the end of the row': `
    SELECT id FROM tasks t WHERE terminal_at IS NOT NULL AND 1 <> (
      SELECT count(*) FROM task_audit a WHERE a.task_id = t.id AND a.generation = t.generation AND a.to_status = t.status
         AND a.to_status IN ('completed', 'failed', 'timeout', 'cancelled'))`,
  'the audit is an unbroken chain': `
    SELECT task_id AS id FROM (
      SELECT task_id, from_status, version, lag(to_status) OVER w AS previous, lag(version) OVER w AS previous_version
      FROM task_audit WINDOW w AS (PARTITION BY task_id ORDER BY version)) links
    WHERE previous IS DISTINCT FROM from_status OR version <> coalesce(previous_version, 0) + 1`,
  'the last audit row matches the task row': `
    SELECT id FROM tasks t WHERE (status, version) IS DISTINCT FROM (
      SELECT ROW (to_status, version) FROM task_audit a WHERE a.task_id = t.id ORDER BY version DESC LIMIT 1)`,
  'one claim of an epoch': `
    SELECT task_id AS id FROM task_audit WHERE reason = 'claim' GROUP BY task_id, lease_epoch HAVING count(*) > 1`,
  'no claim is dated before its submission, nor before the claim before it': `
    SELECT task_id AS id FROM (
      SELECT task_id, to_status, at, max(at) OVER (PARTITION BY task_id ORDER BY version) AS latest FROM task_audit
      WHERE reason IN ('submit', 'assign', 'claim', 'manual_retry')) steps
    WHERE at < latest
    UNION SELECT id FROM tasks WHERE started_at < created_at`,
  'no dependent is claimed before its dependency has ended': `
    SELECT d.task_id AS id FROM task_dependencies d
    JOIN (SELECT DISTINCT ON (task_id, generation) task_id, generation, at FROM task_audit a WHERE to_status = 'submitted'
          AND EXISTS (SELECT FROM task_audit c WHERE c.task_id = a.task_id AND c.generation = a.generation AND c.reason IN ('assign', 'claim'))
          ORDER BY task_id, generation, version) ready ON ready.task_id = d.task_id AND ready.generation <> ALL (d.ignored_in_generations)
    CROSS JOIN LATERAL (SELECT to_status AS was FROM task_audit o WHERE o.task_id = d.depends_on AND o.at <= ready.at
                        ORDER BY o.version DESC LIMIT 1) other
    WHERE other.was <> 'completed' AND NOT (d.on_failure = 'run' AND other.was IN ('failed', 'timeout', 'cancelled'))`,
  'log lines count from 1 without a gap': `
    SELECT task_id AS id FROM task_logs GROUP BY task_id HAVING max(seq) <> count(*) OR min(seq) <> 1`,
};

/** Once all work is done. */
export const AT_REST: Invariants = {
  'every task has ended': `SELECT id FROM tasks WHERE terminal_at IS NULL`,
  'no task waits for an ended dependency': `
    SELECT d.task_id AS id FROM task_dependencies d JOIN tasks t ON t.id = d.depends_on JOIN tasks w ON w.id = d.task_id
    WHERE d.released_at IS NULL AND t.terminal_at >
      coalesce((SELECT max(at) FROM task_audit a WHERE a.task_id = w.id AND a.reason = 'manual_retry'), w.created_at)`,
  'a batch counts its tasks': `
    SELECT b.id FROM task_batches b WHERE (b.completed, b.failed, b.cancelled) IS DISTINCT FROM (
      SELECT ROW (count(*) FILTER (WHERE status = 'completed')::int, count(*) FILTER (WHERE status IN ('failed', 'timeout'))::int,
                  count(*) FILTER (WHERE status = 'cancelled')::int) FROM tasks t WHERE t.parent_id = b.id)`,
};

/** $1 ids that were answered with success. */
export const NOTHING_LOST: Invariants = {
  'what was accepted is there': `SELECT id FROM unnest($1::uuid[]) AS a (id) WHERE NOT EXISTS (SELECT FROM tasks t WHERE t.id = a.id)`,
};

export const SELECT_OUTCOMES = `SELECT id, name, status, lease_epoch AS epoch, attempt, crash_count AS crashes FROM tasks ORDER BY id`;

export const COUNT_TRANSITIONS = `SELECT reason, count(*)::int AS count FROM task_audit GROUP BY 1`;

export const COUNT_OPEN = `SELECT count(*)::int AS open FROM tasks WHERE terminal_at IS NULL`;
