import { describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import type { Strategy } from '../../src/core/dispatch/choose-groups.ts';
import { DispatchService } from '../../src/tasks/dispatch/dispatch.service.ts';
import { MAX_GROUPS } from '../../src/engine/dispatch/dispatch.sql.ts';
import { RERANK_ROWS, SELECT_WAITING_IDS } from '../../src/engine/dispatch/dispatch-settings.sql.ts';
import { FIRST_ID } from '../../src/engine/sweep-pages.ts';
import { type Engine, OTHER_OWNER, type TestHandler, useEngines } from '../support/engine.ts';
import { addFinishedTasks } from '../support/finished-tasks.ts';
import { runBesideLock } from '../support/lock-holder.ts';
import { rowsRead } from '../support/rows-read.ts';

const harness = useEngines();
const work = (handle: TestHandler['handle'] = () => undefined): TestHandler => ({
  name: 'work',
  options: { concurrencyKey: ({ account }: { account?: string }) => account && `account:${account}` },
  handle,
});
const choose = (engine: Engine, strategy: Strategy) => engine.get(DispatchService).choose('default', { strategy });

async function submitMany(engine: Engine, account: string | undefined, count: number, priority?: number): Promise<string[]> {
  const request = { name: 'work', params: account === undefined ? {} : { account }, priority, createdBy: 'test', trigger: 'api' as const };
  return (await engine.tasks.submitMany(Array.from({ length: count }, () => request))).map(({ id }) => id);
}

/** The accounts of the next tasks; `-` for none. */
async function claim(engine: Engine, limit: number): Promise<string[]> {
  const tasks = await engine.claimTasks('default', limit, OTHER_OWNER, 60);
  return tasks.map(({ params }) => (params as { account?: string }).account ?? '-').sort();
}

async function claimOneByOne(engine: Engine, count: number): Promise<string[]> {
  const order: string[] = [];
  for (let i = 0; i < count; i++) order.push(...(await claim(engine, 1)));
  return order;
}

describe('fair', () => {
  it('fair: 10,000 tasks of one account do not delay 10 of another', async () => {
    const engine = await harness.start({ handlers: [work(() => delay(5))], slots: 10 });
    await choose(engine, 'fair');
    const [first] = await submitMany(engine, 'a', 10_000);
    await engine.ended(first as string);
    const late = await submitMany(engine, 'b', 10);
    for (const id of late) await engine.ended(id);
    const [row] = await harness.sql<{ left: number }>(`SELECT count(*)::int AS left FROM tasks WHERE terminal_at IS NULL`);
    expect(row?.left).toBeGreaterThan(0);
    await harness.sql(`UPDATE queues SET paused_at = now(), paused_by = 'test'`);
  });

  it('shares between accounts and tasks without one', async () => {
    const engine = await harness.start({ handlers: [work()] });
    await choose(engine, 'fair');
    await submitMany(engine, undefined, 9);
    await submitMany(engine, 'a', 9);
    await submitMany(engine, 'b', 9);
    expect(await claim(engine, 9)).toEqual(['-', '-', '-', 'a', 'a', 'a', 'b', 'b', 'b']);
  });
});

describe('round_robin', () => {
  it('takes from each group in turn, over several claims', async () => {
    const engine = await harness.start({ handlers: [work()] });
    await choose(engine, 'round_robin');
    for (const account of ['a', 'b', 'c']) await submitMany(engine, account, 3);
    expect(await claimOneByOne(engine, 6)).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
  });
});

describe('priority', () => {
  it('goes by rank, across groups and ungrouped tasks', async () => {
    const engine = await harness.start({ handlers: [work()] });
    await submitMany(engine, 'a', 1, 5);
    await submitMany(engine, undefined, 1, 7);
    await submitMany(engine, 'b', 1, 9);
    expect(await claimOneByOne(engine, 3)).toEqual(['b', '-', 'a']);
  });

  it('starts a task of priority 1 under an endless stream of priority 10', async () => {
    const engine = await harness.start({ handlers: [work()] });
    const [humble] = await submitMany(engine, 'a', 1, 1);
    for (let minute = 1; minute <= 9; minute++) {
      await harness.sql(`UPDATE tasks SET rank = rank - interval '1 min', run_at = run_at - interval '1 min' WHERE terminal_at IS NULL`);
      await submitMany(engine, 'b', 2, 10);
      expect(await claim(engine, 1)).toEqual(['b']);
    }
    await harness.sql(`UPDATE tasks SET rank = rank - interval '1 min' WHERE id = $1`, [humble]);
    expect(await claim(engine, 20)).toContain('a');
    expect((await engine.tasks.get(humble as string)).status).toBe('running');
  });
});

describe('fifo', () => {
  it.each([undefined, 'a'])('ignores priorities, also of waiting tasks, until another strategy is chosen (account %s)', async (account) => {
    const engine = await harness.start({ handlers: [work()] });
    const [old] = await submitMany(engine, account, 1, 1);
    await choose(engine, 'fifo');
    const [urgent] = await submitMany(engine, account, 1, 10);
    const next = async () => (await engine.claimTasks('default', 1, OTHER_OWNER, 60))[0];
    const task = await next();
    expect(task?.id).toBe(old);
    await engine.attempts.release([task as NonNullable<typeof task>], OTHER_OWNER);
    await choose(engine, 'priority');
    expect((await next())?.id).toBe(urgent);
  });

  it('ranks more waiting tasks than one statement updates', async () => {
    const engine = await harness.start({ handlers: [work()] });
    await submitMany(engine, undefined, RERANK_ROWS + 1, 10);
    await choose(engine, 'fifo');
    expect(await harness.sql(`SELECT id FROM tasks WHERE rank <> run_at`)).toEqual([]);
  });

  it('reads no finished tasks when the strategy changes', async () => {
    const engine = await harness.start({ handlers: [work()] });
    const [waiting] = await submitMany(engine, 'a', 1);
    const batch = uuidv7();
    await addFinishedTasks(harness.sql, { like: waiting as string, batch, count: 5_000 });
    expect(await rowsRead(harness.sql, SELECT_WAITING_IDS, ['default', FIRST_ID])).toBe(1);
    await harness.sql(`DELETE FROM tasks WHERE parent_id = $1`, [batch]);
  });
});

describe('a claim', () => {
  it('reaches groups beyond the first page', async () => {
    const engine = await harness.start({ handlers: [work()] });
    await engine.tasks.submitMany(
      Array.from({ length: MAX_GROUPS + 50 }, (_, i) => ({
        name: 'work',
        params: { account: String(10_000 + i) },
        createdBy: 'test',
        trigger: 'api' as const,
      })),
    );
    const taken = [...(await claim(engine, 300)), ...(await claim(engine, 300))];
    expect(new Set(taken).size).toBe(MAX_GROUPS + 50);
  });

  it('takes tasks of other groups when another process holds those of its groups', async () => {
    const engine = await harness.start({ handlers: [work()] });
    for (const account of ['a', 'b']) await submitMany(engine, account, 10);
    const lock = { text: `SELECT FROM tasks WHERE params ->> 'account' = 'a' FOR UPDATE` };
    expect(await runBesideLock(harness.url, lock, () => claim(engine, 10))).toEqual(Array(10).fill('b'));
  });

  it('of two processes takes each task once, though both choose the same groups', async () => {
    const engines = await Promise.all([harness.start({ handlers: [work()] }), harness.start({ handlers: [work()] })]);
    const [one, two] = engines as [Engine, Engine];
    for (const account of ['a', 'b', 'c', 'd']) await submitMany(one, account, 50);
    const taken = await Promise.all(Array.from({ length: 20 }, (_, i) => claim(i % 2 ? one : two, 10)));
    expect(taken.flat()).toHaveLength(200);
  });
});
