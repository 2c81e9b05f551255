import { beforeAll, describe, expect, it } from '@jest/globals';
import { globSync } from 'node:fs';
import { CREATE_EFFECTS, dropSchema } from '../../src/app/verify/verify.sql.ts';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { countByVerdict, selectPage } from '../../src/engine/bulk/bulk.sql.ts';
import { countedContents } from '../../src/content/contents/content-counts.sql.ts';
import { countedTasks } from '../../src/engine/inspection/status-counts.sql.ts';
import { selectFoundLines } from '../../src/engine/logs/found-lines.sql.ts';
import { ledTasks } from '../../src/engine/task-lead.sql.ts';
import { countByStatus } from '../../src/platform/database/bounded-counts.ts';
import { selectRunNumbers, selectRuns } from '../../src/engine/inspection/run-statistics.sql.ts';
import { countEnded, deleteDetails, deleteEnded } from '../../src/engine/maintenance/retention.sql.ts';
import { noOtherName, READY_GROUPED, READY_UNGROUPED, readyNames, runnableNames } from '../../src/engine/ready.sql.ts';
import { headStart } from '../../src/engine/rank.sql.ts';
import { searchTasks, selectTasks } from '../../src/engine/task.sql.ts';
import { RANK_AT } from '../../src/engine/transition.sql.ts';
import { useEngines } from '../support/engine.ts';
import { hasStatus } from '../../src/engine/task-status.sql.ts';

const harness = useEngines();
const ROOT = join(import.meta.dirname, '../..');
const ID = '01930000-0000-7000-8000-000000000000';

const CRITERIA = { names: ['a'], queues: ['default'], batchId: ID, errorCode: 'x', since: new Date(), until: new Date() };
const SELECTION = { action: 'retry', criteria: CRITERIA, priority: null, operationId: ID } as const;
const REFERENCES = ['EXISTS (SELECT FROM content_generation r WHERE r.id = t.id)'];

/** What the builders of SQL return for sample arguments, by the name of the builder. */
const CONTENTS = { name: 'contents', statusColumn: 'review_status' };
const LED = { from: 'tasks t', range: [], conditions: [`t.name = 'a'`] };
const SAMPLES: Record<string, () => string> = {
  countedContents: () => countByStatus(CONTENTS, ['pending'], countedContents({ within: [ID] }, [])),
  countedTasks: () =>
    countByStatus({ name: 'tasks', statusColumn: 'status', hasStatus }, ['completed'], countedTasks({ names: ['a'] }, [])),
  ledTasks: () => searchTasks(ledTasks({ statuses: ['failed'], patterns: ['%a%'] }, 10, [51])),
  searchTasks: () => searchTasks(LED),
  selectFoundLines: () => selectFoundLines('ASC'),
  selectRunNumbers: () => selectRunNumbers(LED),
  selectRuns: () => selectRuns(LED),
  selectTasks: () => selectTasks(['t.id < $2::uuid']),
  countByVerdict: () => countByVerdict(SELECTION).text,
  selectPage: () => selectPage(SELECTION, ID).text,
  countEnded: () => countEnded(REFERENCES),
  deleteEnded: () => deleteEnded(REFERENCES),
  deleteDetails: () => deleteDetails(REFERENCES),
  hasStatus: () => hasStatus('pending'),
  headStart: () => headStart('t.queue', 't.priority'),
  noOtherName: () => noOtherName(READY_UNGROUPED),
  RANK_AT: () => RANK_AT('again.run_at'),
  readyNames: () => readyNames('ungrouped', READY_UNGROUPED),
  dropSchema: () => dropSchema('contenthub_verify_0123456789ab'),
  runnableNames: () => runnableNames('grouped', READY_GROUPED, '$3'),
};

const texts = await readTexts();
const statements = texts.filter(({ text }) => /^\s*(?:WITH|SELECT|INSERT|UPDATE|DELETE)\b/.test(text));

/** Cannot be prepared. */
const DEFINITION = /^\s*(?:CREATE|DROP|LOCK)\b/;
beforeAll(() => harness.sql(CREATE_EFFECTS)); // the table of a scratch schema

/** Every exported text of every file of SQL. */
async function readTexts(): Promise<{ name: string; file: string; text: string }[]> {
  const found = [];
  for (const file of globSync('src/**/*.sql.ts', { cwd: ROOT }).sort()) {
    const module = (await import(pathToFileURL(join(ROOT, file)).href)) as Record<string, unknown>;
    for (const [name, value] of Object.entries(module)) {
      const text = typeof value === 'function' ? SAMPLES[name]?.() : value;
      if (typeof value === 'function' && text === undefined) throw new Error(`${file}: add sample arguments for ${name}() to this test`);
      if (typeof text === 'string') found.push({ name, file, text });
    }
  }
  return found;
}

describe('every statement of the source', () => {
  it.each(statements.map((one) => [one.name, one.file, one.text]))(
    '%s of %s fits the schema and uses all of its parameters',
    async (name, _, text) => {
      await harness.sql(`PREPARE ${name} AS ${text}`);
      const [prepared] = await harness.sql<{ count: number }>(
        `SELECT cardinality(parameter_types)::int AS count FROM pg_prepared_statements WHERE name = lower($1)`,
        [name],
      );
      await harness.sql(`DEALLOCATE ${name}`);
      const numbers = new Set([...text.matchAll(/\$(\d+)/g)].map(([, digits]) => Number(digits)));
      expect([...numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: prepared?.count ?? -1 }, (_value, i) => i + 1));
      expect(text).not.toMatch(/\$\{|undefined|\[object|NaN/);
    },
  );

  it('contains every other exported text, so that no part escapes the check', () => {
    const parts = texts.filter((one) => !statements.includes(one) && !DEFINITION.test(one.text));
    const unused = parts.filter(({ text }) => !statements.some((statement) => statement.text.includes(text)));
    expect(unused.map(({ name, file }) => `${file}: ${name}`)).toEqual([]);
  });
});
