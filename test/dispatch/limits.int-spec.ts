import { describe, expect, it } from '@jest/globals';
import { LimitService } from '../../src/tasks/limits/limit.service.ts';
import { type Engine, OTHER_OWNER, type TestHandler, useEngines } from '../support/engine.ts';
import { LOCK_KEYS } from '../../src/engine/dispatch/dispatch.sql.ts';
import { runBehindLock } from '../support/lock-holder.ts';
import { CLAIMS_OVER_TIME, MOST_AT_ONCE } from './audit.ts';

const harness = useEngines();
const noop = () => undefined;
const UNCOUNTED = 'No task is counted under';
const ACCOUNT = { concurrencyKey: ({ account }: { account: string }) => `account:${account}` };
const handler = (name: string, options: TestHandler['options'], handle: TestHandler['handle'] = noop): TestHandler => ({
  name,
  options,
  handle,
});

const claim = (engine: Engine, limit = 100, owner = OTHER_OWNER) => engine.claimTasks('default', limit, owner, 60);
const limit = (engine: Engine, key: string, maxRunning: number | null, rate: { count: number; perMs: number } | null = null) =>
  engine.get(LimitService).set({ key, maxRunning, rate });
async function submitMany(engine: Engine, name: string, count: number, params: object = {}): Promise<void> {
  await engine.tasks.submitMany(Array.from({ length: count }, () => ({ name, params, createdBy: 'test', trigger: 'api' as const })));
}

describe('a limit on running tasks', () => {
  it('is never exceeded by ten competing claimers of two processes, and reached', async () => {
    const handlers = [handler('limited', { maxRunning: 7 })];
    const engines = await Promise.all([harness.start({ handlers }), harness.start({ handlers })]);
    const [one] = engines as [Engine, Engine];
    await one.get(LimitService).declare();
    await submitMany(one, 'limited', 300);
    let left = 300;
    const claimers = Array.from({ length: 10 }, (_, i) => ({ engine: engines[i % 2] as Engine, owner: `host:${i}:x` }));
    const claimBy = ({ engine, owner }: (typeof claimers)[number]) => claim(engine, 3, owner);
    const complete = async ({ engine, owner }: (typeof claimers)[number], tasks: Awaited<ReturnType<typeof claim>>) => {
      await engine.attempts.complete(
        tasks.map((task) => ({ ...task, result: null })),
        owner,
      );
      left -= tasks.length;
    };
    // The first claimer completes only when all have claimed: the limit is reached for any order.
    const first = await Promise.all(claimers.map(claimBy));
    expect(first.flat()).toHaveLength(7);
    await Promise.all(claimers.map((claimer, i) => complete(claimer, first[i] ?? [])));
    await Promise.all(
      claimers.map(async (claimer) => {
        while (left > 0) await complete(claimer, await claimBy(claimer));
      }),
    );
    const [row] = await harness.sql<{ most: number }>(MOST_AT_ONCE, [['limited']]);
    expect(row?.most).toBe(7);
  });

  it('counts all tasks of a key, of any name, and does not affect other keys', async () => {
    const engine = await harness.start({ handlers: [handler('one', ACCOUNT), handler('two', { ...ACCOUNT, provider: 'p' })] });
    await limit(engine, 'account:1', 2);
    await submitMany(engine, 'one', 2, { account: '1' });
    await submitMany(engine, 'two', 2, { account: '1' });
    await submitMany(engine, 'two', 3, { account: '2' });
    const taken = (await claim(engine)).map(({ params }) => (params as { account: string }).account).sort();
    expect(taken).toEqual(['1', '1', '2', '2', '2']);
  });

  it('counts external work, which runs in another system', async () => {
    const engine = await harness.start({ handlers: [handler('limited', { maxRunning: 1 })] });
    await engine.get(LimitService).declare();
    await submitMany(engine, 'limited', 2);
    const [task] = await claim(engine);
    await engine.attempts.wait([{ ...(task as NonNullable<typeof task>), externalId: 'x', pollAfterMs: 60_000 }], OTHER_OWNER);
    expect(await claim(engine)).toEqual([]);
  });

  it('applies to quarantined tasks and to agents', async () => {
    const engine = await harness.start({ handlers: [handler('limited', { maxRunning: 2 })] });
    await engine.get(LimitService).declare();
    await submitMany(engine, 'limited', 3);
    await harness.sql('UPDATE tasks SET crash_count = 1');
    await submitMany(engine, 'limited', 3);
    const agent = { queue: 'default', limit: 9, owner: OTHER_OWNER, leaseSeconds: 60, capabilities: [] };
    expect(await engine.assign({ ...agent, limit: 1 })).toHaveLength(1);
    expect(await engine.quarantinedCrashCounts(['default'], 9)).toEqual([1]);
    expect(await engine.claimQuarantined(['default'], 9, OTHER_OWNER, 60, 9)).toHaveLength(1);
    expect(await engine.claimQuarantined(['default'], 9, OTHER_OWNER, 60, 9)).toEqual([]);
    expect(await engine.assignQuarantined(agent)).toEqual([]);
    expect(await engine.assign(agent)).toEqual([]);
  });

  it('starts the next task when one ends, without waiting for a poll', async () => {
    const handlers = [handler('limited', { maxRunning: 2 })];
    const engine = await harness.start({ handlers, slots: 10, settings: { POLL_INTERVAL_MS: '60000' } });
    await engine.get(LimitService).declare();
    await submitMany(engine, 'limited', 12);
    const ids = await harness.sql<{ id: string }>('SELECT id FROM tasks');
    for (const { id } of ids) expect((await engine.ended(id)).status).toBe('completed');
    const [row] = await harness.sql<{ most: number }>(MOST_AT_ONCE, [['limited']]);
    expect(row?.most).toBeLessThanOrEqual(2);
  });
});

describe('a rate', () => {
  it('starts as many tasks as its bucket holds, and then one after the other, without waiting for a poll', async () => {
    const handlers = [handler('rated', { rate: { count: 5, perMs: 250 } })];
    const engines = await Promise.all([
      harness.start({ handlers, slots: 10, settings: { POLL_INTERVAL_MS: '60000' } }),
      harness.start({ handlers, slots: 10, settings: { POLL_INTERVAL_MS: '60000' } }),
    ]);
    const [engine] = engines as [Engine, Engine];
    await engine.get(LimitService).declare();
    await submitMany(engine, 'rated', 25);
    const ids = await harness.sql<{ id: string }>('SELECT id FROM tasks');
    for (const { id } of ids) expect((await engine.ended(id)).status).toBe('completed');
    const [row] = await harness.sql<{ claims: number; ms: number }>(CLAIMS_OVER_TIME, [['rated']]);
    expect(row?.claims).toBe(25);
    expect(row?.ms).toBeGreaterThanOrEqual(((25 - 5) * 250) / 5);
  });

  it('is debited only for tasks that were claimed', async () => {
    const engine = await harness.start({ handlers: [handler('rated', { rate: { count: 10, perMs: 3_600_000 } })] });
    await engine.get(LimitService).declare();
    await submitMany(engine, 'rated', 4);
    expect(await claim(engine)).toHaveLength(4);
    await submitMany(engine, 'rated', 20);
    expect(await claim(engine)).toHaveLength(6);
    expect(await claim(engine)).toEqual([]);
  });

  it('that is set to the same value adds no tokens', async () => {
    const engine = await harness.start({ handlers: [handler('rated', { rate: { count: 3, perMs: 3_600_000 } })] });
    await engine.get(LimitService).declare();
    await submitMany(engine, 'rated', 9);
    expect(await claim(engine)).toHaveLength(3);
    await limit(engine, 'task:rated', null, { count: 3, perMs: 3_600_000 });
    expect(await claim(engine)).toEqual([]);
  });
});

describe('the locks of a claim', () => {
  const whileLocked = async <T>(keys: string[], work: () => Promise<T>): Promise<T> => {
    await harness.sql('BEGIN');
    await harness.sql(LOCK_KEYS, [keys]);
    try {
      return await work();
    } finally {
      await harness.sql('ROLLBACK');
    }
  };

  it('are not waited for by keys without a limit', async () => {
    const engine = await harness.start({ handlers: [handler('one', ACCOUNT)] });
    await submitMany(engine, 'one', 3, { account: '1' });
    const everyLock = Array.from({ length: 1_000 }, (_, i) => `key ${i}`);
    expect(await whileLocked(everyLock, () => claim(engine))).toHaveLength(3);
  });

  it('are waited for by a claim of a limited key', async () => {
    const engine = await harness.start({ handlers: [handler('one', ACCOUNT)] });
    await limit(engine, 'account:1', 1);
    await submitMany(engine, 'one', 2, { account: '1' });
    const lock = { text: LOCK_KEYS, values: [['account:1']] };
    expect((await runBehindLock(harness.url, lock, () => claim(engine))).answer).toHaveLength(1);
  });

  it('are taken only for the limited keys of the tasks that are chosen', async () => {
    const engine = await harness.start({ handlers: [handler('one', ACCOUNT)] });
    await limit(engine, 'account:1', 5);
    await limit(engine, 'account:2', 0);
    for (const account of ['1', '2']) await submitMany(engine, 'one', 2, { account });
    const taken = await whileLocked(['account:2'], () => claim(engine));
    expect(taken.map(({ params }) => params)).toEqual([{ account: '1' }, { account: '1' }]);
  });
});

describe('limits change at run time', () => {
  it('an operator overrides a definition, until the limit is removed', async () => {
    const engine = await harness.start({ handlers: [handler('limited', { maxRunning: 1 })] });
    const limits = engine.get(LimitService);
    await limits.declare();
    await submitMany(engine, 'limited', 9);
    expect(await claim(engine)).toHaveLength(1);
    await limit(engine, 'task:limited', 4);
    await limits.declare(); // another start
    expect(await claim(engine)).toHaveLength(3);
    await limits.remove('task:limited');
    expect(await limits.list()).toMatchObject([{ key: 'task:limited', maxRunning: 1, running: 4, declared: true }]);
    expect(await claim(engine)).toEqual([]);
  });

  it('a key without counted tasks is rejected', async () => {
    const engine = await harness.start({ handlers: [handler('free', {})] });
    await expect(limit(engine, 'task:free', 1)).rejects.toThrow(UNCOUNTED);
    await expect(limit(engine, 'provider:openai', 1)).rejects.toThrow(UNCOUNTED);
    await expect(limit(engine, 'anything', 1)).resolves.toMatchObject({ key: 'anything', maxRunning: 1 });
  });

  it('an invalid key is rejected with the task', async () => {
    const engine = await harness.start({ handlers: [handler('free', {})] });
    await expect(engine.submit('free', {}, { concurrencyKey: 'x'.repeat(201) })).rejects.toThrow('1 to 200 are allowed');
  });
});
