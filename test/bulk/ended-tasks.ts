import { v7 as uuidv7 } from 'uuid';
import { type Engine, type useEngines } from '../support/engine.ts';
import { withoutTriggers } from '../support/without-triggers.ts';

const DAY_MS = 86_400_000;

const TABLES = ['tasks', 'task_audit', 'task_logs', 'task_steps', 'task_dependencies'] as const;

const talkative = {
  name: 'talkative',
  options: { maxAttempts: 1 },
  handle: async (context: {
    log: { info(text: string): void };
    checkpoint(step: string, inputs: unknown, work: () => Promise<unknown>): Promise<unknown>;
  }) => {
    context.log.info('hello');
    await context.checkpoint('only', null, () => Promise.resolve(1));
  },
};

/** The id of a task that was submitted so many days ago. */
export const idOf = (days: number): string => uuidv7({ msecs: Date.now() - days * DAY_MS });

/** Tasks that ended some days ago, and what is left of them. */
export function useEndedTasks(harness: ReturnType<typeof useEngines>) {
  /** An engine whose only task is `talkative`: one log line and one step. */
  const start = (settings: Record<string, string> = {}, more = {}): Promise<Engine> =>
    harness.start({ handlers: [talkative], settings, ...more });

  /** Changes the times of tasks as if they had been submitted and had ended so many days earlier. */
  const age = (ids: readonly string[], days: number): Promise<unknown> => {
    const turned = ['created_at', 'terminal_at'].map((column) => `${column} = ${column} - ${days} * interval '1 day'`);
    return withoutTriggers(harness.sql, `UPDATE tasks SET ${turned.join()} WHERE id = ANY ('{${ids.join()}}')`);
  };

  /** Cancelled tasks that ended so many days ago. */
  const old = async (engine: Engine, days: number, count = 1, more: object = {}): Promise<string[]> => {
    const ids = Array.from({ length: count }, () => idOf(days)).sort();
    await engine.tasks.submitMany(ids.map((id) => ({ id, name: 'talkative', createdBy: 'test', trigger: 'api' as const, ...more })));
    await engine.tasks.cancelByIds(ids, 'test');
    await age(ids, days);
    return ids;
  };

  const remaining = async (): Promise<string[]> =>
    (await harness.sql<{ id: string }>('SELECT id FROM tasks ORDER BY id')).map(({ id }) => id);

  /** Numbers of rows of a task, by table. */
  const rowsOf = async (id: string): Promise<Record<string, number>> => {
    const counts = TABLES.map(
      (table) => `(SELECT count(*)::int FROM ${table} WHERE ${table === 'tasks' ? 'id' : 'task_id'} = $1) AS ${table}`,
    );
    return ((await harness.sql(`SELECT ${counts.join()}`, [id])) as [Record<string, number>])[0];
  };

  return { start, age, old, remaining, rowsOf };
}
