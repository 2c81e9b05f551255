import { brokenAtRest } from '../../support/invariants.ts';
import type { Cluster } from './cluster.ts';
import { executions } from './recovery.ts';

const INNOCENTS_THAT_FAILED = `
  SELECT id, name || ' ' || status || ': ' || coalesce(error ->> 'message', '') AS what FROM tasks
  WHERE name LIKE 'innocent-%' AND status IN ('failed', 'timeout')`;
const POISON_THAT_COMPLETED = `SELECT id, name AS what FROM tasks WHERE name LIKE 'poison-%' AND status = 'completed'`;
/** A result that cannot be stored fails its attempt; it neither completes the task nor counts as the end of its agent. */
const ODD_THAT_CRASHED = `
  SELECT id, status || ' ' || coalesce(error ->> 'class', '') AS what FROM tasks
  WHERE name = 'odd-result' AND (status = 'completed' OR (status = 'failed' AND error ->> 'class' <> 'invalid_output'))`;
const COMPLETED = `SELECT id || ' ' || lease_epoch AS id FROM tasks WHERE status = 'completed' AND name <> 'bulk-operation'`; // it writes no line

export type Witnesses = Pick<Cluster, 'didFile'> & { postgres: Pick<Cluster['postgres'], 'query'> } & {
  client: Pick<Cluster['client'], 'accepted' | 'doubled'>;
};

/** All violations, as sentences; empty when there are none. */
export async function violations({ postgres, client, didFile }: Witnesses): Promise<string[]> {
  const query = <Row extends object>(text: string, values: unknown[] = []) => postgres.query<Row>(text, values);
  const found = await brokenAtRest(query, { accepted: client.accepted.map(({ id }) => id), withEffects: ['innocent-effect'] });
  const rows = (text: string) => postgres.query<{ id: string; what: string }>(text);
  for (const { id, what } of await rows(INNOCENTS_THAT_FAILED)) found.push(`innocents come to a good end: ${id} ${what}`);
  for (const { id, what } of await rows(POISON_THAT_COMPLETED)) found.push(`poison completes nothing: ${id} ${what}`);
  for (const { id, what } of await rows(ODD_THAT_CRASHED)) found.push(`an odd result is an invalid output: ${id} ${what}`);
  for (const key of client.doubled) found.push(`one task for one Idempotency-Key: ${key}`);
  const did = executions(didFile);
  const once = new Set(did);
  for (const [line, of] of Map.groupBy(did, (one) => one)) if (of.length > 1) found.push(`an attempt runs once: ${line}`);
  for (const { id } of await query<{ id: string }>(COMPLETED)) if (!once.has(id)) found.push(`what is completed was run: ${id}`);
  return found;
}
