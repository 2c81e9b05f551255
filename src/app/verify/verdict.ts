import {
  checkAtRest,
  checkHistory,
  countTransitions,
  readOutcomes,
  type TaskOutcome,
  type Violations,
} from '../../engine/inspection/invariants.ts';
import type { SqlExecutor } from '../../platform/database/pools.ts';
import { SELECT_EFFECTS } from './verify.sql.ts';

export interface Evidence {
  /** Ids that were answered with success. */
  readonly accepted: readonly string[];
  /** A line for each attempt that began: `<task> <epoch>`. */
  readonly attempts: readonly string[];
}

export interface Verdict {
  readonly completed: number;
  /** Tasks that ended otherwise. A task whose process was killed three times fails by design. */
  readonly failed: number;
  /** How often each transition took place. */
  readonly transitions: Readonly<Record<string, number>>;
  readonly checks: readonly Violations[];
}

/** Checks the scratch schema once all tasks have ended. */
export async function verdictOf(sql: SqlExecutor, { accepted, attempts }: Evidence): Promise<Verdict> {
  const query: SqlExecutor['query'] = (text, values) => sql.query(text, values);
  const outcomes = await readOutcomes(query);
  const effects = await query<{ task: string; epoch: number }>(SELECT_EFFECTS, []);
  const completed = outcomes.filter(({ status }) => status === 'completed');
  return {
    completed: completed.length,
    failed: outcomes.length - completed.length,
    transitions: await countTransitions(query),
    checks: [
      ...(await checkAtRest(query, accepted)),
      ...effectChecks(completed, effects),
      ...attemptChecks(completed, attempts),
      { invariant: 'a task fails only after three crashes', ids: withoutReason(outcomes) },
      ...(await checkHistory(query)),
    ],
  };
}

function effectChecks(completed: readonly TaskOutcome[], effects: readonly { task: string; epoch: number }[]): Violations[] {
  const epochs = Map.groupBy(effects, ({ task }) => task);
  const won = new Map(completed.map(({ id, epoch }) => [id, epoch]));
  return [
    {
      invariant: 'a completed task has one effect',
      ids: completed.filter(({ id }) => epochs.get(id)?.length !== 1).map(({ id }) => id),
    },
    {
      invariant: 'an effect is that of the attempt that won',
      ids: effects.filter(({ task, epoch }) => won.get(task) !== epoch).map(({ task }) => task),
    },
  ];
}

function attemptChecks(completed: readonly TaskOutcome[], attempts: readonly string[]): Violations[] {
  const begun = Map.groupBy(attempts, (line) => line);
  return [
    { invariant: 'an attempt runs once', ids: [...begun].filter(([, lines]) => lines.length > 1).map(([line]) => line) },
    { invariant: 'what is completed was run', ids: completed.filter(({ id, epoch }) => !begun.has(`${id} ${epoch}`)).map(({ id }) => id) },
  ];
}

function withoutReason(outcomes: readonly TaskOutcome[]): string[] {
  return outcomes.filter(({ status, crashes }) => status !== 'completed' && crashes < 3).map(({ id, status }) => `${id} ${status}`);
}
