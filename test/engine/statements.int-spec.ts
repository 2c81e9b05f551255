import { describe, expect, it } from '@jest/globals';
import * as agents from '../../src/agents/agent.sql.ts';
import * as artifacts from '../../src/agents/artifacts/artifact.sql.ts';
import * as leases from '../../src/engine/leases/agent-lease.sql.ts';
import * as claims from '../../src/engine/claim.sql.ts';
import * as dependencies from '../../src/engine/dependency.sql.ts';
import * as dispatch from '../../src/engine/dispatch/dispatch.sql.ts';
import * as queues from '../../src/engine/queues/queue.sql.ts';
import * as moves from '../../src/engine/task.sql.ts';
import { useEngines } from '../support/engine.ts';

const bed = useEngines();

const STATEMENTS = Object.entries({
  ...moves,
  ...claims,
  ...dependencies,
  ...dispatch,
  ...queues,
  ...agents,
  ...leases,
  ...artifacts,
}).filter(
  (entry): entry is [string, string] => typeof entry[1] === 'string' && !/_COLUMNS$|^READY_/.test(entry[0]), // parts of others
);

describe('the statements of the engine', () => {
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
