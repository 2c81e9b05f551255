import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import {
  CLAIM_CHOSEN,
  CLAIM_ONLY_NAME,
  CLAIM_ONLY_NAME_FROM,
  CLAIM_TASKS,
  CLAIM_TASKS_FROM,
  SELECT_FIRST_READY,
  SELECT_HAS_GROUPS,
  SELECT_READY_KINDS,
} from '../../src/engine/claim.sql.ts';
import { SELECT_READY_GROUPS } from '../../src/engine/dispatch/dispatch.sql.ts';
import { PROMOTE_TASKS } from '../../src/engine/maintenance/sweep.sql.ts';
import { SELECT_READY_TASKS } from '../../src/engine/queues/queue.sql.ts';
import { OTHER_OWNER } from '../support/engine.ts';
import { rowsRead } from '../support/rows-read.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const TASKS = 5_000;
/** $1 status, $2 queue, $3 group or null. */
const FILL = `
  INSERT INTO tasks (id, name, queue, dispatch_group, limit_keys, status, rank, run_at, max_attempts, backoff, timeout_ms, created_by, trigger, actor, created_at, terminal_at)
  SELECT gen_random_uuid(), 'one', $2, $3, string_to_array($3, ','), $1, now(), now() + interval '1 hour', 3, '{"baseMs": 1000, "maxMs": 60000}', 300000, 'system:test',
         'api', 'test', now(), CASE $1 WHEN 'completed' THEN now() END FROM generate_series(1, ${TASKS})`;

let database: TestDatabase;
let client: pg.Client;

async function sql<Row extends object>(text: string, values?: unknown[]): Promise<Row[]> {
  return (await client.query<Row>(text, values)).rows;
}

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client(database.url);
  await client.connect();
  await client.query('SET jit = off'); // as the application does
  await client.query('ALTER TABLE tasks DISABLE TRIGGER USER');
  await client.query('ALTER TABLE tasks SET (autovacuum_enabled = false)');
  await client.query(FILL, ['completed', 'default', null]);
  await client.query('ANALYZE tasks');
  for (const status of ['submitted', 'pending']) await client.query(FILL, [status, 'default', null]);
  await client.query(FILL, ['submitted', 'grouped', 'account:a']);
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const CLAIM = ['default', 10, OTHER_OWNER, 15];
const choice = (group: string | null): string => JSON.stringify([{ name: 'one', group, take: 10 }]);

it.each([
  ['CLAIM_TASKS', CLAIM_TASKS, [...CLAIM, ['one', 'another']]],
  ['CLAIM_ONLY_NAME', CLAIM_ONLY_NAME, [...CLAIM, 'one']],
  ['CLAIM_TASKS_FROM', CLAIM_TASKS_FROM, [...CLAIM, ['one', 'another'], 0]],
  ['CLAIM_ONLY_NAME_FROM', CLAIM_ONLY_NAME_FROM, [...CLAIM, 'one', 0]],
  ['CLAIM_CHOSEN', CLAIM_CHOSEN, ['default', choice(null), OTHER_OWNER, 15, 10]],
  ['CLAIM_CHOSEN of a group', CLAIM_CHOSEN, ['grouped', choice('account:a'), OTHER_OWNER, 15, 10]],
  ['SELECT_READY_GROUPS', SELECT_READY_GROUPS, ['grouped', 10, ['one'], '', '']],
  ['SELECT_READY_KINDS', SELECT_READY_KINDS, ['grouped', ['one']]],
  ['SELECT_HAS_GROUPS', SELECT_HAS_GROUPS, ['default', ['one']]],
  ['SELECT_FIRST_READY', SELECT_FIRST_READY, ['default', 10, ['one']]],
  ['SELECT_READY_TASKS', SELECT_READY_TASKS, ['default', 10]],
  ['PROMOTE_TASKS', PROMOTE_TASKS, [OTHER_OWNER]],
])('%s reads few rows although the statistics know of no submitted task', async (_, statement, values) => {
  expect(await rowsRead(sql, statement, values)).toBeLessThan(100);
});
