import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import pg from 'pg';
import { containing } from '../../src/core/task/search.ts';
import { idWindow } from '../../src/core/task/id-window.ts';
import { PUBLIC_STATUSES } from '../../src/core/task/states.ts';
import { countedTasks } from '../../src/engine/inspection/status-counts.sql.ts';
import { countByStatus } from '../../src/platform/database/bounded-counts.ts';
import { conditionsOf, type TaskCriteria } from '../../src/engine/task-criteria.ts';
import { ledTasks } from '../../src/engine/task-lead.sql.ts';
import { SEARCH_ROWS, searchTasks, selectTasks } from '../../src/engine/task.sql.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { ACCOUNTS, BATCH, FILL, LIMITED_CALLER } from './many-tasks.ts';
import { hasStatus } from '../../src/engine/task-status.sql.ts';

/** With MANY_TASKS=1000000 prints the times as well; the default shows the same plans within seconds. */
const ROWS = Number(process.env['MANY_TASKS'] ?? 40_000);
const PRINTS = process.env['MANY_TASKS'] !== undefined;
/** Rows that a page and counts read at most, at any number of tasks: each by an index, most of them once more by their id. */
const ROWS_OF_PAGE = 21_000;
const ROWS_OF_COUNTS = 105_000;

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client(database.url);
  await client.connect();
  await client.query('SET jit = off'); // as the application does
  await client.query('ALTER TABLE tasks DISABLE TRIGGER USER');
  await client.query(FILL, [ROWS, ACCOUNTS, BATCH, LIMITED_CALLER]);
  await client.query('VACUUM ANALYZE tasks');
}, 600_000);
afterAll(async () => {
  await client.end();
  await database.drop();
});

const ago = (seconds: number): Date => new Date(Date.now() - seconds * 1_000);
const scope = { accountIds: [ACCOUNTS[0] ?? ''], createdBy: LIMITED_CALLER };

const FILTERS: Record<string, TaskCriteria> = {
  none: {},
  'status failed': { statuses: ['failed'] },
  'status completed': { statuses: ['completed'] },
  'status pending, submitted, assigned, running': { statuses: ['pending', 'submitted', 'assigned', 'running'] },
  'status running': { statuses: ['running'] },
  'a frequent name': { names: ['task-3'] },
  'a rare name': { names: ['rare'] },
  'two names': { names: ['rare', 'task-3'] },
  'a frequent queue': { queues: ['queue-1'] },
  'a rare queue': { queues: ['narrow'] },
  since: { since: ago(3_600) },
  'until long ago': { until: ago(ROWS * 0.9) },
  'since and until': { since: ago(ROWS * 0.9), until: ago(ROWS * 0.9 - 60) },
  finishedSince: { finishedSince: ago(3_600) },
  'finishedUntil long ago': { finishedUntil: ago(ROWS * 0.9) },
  'finished within a minute long ago': { finishedSince: ago(ROWS * 0.9), finishedUntil: ago(ROWS * 0.9 - 60) },
  'a batch': { batchId: BATCH },
  'an account': { accountId: ACCOUNTS[1] },
  'a small account': { accountId: ACCOUNTS[0] },
  'an error code': { errorCode: 'CODE_2' },
  'a rare error code': { errorCode: 'RARE' },
  'an id': { idRange: ['01926f3e-0000-0000-0000-000000000000', '01926f3e-ffff-ffff-ffff-ffffffffffff'] },
  'words that match': { patterns: containing(['topic', '1']) },
  'words that match nothing': { patterns: containing(['nothing']) },
  'words and a status': { patterns: containing(['nothing']), statuses: ['failed'] },
  'a limited caller': { scope },
  'a limited caller, failed': { scope, statuses: ['failed'] },
};

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  Plans?: Plan[];
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
}

interface Explained {
  readonly ms: number;
  readonly nodes: string[];
  readonly rows: number;
}

/** The plan for these values. The application names its statements, so that PostgreSQL may choose a generic plan after five calls: not shown here. */
async function explain(text: string, values: unknown[]): Promise<Explained> {
  const name = createHash('sha256').update(text).digest('base64url').slice(0, 30);
  for (let i = 0; i < 6; i++) await client.query({ name, text, values });
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan; 'Execution Time': number; 'Planning Time': number }] }>({
    name: `${name}_x`,
    text: `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${text}`,
    values,
  });
  const [{ Plan: plan, 'Execution Time': execution, 'Planning Time': planning }] = (rows[0] as { 'QUERY PLAN': [never] })['QUERY PLAN'] as [
    { Plan: Plan; 'Execution Time': number; 'Planning Time': number },
  ];
  return { ms: execution + planning, nodes: nodesOf(plan), rows: rowsOf(plan) };
}

/** Rows of tasks that were read, also those that a filter left out. */
function rowsOf(plan: Plan): number {
  const own = plan['Relation Name'] === 'tasks' ? (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops'] : 0;
  return (plan['Plans'] ?? []).reduce((sum, part) => sum + rowsOf(part), own);
}

function nodesOf(plan: Plan): string[] {
  const own =
    plan['Relation Name'] === undefined
      ? []
      : [`${plan['Node Type']} ${plan['Relation Name']} ${Reflect.get(plan, 'Index Name') ?? ''}`.trim()];
  // Of the catalogues only one row is read.
  return [...own.filter((node) => / tasks( |$)/.test(node)), ...(plan['Plans'] ?? []).flatMap(nodesOf)];
}

/** What is wrong with a plan. */
function problemsOf(name: string, { ms, nodes, rows }: Explained, limit: number): string[] {
  if (PRINTS) console.log(`${name}: ${ms.toFixed(1)} ms, ${rows} rows, ${[...new Set(nodes)].join('; ')}`);
  const scans = nodes.filter((node) => node.startsWith('Seq Scan tasks'));
  return [...scans, ...(nodes.length === 0 ? ['no table'] : []), ...(rows > limit ? [`${rows} rows`] : [])];
}

/** An index of queues or creators would cost every transition of every task; these lists read the newest tasks until the page is full. */
const WITHOUT_INDEX = ['a rare queue', 'a limited caller', 'a limited caller, failed'];

describe('a page of the list reads an index', () => {
  it.each(Object.entries(FILTERS).filter(([name]) => !WITHOUT_INDEX.includes(name)))('%s', async (name, { patterns, ...criteria }) => {
    const values: unknown[] = [51];
    const { fromId, beforeId } = idWindow(criteria);
    const conditions = conditionsOf(criteria, values);
    if (fromId !== undefined) conditions.push(`t.id >= $${values.push(fromId)}::uuid`);
    if (beforeId !== undefined) conditions.push(`t.id < $${values.push(beforeId)}::uuid`);
    const isSearch = patterns !== undefined;
    const filter = { ...criteria, patterns, fromId, beforeId };
    const searched: unknown[] = [51];
    const text = isSearch ? searchTasks(ledTasks(filter, SEARCH_ROWS, searched)) : selectTasks(conditions);
    expect(problemsOf(`list, ${name}`, await explain(text, isSearch ? searched : values), ROWS_OF_PAGE)).toEqual([]);
  });
});

describe('the counts read an index', () => {
  it.each(Object.entries(FILTERS))('%s', async (name, { statuses = PUBLIC_STATUSES, ...criteria }) => {
    const values: unknown[] = [];
    const counted = countedTasks({ ...criteria, ...idWindow(criteria) }, values);
    const text = countByStatus({ name: 'tasks', statusColumn: 'status', hasStatus }, statuses, counted);
    expect(problemsOf(`counts, ${name}`, await explain(text, values), ROWS_OF_COUNTS)).toEqual([]);
  });
});
