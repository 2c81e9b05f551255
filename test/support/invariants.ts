type Query = (text: string, values?: unknown[]) => Promise<{ id: string }[]>;
type Promises = Readonly<Record<string, string>>;

/** Invariants of every history. Each statement selects the tasks that violate it. */
const ALWAYS: Promises = {
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
  'a generation is completed when it has its content': `
    SELECT coalesce(t.id, c.generation_task_id) AS id FROM (SELECT * FROM tasks WHERE name = 'content-generation') t
    FULL JOIN (SELECT * FROM contents WHERE generation_task_id IS NOT NULL) c ON c.generation_task_id = t.id
    WHERE (t.status = 'completed') IS DISTINCT FROM (c.id IS NOT NULL)`,
  'a content is that of the attempt that won': `
    SELECT t.id FROM contents c JOIN tasks t ON t.id = c.generation_task_id WHERE c.lease_epoch <> t.lease_epoch`,
};

/** Invariants once all work is done. */
const AT_REST: Promises = {
  'every task has ended': `SELECT id FROM tasks WHERE terminal_at IS NULL`,
  'no task waits for an ended dependency': `
    SELECT d.task_id AS id FROM task_dependencies d JOIN tasks t ON t.id = d.depends_on JOIN tasks w ON w.id = d.task_id
    WHERE d.released_at IS NULL AND t.terminal_at >
      coalesce((SELECT max(at) FROM task_audit a WHERE a.task_id = w.id AND a.reason = 'manual_retry'), w.created_at)`,
  'a batch counts its tasks': `
    SELECT b.id FROM task_batches b WHERE (b.completed, b.failed, b.cancelled) IS DISTINCT FROM (
      SELECT ROW (count(*) FILTER (WHERE status = 'completed')::int, count(*) FILTER (WHERE status IN ('failed', 'timeout'))::int,
                  count(*) FILTER (WHERE status = 'cancelled')::int) FROM tasks t WHERE t.parent_id = b.id)`,
  'no transaction was forgotten': `
    SELECT pid::text AS id FROM pg_stat_activity
    WHERE datname = current_database() AND state LIKE 'idle in transaction%' AND state_change < now() - interval '1 s'`,
  'no advisory lock was forgotten': `
    SELECT pid::text AS id FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
};

/** For tests whose result handlers insert a row into `effects (task, epoch)`; $1 the names of their tasks. */
const OF_EFFECTS: Promises = {
  'completed and one effect are the same': `
    SELECT t.id FROM tasks t WHERE name = ANY ($1) AND (t.status = 'completed')::int <> (SELECT count(*) FROM effects e WHERE e.task = t.id)`,
  'no other task has an effect': `SELECT task AS id FROM effects WHERE task NOT IN (SELECT id FROM tasks WHERE name = ANY ($1))`,
  'an effect is that of the attempt that won': `
    SELECT task AS id FROM effects e JOIN tasks t ON t.id = e.task WHERE e.epoch <> t.lease_epoch AND name = ANY ($1)`,
};

/** `invariant: id of the task` for each violation. */
export function violatedInvariants(query: Query): Promise<string[]> {
  return broken(query, ALWAYS);
}

export interface AtRest {
  /** Ids that were answered with 2xx; none may be missing. */
  accepted: readonly string[];
  /** Names of the tasks with an effect. */
  withEffects: readonly string[];
}

/** The same, and the invariants once all work is done. */
export async function brokenAtRest(query: Query, { accepted, withEffects }: AtRest): Promise<string[]> {
  const lost = `SELECT id FROM unnest($1::uuid[]) AS a (id) WHERE NOT EXISTS (SELECT FROM tasks t WHERE t.id = a.id)`;
  return [
    ...(await broken(query, { 'what was accepted is there': lost }, [accepted])),
    ...(await broken(query, AT_REST)),
    ...(await broken(query, OF_EFFECTS, [withEffects])),
    ...(await broken(query, ALWAYS)),
  ];
}

async function broken(query: Query, promises: Promises, values: unknown[] = []): Promise<string[]> {
  const found: string[] = [];
  for (const [promise, statement] of Object.entries(promises)) {
    for (const { id } of await query(statement, values)) found.push(`${promise}: ${id}`);
  }
  return found;
}
