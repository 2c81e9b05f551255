import { afterEach, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { CLAIM_ONLY_NAME, CLAIM_ONLY_NAME_FROM, CLAIM_TASKS, CLAIM_TASKS_FROM } from '../../src/engine/claim.sql.ts';
import { ClaimFloor } from '../../src/core/dispatch/claim-floor.ts';
import { OTHER_OWNER, useEngines } from '../support/engine.ts';

const harness = useEngines();
afterEach(() => {
  jest.restoreAllMocks();
});
const CLAIMED = 20_000;
const HOUR_S = 3_600;

interface Plan {
  'QUERY PLAN': [{ Plan: { 'Shared Hit Blocks': number; 'Shared Read Blocks': number } }];
}

/** Pages that a statement visits. What it did is rolled back. */
async function pagesRead(statement: string, values: unknown[]): Promise<number> {
  await harness.sql('BEGIN');
  const [row] = await harness.sql<Plan>(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${statement}`, values);
  await harness.sql('ROLLBACK');
  const plan = (row as Plan)['QUERY PLAN'][0].Plan;
  return plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
}

it.each([
  ['of the only name', CLAIM_ONLY_NAME, CLAIM_ONLY_NAME_FROM, 'one'],
  ['of all names', CLAIM_TASKS, CLAIM_TASKS_FROM, ['one', 'another']],
])('a claim %s above a floor reads no entries of tasks that were claimed while a transaction was open', async (_, whole, above, names) => {
  const engine = await harness.start({ handlers: [{ name: 'one', handle: () => undefined }] });
  const id = await engine.submit('one');
  const holder = new pg.Client({ connectionString: harness.url });
  await holder.connect();
  try {
    await holder.query('BEGIN');
    await holder.query('SELECT pg_current_xact_id()');
    await harness.sql(`SET session_replication_role = replica`);
    await harness.sql(
      `INSERT INTO tasks (id, name, queue, status, rank, run_at, max_attempts, backoff, timeout_ms, created_by, trigger, actor, created_at)
       SELECT gen_random_uuid(), name, queue, status, rank - interval '1 hour', run_at, max_attempts, backoff, timeout_ms, created_by, trigger,
              actor, created_at FROM tasks, generate_series(1, $2) WHERE id = $1`,
      [id, CLAIMED],
    );
    await harness.sql(`UPDATE tasks SET status = 'cancelled', terminal_at = app_now() WHERE id <> $1`, [id]);
    await harness.sql(`RESET session_replication_role`);
    await harness.sql('VACUUM ANALYZE tasks');
    const [{ rank } = { rank: 0 }] = await harness.sql<{ rank: number }>(
      `SELECT extract(epoch FROM rank)::float8 AS rank FROM tasks WHERE id = $1`,
      [id],
    );
    const values = ['default', 10, OTHER_OWNER, 15, names];
    const pages = {
      whole: await pagesRead(whole, values),
      aboveTheEntries: await pagesRead(above, [...values, rank - HOUR_S / 2]),
      fromTheFirst: await pagesRead(above, [...values, Number.NEGATIVE_INFINITY]),
    };
    expect(pages.aboveTheEntries).toBeLessThan(pages.whole / 10);
    expect(pages.fromTheFirst).toBeGreaterThan(pages.whole / 2);
    const claimed = await harness.sql<{ id: string; rank: number }>(above, [...values, rank]);
    expect(claimed).toMatchObject([{ id, rank }]);
  } finally {
    await holder.end();
    await harness.sql('DELETE FROM tasks');
  }
});

it('a claim above a floor takes a ready task that is in a group', async () => {
  const engine = await harness.start({ handlers: [{ name: 'keyed', options: { concurrencyKey: () => 'k' }, handle: () => undefined }] });
  const id = await engine.submit('keyed');
  jest.spyOn(ClaimFloor.prototype, 'next').mockReturnValue(0);
  expect((await engine.claim()).id).toBe(id);
});
