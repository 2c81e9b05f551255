import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { containing } from '../../src/core/task/search.ts';
import { isTerminal, TASK_STATUSES, type TaskStatus } from '../../src/core/task/states.ts';
import { BULK_ACTIONS } from '../../src/engine/bulk/bulk-action.ts';
import * as bulkSql from '../../src/engine/bulk/bulk.sql.ts';
import * as batchSql from '../../src/engine/batches/batch.sql.ts';
import { LAST_ID } from '../../src/engine/sweep-pages.ts';
import * as retentionSql from '../../src/engine/maintenance/retention.sql.ts';
import { conditionsOf, type TaskCriteria } from '../../src/engine/task-criteria.ts';
import { useEngines } from '../support/engine.ts';

const harness = useEngines();

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const NAMES = ['alpha', 'beta', 'gamma'];
const QUEUES = ['default', 'content'];
const CODES = ['ECONNRESET', "o'clock", 'x" ; DROP TABLE tasks; --'];
const BATCHES = [uuidv7(), uuidv7()];
const ACCOUNTS = [uuidv7(), uuidv7()];
const TOPICS = ['Grid storage', '储能的未来', '100% of a_b', null];

interface Sample {
  id: string;
  name: string;
  queue: string;
  status: TaskStatus;
  createdAt: Date;
  batchId: string | null;
  errorCode: string | null;
  accountId: string | null;
  topic: string | null;
  finishedAt: Date | null;
}

const statusOf = (i: number) => TASK_STATUSES[i % TASK_STATUSES.length] as TaskStatus;

/** One task per number, of each kind in turn. */
const SAMPLES: Sample[] = Array.from({ length: 120 }, (_, i) => ({
  id: uuidv7(),
  name: NAMES[i % 3] as string,
  queue: QUEUES[i % 7 === 0 ? 1 : 0] as string,
  status: statusOf(i),
  createdAt: new Date(START + (i % 10) * DAY),
  batchId: i % 4 === 0 ? null : (BATCHES[i % 2] as string),
  errorCode: i % 5 === 0 ? null : (CODES[i % 3] as string),
  accountId: i % 3 === 0 ? null : (ACCOUNTS[i % 2] as string),
  topic: TOPICS[i % TOPICS.length] as string | null,
  finishedAt: isTerminal(statusOf(i)) ? new Date(START + (i % 11) * DAY) : null,
}));

function fits(task: Sample, criteria: TaskCriteria): boolean {
  const { ids, names, queues, statuses, since, until, batchId, errorCode, accountId, finishedSince, finishedUntil } = criteria;
  const [first, last] = criteria.idRange ?? [];
  const text = `${task.name} ${task.topic ?? ''}`.toLowerCase();
  return (
    (accountId === undefined || task.accountId === accountId) &&
    (finishedSince === undefined || (task.finishedAt !== null && task.finishedAt >= finishedSince)) &&
    (finishedUntil === undefined || (task.finishedAt !== null && task.finishedAt < finishedUntil)) &&
    (first === undefined || last === undefined || (task.id >= first && task.id <= last)) &&
    (criteria.patterns?.every((pattern) => text.includes(wordOf(pattern))) ?? true) &&
    (ids?.includes(task.id) ?? true) &&
    (names?.includes(task.name) ?? true) &&
    (queues?.includes(task.queue) ?? true) &&
    (statuses?.includes(task.status) ?? true) &&
    (since === undefined || task.createdAt >= since) &&
    (until === undefined || task.createdAt < until) &&
    (batchId === undefined || task.batchId === batchId) &&
    (errorCode === undefined || task.errorCode === errorCode)
  );
}

/** The word of a pattern that `containing` made. */
const wordOf = (pattern: string): string => pattern.slice(1, -1).replaceAll(/\\(.)/g, '$1').toLowerCase();

const anyTime = fc.integer({ min: 0, max: 11 }).map((day) => new Date(START + day * DAY));
const idOf = (i: number): string => SAMPLES.map(({ id }) => id).toSorted()[i] ?? '';
const anyText = fc.oneof(
  fc.constantFrom(...NAMES, ...CODES),
  fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
);
/** Every combination of criteria, with values that match and values that do not. */
const anyCriteria = fc.record<TaskCriteria>(
  {
    ids: fc.subarray(SAMPLES.map(({ id }) => id)).map((ids) => [...ids, uuidv7()]),
    names: fc.uniqueArray(anyText, { minLength: 1, maxLength: 3 }),
    queues: fc.uniqueArray(fc.oneof(fc.constantFrom(...QUEUES), anyText), { minLength: 1, maxLength: 3 }),
    statuses: fc.subarray([...TASK_STATUSES], { minLength: 1 }),
    since: anyTime,
    until: anyTime,
    batchId: fc.constantFrom(...BATCHES, uuidv7()),
    errorCode: anyText,
    accountId: fc.constantFrom(...ACCOUNTS, uuidv7()),
    finishedSince: anyTime,
    finishedUntil: anyTime,
    idRange: fc.tuple(fc.nat(SAMPLES.length - 1), fc.nat(SAMPLES.length - 1)).map(([a, b]) => [idOf(Math.min(a, b)), idOf(Math.max(a, b))]),
    patterns: fc.subarray(['alpha', 'GRID', '储能', '100%', 'a_b', 'axb', '\\'], { minLength: 1, maxLength: 2 }).map(containing),
  },
  { requiredKeys: [] },
);

async function insertSamples(): Promise<void> {
  await harness.sql(
    `INSERT INTO tasks (id, name, queue, status, rank, run_at, max_attempts, backoff, timeout_ms, created_by, trigger, actor, created_at, parent_id, error,
                        account_id, params, terminal_at, lease_owner, lease_expires_at, deadline_at)
     SELECT id, name, queue, status, "createdAt", "createdAt", 1, '{}', 1000, 'test', 'api', 'test', "createdAt", "batchId",
            CASE WHEN "errorCode" IS NOT NULL THEN jsonb_build_object('code', "errorCode") END,
            "accountId", jsonb_strip_nulls(jsonb_build_object('topic', topic)), "finishedAt",
            CASE WHEN status IN ('assigned', 'running') THEN 'host:1:boot' END,
            CASE WHEN status IN ('assigned', 'running') THEN now() + interval '1 hour' END,
            CASE WHEN status = 'running' THEN now() + interval '1 hour' END
     FROM json_to_recordset($1) AS r (id uuid, name text, queue text, status text, "createdAt" timestamptz, "batchId" uuid, "errorCode" text,
           "accountId" uuid, topic text, "finishedAt" timestamptz)`,
    [JSON.stringify(SAMPLES)],
  );
}

describe('criteria', () => {
  it('select exactly the tasks that match all criteria, newest first, page by page', async () => {
    // The audit requires tasks to start as pending or submitted; this test only reads.
    await harness.sql('ALTER TABLE tasks DISABLE TRIGGER USER');
    try {
      await insertSamples();
      const engine = await harness.start();
      await fc.assert(
        fc.asyncProperty(anyCriteria, async (criteria) => {
          const expected = SAMPLES.filter((task) => fits(task, criteria)).map(({ id }) => id);
          const rows = await engine.tasks.list({ ...criteria, limit: 1_000 });
          expect(rows.map(({ id }) => id)).toEqual(expected.toSorted().reverse());
          const found = await engine.repository.search({ ...criteria, limit: 1_000 });
          expect([found.rows.map(({ id }) => id), found.searchedTo]).toEqual([expected.toSorted().reverse(), null]);
          const selection = { action: 'cancel' as const, criteria, priority: null, operationId: null };
          const page = bulkSql.selectPage(selection, LAST_ID);
          expect((await harness.sql<{ id: string }>(page.text, page.values)).map(({ id }) => id)).toEqual(expected.toSorted().reverse());
          const count = bulkSql.countByVerdict(selection);
          const counts = await harness.sql<{ count: number }>(count.text, count.values);
          expect(counts.reduce((sum, row) => sum + row.count, 0)).toBe(expected.length);
        }),
        { numRuns: 150 },
      );
    } finally {
      await harness.sql('DELETE FROM tasks');
      await harness.sql('ALTER TABLE tasks ENABLE TRIGGER USER');
    }
  });

  it('contain no value in the text, except statuses, which are words of a closed list', () => {
    expect(conditionsOf({ statuses: ['failed', 'timeout'] }, [])).toEqual([`(t.status = 'failed' OR t.status = 'timeout')`]);
    fc.assert(
      fc.property(anyCriteria, (any) => {
        const criteria: TaskCriteria = { ...any, statuses: undefined };
        delete criteria.statuses;
        const values: unknown[] = [];
        const text = conditionsOf(criteria, values);
        expect(text.join().replaceAll(/= (\(\S+\)\[1\]|ANY \(\S+\))/g, '')).toBe(
          conditionsOf(pick(Object.keys(criteria)), [])
            .join()
            .replaceAll(/= (\(\S+\)\[1\]|ANY \(\S+\))/g, ''),
        );
        expect(text.join()).not.toMatch(/alpha|ECONNRESET|o'clock|DROP|content/);
        expect(new Set(values)).toEqual(new Set(Object.values(criteria)));
      }),
    );
  });
});

/** Without `scope`, which test/api/account-limits.e2e-spec.ts covers: it would double the combinations. */
const ANY: Required<Omit<TaskCriteria, 'scope'>> = {
  ids: [uuidv7()],
  names: ['alpha'],
  queues: ['content'],
  statuses: ['failed'],
  since: new Date(START),
  until: new Date(START),
  batchId: uuidv7(),
  errorCode: 'ECONNRESET',
  accountId: uuidv7(),
  finishedSince: new Date(START),
  finishedUntil: new Date(START),
  idRange: [uuidv7(), uuidv7()],
  patterns: ['%x%'],
};

function pick(names: readonly string[]): TaskCriteria {
  return Object.fromEntries(Object.entries(ANY).filter(([name]) => names.includes(name)));
}

describe('statements', () => {
  const all = Object.keys(ANY);
  /** None, each, each pair, all but one, all: a condition depends on no other, so no larger set shows more. */
  const combinations = [
    ...all.reduce<string[][]>((sets, name) => sets.flatMap((set) => (set.length < 2 ? [set, [...set, name]] : [set])), [[]]),
    ...all.map((one) => all.filter((name) => name !== one)),
    all,
  ];

  /** PostgreSQL parses it, and it has as many parameters as values: resolves with that number. */
  async function prepared(text: string, count: number): Promise<number | undefined> {
    await harness.sql(`PREPARE statement AS ${text}`);
    const [row] = await harness.sql<{ count: number }>(
      `SELECT cardinality(parameter_types)::int AS count FROM pg_prepared_statements WHERE name = 'statement'`,
    );
    await harness.sql('DEALLOCATE statement');
    expect([text, row?.count]).toEqual([text, count]);
    const numbers = new Set([...text.matchAll(/\$(\d+)/g)].map(([, digits]) => Number(digits)));
    expect([...numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i + 1));
    expect(text).not.toMatch(/undefined|\[object|NaN|alpha|ECONNRESET/);
    return row?.count;
  }

  it.each(BULK_ACTIONS)('of %s fit the schema with each pair of criteria, and with all', async (action) => {
    expect(combinations.length).toBe(106);
    for (const names of combinations) {
      const selection = { action, criteria: pick(names), priority: 7, operationId: uuidv7() };
      for (const { text, values } of [bulkSql.countByVerdict(selection), bulkSql.selectPage(selection, LAST_ID)])
        await prepared(text, values.length);
    }
  });

  const constants: Record<string, unknown> = { ...bulkSql, ...batchSql, ...retentionSql };
  const named = Object.entries(constants).filter(
    (entry): entry is [string, string] => /^[A-Z_]{8,}$/.test(entry[0]) && typeof entry[1] === 'string',
  );

  it.each(named)('%s fits the schema', async (_name, text) => {
    const count = new Set([...text.matchAll(/\$(\d+)/g)].map(([, digits]) => digits)).size;
    expect(await prepared(text, count)).toBe(count);
  });

  it('of the retention fit the schema with the existing references, and with none', async () => {
    const references = (await harness.sql<{ condition: string }>(retentionSql.SELECT_REFERENCES)).map(({ condition }) => condition);
    expect(references).toContain('EXISTS (SELECT FROM content_generation r WHERE r.id = t.id OFFSET 0)');
    for (const conditions of [references, []]) {
      await prepared(retentionSql.countEnded(conditions), 1);
      await prepared(retentionSql.deleteEnded(conditions), 2);
    }
  });
});
