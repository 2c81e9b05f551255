import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { CLAIM_ONLY_NAME, CLAIM_TASKS } from '../../src/engine/claim.sql.ts';
import { SELECT_READY_GROUPS } from '../../src/engine/dispatch/dispatch.sql.ts';
import { LimitStore } from '../../src/engine/dispatch/limit-store.ts';
import { DispatchService } from '../../src/tasks/dispatch/dispatch.service.ts';
import { type Engine, OTHER_OWNER, useEngines } from '../support/engine.ts';
import { rowsRead } from '../support/rows-read.ts';

const harness = useEngines();
const noop = () => undefined;
const start = () =>
  harness.start({
    handlers: [
      { name: 'blocked', handle: noop },
      { name: 'other', handle: noop },
      { name: 'another', handle: noop },
      { name: 'blocked-keyed', options: { concurrencyKey: () => 'k' }, handle: noop },
      { name: 'other-keyed', options: { concurrencyKey: () => 'account:1' }, handle: noop },
    ],
  });

const BACKLOG = 20_000;
/** More than a claim of 10 tasks reads, and far fewer than a backlog. */
const FEW_ROWS = 100;

/** Copies of a stored task, without their audit. `groups`: the copies have so many dispatch groups. */
async function addBacklog(id: string, groups = 0): Promise<void> {
  await harness.sql(`SET session_replication_role = replica`);
  await harness.sql(
    `INSERT INTO tasks (id, name, queue, status, rank, run_at, max_attempts, backoff, timeout_ms, limit_keys, dispatch_group, created_by, trigger, actor, created_at)
     SELECT gen_random_uuid(), name, queue, status, rank - interval '1 hour', run_at, max_attempts, backoff, timeout_ms,
            CASE WHEN $3 > 0 THEN ARRAY['k' || i % $3] ELSE limit_keys END, CASE WHEN $3 > 0 THEN 'k' || i % $3 ELSE dispatch_group END,
            created_by, trigger, actor, created_at
     FROM tasks, generate_series(1, $2) AS i WHERE id = $1`,
    [id, BACKLOG, groups],
  );
  await harness.sql(`RESET session_replication_role`);
  await harness.sql(`ANALYZE tasks`);
}

const NAMES = ['blocked', 'other', 'another', 'blocked-keyed', 'other-keyed'];
const withoutBlocked = NAMES.filter((name) => !name.startsWith('blocked'));
const claimValues = (names: string[]) => ['default', 10, OTHER_OWNER, 15, names];
const onlyNameValues = (name: string) => ['default', 10, OTHER_OWNER, 15, name];
const lookValues = (names: string[]) => ['default', 10, names, '', ''];
const pause = (engine: Engine, name: string) => engine.get(DispatchService).pause(name, 'test');

describe('a claim steps over a backlog', () => {
  it('of a paused name', async () => {
    const engine = await start();
    await addBacklog(await engine.submit('blocked'));
    await pause(engine, 'blocked');
    const ids = [await engine.submit('other'), await engine.submit('another')];
    expect(await rowsRead(harness.sql, CLAIM_TASKS, claimValues(NAMES))).toBeLessThan(FEW_ROWS);
    expect((await engine.claimTasks('default', 10, OTHER_OWNER, 15)).map(({ id }) => id).sort()).toEqual(ids.sort());
    await harness.sql(`DELETE FROM tasks WHERE name = 'blocked'`);
  });

  it('of a name that the claimer does not know', async () => {
    const engine = await start();
    await addBacklog(await engine.submit('blocked'));
    const id = await engine.submit('other');
    expect(await rowsRead(harness.sql, CLAIM_TASKS, claimValues(withoutBlocked))).toBeLessThan(FEW_ROWS);
    const request = { queue: 'default', limit: 10, names: withoutBlocked, owner: OTHER_OWNER, leaseSeconds: 15 };
    expect((await engine.claims.claim(request)).map((task) => task.id)).toEqual([id]);
    await harness.sql(`DELETE FROM tasks WHERE name = 'blocked'`);
  });

  it('of 2,000 groups of a paused name', async () => {
    const engine = await start();
    await addBacklog(await engine.submit('blocked-keyed'), 2_000);
    await pause(engine, 'blocked-keyed');
    const id = await engine.submit('other-keyed');
    expect(await rowsRead(harness.sql, SELECT_READY_GROUPS, lookValues(NAMES))).toBeLessThan(FEW_ROWS);
    expect((await engine.claimTasks('default', 10, OTHER_OWNER, 15)).map((task) => task.id)).toEqual([id]);
    await harness.sql(`DELETE FROM tasks WHERE name = 'blocked-keyed'`);
  });

  it('of a throttled group', async () => {
    const engine = await start();
    await addBacklog(await engine.submit('blocked-keyed'));
    await engine.get(LimitStore).set({ key: 'k', maxRunning: 0, rate: null });
    const id = await engine.submit('other-keyed');
    expect(await rowsRead(harness.sql, SELECT_READY_GROUPS, lookValues(NAMES))).toBeLessThan(FEW_ROWS);
    expect((await engine.claimTasks('default', 10, OTHER_OWNER, 15)).map((task) => task.id)).toEqual([id]);
    await harness.sql(`DELETE FROM tasks WHERE name = 'blocked-keyed'`);
  });
});

it('a claim reads no finished tasks, even while the statistics are from before they finished', async () => {
  const engine = await start();
  await addBacklog(await engine.submit('other'));
  await harness.sql(`ALTER TABLE tasks SET (autovacuum_enabled = false)`);
  await harness.sql(`SET session_replication_role = replica`);
  await harness.sql(`UPDATE tasks SET status = 'completed', terminal_at = now()`);
  await harness.sql(`RESET session_replication_role`);
  const id = await engine.submit('other');
  expect(await rowsRead(harness.sql, CLAIM_TASKS, claimValues(NAMES))).toBeLessThan(FEW_ROWS);
  expect(await rowsRead(harness.sql, CLAIM_ONLY_NAME, onlyNameValues('other'))).toBeLessThan(FEW_ROWS);
  expect((await engine.claimTasks('default', 10, OTHER_OWNER, 15)).map((task) => task.id)).toEqual([id]);
  await harness.sql(`ALTER TABLE tasks RESET (autovacuum_enabled)`);
  await harness.sql(`DELETE FROM tasks WHERE status = 'completed'`);
});

it.each([
  ['all names', CLAIM_TASKS, '{other,another}'],
  ['the only name', CLAIM_ONLY_NAME, 'other'],
])('a claim of %s is planned once for a connection, not for each call', async (_, statement, name) => {
  const engine = await start();
  await addBacklog(await engine.submit('other'));
  await harness.sql(`PREPARE claim AS ${statement}`);
  await harness.sql('BEGIN');
  for (let call = 0; call < 10; call++) await harness.sql(`EXECUTE claim ('default', 10, '${OTHER_OWNER}', 15, '${name}')`);
  await harness.sql('ROLLBACK');
  // PostgreSQL compares the plan for every value with those of the first five calls.
  expect(
    await harness.sql(`SELECT custom_plans::int AS custom, generic_plans::int AS kept FROM pg_prepared_statements WHERE name = 'claim'`),
  ).toEqual([{ custom: 5, kept: 5 }]);
  await harness.sql(`DEALLOCATE claim`);
  await harness.sql(`DELETE FROM tasks WHERE name = 'other'`);
});

it('a paused name with keyed tasks leaves the other tasks of its queue to the plain claim', async () => {
  const engine = await start();
  await engine.submit('blocked-keyed');
  await pause(engine, 'blocked-keyed');
  const id = await engine.submit('other');
  expect(await harness.sql(CLAIM_TASKS, claimValues(NAMES))).toMatchObject([{ id }]);
});

it('claims of several names at the same moment find every task', async () => {
  const engines = await Promise.all([start(), start()]);
  const [one, two] = engines as [Engine, Engine];
  const request = (name: string) => ({ name, createdBy: 'test', trigger: 'api' as const });
  for (const name of ['other', 'another']) await one.tasks.submitMany(Array.from({ length: 100 }, () => request(name)));
  const claims = await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? one : two).claimTasks('default', 10, OTHER_OWNER, 60)));
  expect(claims.map((tasks) => tasks.length)).toEqual(claims.map(() => 10));
});

it('a claim takes tasks of another name while a second claim holds the first ones', async () => {
  const engine = await start();
  const request = (name: string) => ({ name, createdBy: 'test', trigger: 'api' as const });
  for (const name of ['other', 'another']) await engine.tasks.submitMany(Array.from({ length: 10 }, () => request(name)));
  const second = new pg.Client({ connectionString: harness.url });
  await second.connect();
  try {
    await second.query('BEGIN');
    await second.query(`SELECT FROM tasks WHERE name = 'other' FOR NO KEY UPDATE`);
    const names = (await engine.claimTasks('default', 10, OTHER_OWNER, 60)).map(({ name }) => name);
    expect(names).toEqual(Array.from({ length: 10 }, () => 'another'));
  } finally {
    await second.end();
  }
});

it('the groups are read with the leased tasks that a limit counts', async () => {
  const engine = await start();
  for (let i = 0; i < 2; i++) await engine.submit('blocked-keyed');
  await engine.claim();
  const active = async () => (await harness.sql(SELECT_READY_GROUPS, lookValues(NAMES)))[0]?.['active'];
  expect(await active()).toBeNull();
  await engine.get(LimitStore).set({ key: 'k', maxRunning: 1, rate: null });
  expect(await active()).toMatchObject([{ keys: ['k'], count: 1 }]);
});

describe('a claim after one that found a single name', () => {
  /** Submits tasks of the name `blocked` and claims one of them. */
  async function claimed(): Promise<Engine> {
    const engine = await start();
    for (let i = 0; i < 3; i++) await engine.submit('blocked');
    await engine.claim();
    return engine;
  }

  it('takes the next task of that name in one statement', async () => {
    await claimed();
    expect(await harness.sql(CLAIM_ONLY_NAME, onlyNameValues('blocked'))).toHaveLength(2);
  });

  it.each(['another', 'other', 'other-keyed'])('takes an earlier task of the name %s first', async (name) => {
    const engine = await claimed();
    const id = await engine.submit(name, {}, { priority: 10 });
    expect((await engine.claim()).id).toBe(id);
  });

  it('takes none while the name is paused', async () => {
    const engine = await claimed();
    await pause(engine, 'blocked');
    expect(await engine.claimTasks('default', 10, OTHER_OWNER, 15)).toEqual([]);
  });

  it('takes none while the queue is paused', async () => {
    const engine = await claimed();
    await harness.sql(`INSERT INTO queues (name, paused_at, paused_by, updated_at) VALUES ('default', now(), 'test', now())`);
    expect(await engine.claimTasks('default', 10, OTHER_OWNER, 15)).toEqual([]);
  });

  it('takes none for a claimer that does not know the name', async () => {
    const engine = await claimed();
    const request = { queue: 'default', limit: 10, names: withoutBlocked, owner: OTHER_OWNER, leaseSeconds: 15 };
    expect(await engine.claims.claim(request)).toEqual([]);
  });
});
