import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Pools } from '../../src/platform/database/pools.ts';
import { runTogether } from '../../src/platform/database/statement-group.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let pools: Pools;

beforeAll(async () => {
  database = await createTestDatabase();
  pools = new Pools({ url: database.url, apiSize: 1, engineSize: 1 });
  await pools.api.query('CREATE TABLE pairs (a int PRIMARY KEY, b text)');
});
beforeEach(() => pools.api.query('DELETE FROM pairs'));
afterAll(async () => {
  await pools.close();
  await database.drop();
});

const INSERT = 'INSERT INTO pairs (a, b) VALUES ($1, $2) RETURNING a, txid_current()::text AS xid';
const SELECT = 'SELECT a, b, txid_current()::text AS xid FROM pairs WHERE a >= $1 ORDER BY a';
const insert = (a: number, b: string | null) => ({ text: INSERT, values: [a, b] });
const select = (from: number) => ({ text: SELECT, values: [from] });
const count = async () => (await pools.api.query('SELECT FROM pairs')).rowCount;

describe('statements that run together', () => {
  it('share a transaction, see the rows of those before them, and answer with their rows', async () => {
    const [one, two, all] = (await runTogether(pools.engine, [insert(1, 'x'), insert(2, null), select(1)])) as Record<string, unknown>[][];
    const xid = one?.[0]?.['xid'];
    expect([one, two]).toEqual([[{ a: 1, xid }], [{ a: 2, xid }]]);
    expect(all).toMatchObject([
      { a: 1, b: 'x', xid },
      { a: 2, b: null, xid },
    ]);
    expect(await count()).toBe(2);
  });

  it('are parsed once by a connection', async () => {
    const pid = { text: 'SELECT pg_backend_pid() AS pid, $1::int AS given', values: [1] };
    const pids = new Set<unknown>();
    for (let i = 0; i < 3; i++) for (const rows of await runTogether(pools.engine, [pid, pid])) pids.add((rows[0] as { pid: number }).pid);
    expect(pids.size).toBe(1);
    const { rows } = await pools.engine.query(
      `SELECT generic_plans + custom_plans AS plans FROM pg_prepared_statements WHERE statement LIKE 'SELECT pg_backend_pid() AS pid%'`,
    );
    expect(rows).toEqual([{ plans: '6' }]);
  });

  it('store nothing when one of them fails, and the next ones run on another connection', async () => {
    await expect(runTogether(pools.engine, [insert(7, 'first'), insert(7, 'exists'), select(0)])).rejects.toMatchObject({ code: '23505' });
    expect(await count()).toBe(0);
    const [stored] = await runTogether(pools.engine, [insert(7, 'again'), select(7)]);
    expect(stored).toMatchObject([{ a: 7 }]);
  });

  it('fail when the server ends their connection', async () => {
    const end = { text: 'SELECT pg_terminate_backend(pg_backend_pid())', values: [] };
    await expect(runTogether(pools.engine, [insert(9, 'lost'), end])).rejects.toThrow(/terminat/);
    expect(await runTogether(pools.engine, [select(9)])).toEqual([[]]);
  });
});
