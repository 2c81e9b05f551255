import { describe, expect, it } from '@jest/globals';
import * as constants from '../../src/tasks/task.sql.ts';
import { useEngines } from '../support/engine.ts';

const bed = useEngines();

const STATEMENTS = Object.entries(constants).filter(
  (entry): entry is [string, string] => typeof entry[1] === 'string' && !entry[0].endsWith('_COLUMNS'), // parts of others
);

describe('task.sql.ts', () => {
  it.each(STATEMENTS)('%s fits the schema and leaves out none of its parameters', async (name, text) => {
    await bed.sql(`PREPARE ${name} AS ${text}`);
    const [prepared] = await bed.sql<{ count: number }>(
      `SELECT cardinality(parameter_types)::int AS count FROM pg_prepared_statements WHERE name = lower($1)`,
      [name],
    );
    const numbers = new Set([...text.matchAll(/\$(\d+)/g)].map(([, digits]) => Number(digits)));
    expect([...numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: prepared?.count ?? -1 }, (_, i) => i + 1));
    expect(text).not.toMatch(/\$\{|undefined|\[object|NaN/);
  });
});
