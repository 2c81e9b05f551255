import type { SqlExecutor } from '../../platform/database/pools.ts';
import { AT_REST, COUNT_OPEN, COUNT_TRANSITIONS, type Invariants, NOTHING_LOST, OF_HISTORY, SELECT_OUTCOMES } from './invariants.sql.ts';

type Query = SqlExecutor['query'];

/** Of one invariant: what violates it. */
export interface Violations {
  readonly invariant: string;
  readonly ids: readonly string[];
}

export interface TaskOutcome {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  /** Of the last lease; 0 before the first. */
  readonly epoch: number;
  readonly attempt: number;
  readonly crashes: number;
}

/** The invariants of every history. */
export function checkHistory(query: Query): Promise<Violations[]> {
  return check(query, OF_HISTORY);
}

/** The invariants once all work is done. `accepted`: ids that were answered with success. */
export async function checkAtRest(query: Query, accepted: readonly string[]): Promise<Violations[]> {
  return [...(await check(query, NOTHING_LOST, [accepted])), ...(await check(query, AT_REST))];
}

/** Every task of the schema. For schemas with some thousand tasks. */
export function readOutcomes(query: Query): Promise<TaskOutcome[]> {
  return query<TaskOutcome>(SELECT_OUTCOMES, []);
}

/** How often each transition took place, by its reason in the audit. */
export async function countTransitions(query: Query): Promise<Record<string, number>> {
  const rows = await query<{ reason: string; count: number }>(COUNT_TRANSITIONS, []);
  return Object.fromEntries(rows.map(({ reason, count }) => [reason, count]));
}

/** Tasks that have not ended. */
export async function countOpen(sql: SqlExecutor): Promise<number> {
  return (await sql.query<{ open: number }>(COUNT_OPEN, []))[0]?.open ?? 0;
}

async function check(query: Query, invariants: Invariants, values: unknown[] = []): Promise<Violations[]> {
  const checked: Violations[] = [];
  for (const [invariant, statement] of Object.entries(invariants)) {
    const rows = await query<{ id: string }>(statement, values);
    checked.push({ invariant, ids: rows.map(({ id }) => id) });
  }
  return checked;
}
