import type { SqlExecutor } from '../../src/platform/database/pools.ts';
import { checkAtRest, checkHistory, type Violations } from '../../src/engine/inspection/invariants.ts';

type Query = SqlExecutor['query'];
type Promises = Readonly<Record<string, string>>;

/** Invariants of the content tables. Each statement selects the tasks that violate it. */
const OF_CONTENTS: Promises = {
  'a generation is completed when it has its content': `
    SELECT coalesce(t.id, c.generation_task_id) AS id FROM (SELECT * FROM tasks WHERE name = 'content-generation') t
    FULL JOIN (SELECT * FROM contents WHERE generation_task_id IS NOT NULL) c ON c.generation_task_id = t.id
    WHERE (t.status = 'completed') IS DISTINCT FROM (c.id IS NOT NULL)`,
  'a content is that of the attempt that won': `
    SELECT t.id FROM contents c JOIN tasks t ON t.id = c.generation_task_id WHERE c.lease_epoch <> t.lease_epoch`,
};

/** Of the connections of the test database, once all work is done. */
const OF_CONNECTIONS: Promises = {
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
export async function violatedInvariants(query: Query): Promise<string[]> {
  return [...lines(await checkHistory(query)), ...(await broken(query, OF_CONTENTS))];
}

export interface AtRest {
  /** Ids that were answered with 2xx; none may be missing. */
  accepted: readonly string[];
  /** Names of the tasks with an effect. */
  withEffects: readonly string[];
}

/** The same, and the invariants once all work is done. */
export async function brokenAtRest(query: Query, { accepted, withEffects }: AtRest): Promise<string[]> {
  return [
    ...lines(await checkAtRest(query, accepted)),
    ...(await broken(query, OF_CONNECTIONS)),
    ...(await broken(query, OF_EFFECTS, [withEffects])),
    ...(await violatedInvariants(query)),
  ];
}

const lines = (checked: readonly Violations[]): string[] => checked.flatMap(({ invariant, ids }) => ids.map((id) => `${invariant}: ${id}`));

async function broken(query: Query, promises: Promises, values: unknown[] = []): Promise<string[]> {
  const found: string[] = [];
  for (const [promise, statement] of Object.entries(promises)) {
    for (const { id } of await query<{ id: string }>(statement, values)) found.push(`${promise}: ${id}`);
  }
  return found;
}
