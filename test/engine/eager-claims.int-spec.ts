import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Pools } from '../../src/platform/database/pools.ts';
import { TaskQueue } from '../../src/queue/task-queue.ts';
import { TaskClaims } from '../../src/engine/dispatch/task-claims.ts';
import { TaskChangeNotifier } from '../../src/engine/task-change-notifier.ts';
import { TaskMetrics } from '../../src/engine/task-metrics.ts';
import { QueueService } from '../../src/tasks/queues/queue.service.ts';
import type { Engine, EngineOptions } from '../support/engine.ts';
import { runBehindLock } from '../support/lock-holder.ts';
import { waitFor } from '../support/wait-for.ts';
import { RAN, request, useIdleEngines, WRITES } from './idle-engines.ts';

const { harness, idleEngine } = useIdleEngines();
afterEach(() => {
  jest.restoreAllMocks();
});

/** Whether one transaction has stored and claimed the task. */
async function isEager(id: string): Promise<boolean> {
  const rows = await harness.sql(`SELECT DISTINCT xid::text FROM task_audit WHERE task_id = $1 AND reason IN ('submit', 'claim')`, [id]);
  return rows.length === 1;
}

describe('a submission while a worker of the process waits', () => {
  it('stores and claims the task in one transaction, and wakes no worker', async () => {
    const { engine, ran } = await idleEngine();
    const queue = engine.get(TaskQueue);
    const [announced, claims] = [jest.spyOn(queue, 'announce'), jest.spyOn(queue, 'claim')];
    const counted = jest.spyOn(engine.get(TaskMetrics), 'claimed');
    const published = jest.spyOn(engine.get(TaskChangeNotifier), 'publish');
    const stored = await engine.tasks.submit(request('note', { idempotencyKey: 'key' }));
    expect(stored).toMatchObject({ status: 'submitted', attempt: 0, externalId: null, replayed: false });
    await engine.ended(stored.id);
    expect(ran).toEqual([stored.id]);
    expect(await harness.transitions(stored.id)).toEqual(RAN);
    expect(await isEager(stored.id)).toBe(true);
    expect([announced.mock.calls, claims.mock.calls]).toEqual([[], []]);
    const claimed = expect.objectContaining({ id: stored.id, epoch: 1, attempt: 1 });
    expect(counted.mock.calls).toEqual([[[claimed]]]);
    expect(published.mock.calls).toContainEqual([[claimed]]);
  });

  it('does so again and again, for up to ten tasks of a batch', async () => {
    const { engine } = await idleEngine({ slots: 10 });
    for (const count of [1, 10, 10]) {
      const ids = await Promise.all(Array.from({ length: count }, () => engine.submit('note')));
      for (const id of ids) expect([await engine.ended(id), await isEager(id)]).toMatchObject([{ status: 'completed' }, true]);
    }
  });

  it('answers a repeated request with the first task', async () => {
    const { engine, ran } = await idleEngine();
    const first = await engine.tasks.submit(request('note', { idempotencyKey: 'key' }));
    await engine.ended(first.id);
    const again = await engine.tasks.submit(request('note', { idempotencyKey: 'key' }));
    expect(again).toMatchObject({ id: first.id, status: 'completed', replayed: true });
    expect(ran).toEqual([first.id]);
  });
});

describe('no slot is reserved', () => {
  async function reservations(submit: (engine: Engine) => Promise<unknown>, options?: Omit<EngineOptions, 'databaseUrl'>): Promise<number> {
    const { engine } = await idleEngine({ slots: 20, ...options });
    const reserve = jest.spyOn(engine.get(TaskQueue), 'reserve');
    await submit(engine);
    const reserved = reserve.mock.results.filter(({ value }) => value !== undefined).length;
    const ready = () => harness.sql(`SELECT FROM tasks WHERE terminal_at IS NULL AND status <> 'pending'`);
    await waitFor(async () => (await ready()).length === 0, { what: 'the end of all tasks' });
    return reserved;
  }

  it.each([
    ['starts later', 1, { runAt: new Date(Date.now() + 86_400_000) }],
    ['has a concurrency key', 1, { concurrencyKey: 'key' }],
    ['is one of eleven', 11, {}],
  ] as const)('for a task that %s', async (_, count, more) => {
    const submit = (engine: Engine) => Promise.all(Array.from({ length: count }, () => engine.submit('note', {}, more)));
    expect(await reservations(submit)).toBe(0);
  });

  it('for tasks of several names in a batch', async () => {
    const other = { name: 'other', handle: () => 'done' };
    const both = (engine: Engine) => Promise.all([engine.submit('note'), engine.submit('other')]);
    expect(await reservations(both, { handlers: [other] })).toBe(0);
  });

  it('for a batch handler', async () => {
    const batch = { name: 'batch', options: { batch: { size: 2 } }, handleBatch: async (tasks: readonly unknown[]) => tasks.map(() => 1) };
    expect(await reservations((engine) => engine.submit('batch'), { handlers: [batch] })).toBe(0);
  });

  it('for a task that needs a child process', async () => {
    const isolated = { name: 'isolated', options: { isolation: 'process' as const, queue: 'default' }, handle: () => 1 };
    expect(await reservations((engine) => engine.submit('isolated'), { handlers: [isolated] })).toBe(0);
  });

  it("in a caller's transaction, or for many tasks", async () => {
    const submit = async (engine: Engine) => {
      const announce = await engine.get(DataSource).transaction((tx) => engine.tasks.submitInTransaction(tx, [request('note')]));
      announce();
      await engine.tasks.submitMany([request('note')]);
    };
    expect(await reservations(submit)).toBe(0);
  });

  it('while dead rows make the claims of the queue slow', async () => {
    const submit = (engine: Engine) => {
      jest.spyOn(engine.get(TaskClaims), 'isSlow').mockReturnValue(true);
      return engine.submit('note');
    };
    expect(await reservations(submit)).toBe(0);
  });

  it('behind a pooler that keeps no sessions', async () => {
    const submit = (engine: Engine) => {
      Reflect.set(engine.get(Pools), 'keepsSessions', false);
      return engine.submit('note');
    };
    expect(await reservations(submit)).toBe(0);
  });
});

describe('the order of claims', () => {
  /** A process without workers whose wake-ups are lost. */
  async function submitWithoutWakeUp(name: string): Promise<string> {
    const other = await harness.start({ handlers: [{ name, handle: () => undefined }] });
    jest.spyOn(other.get(TaskQueue), 'announce').mockReturnValue(undefined);
    return other.submit(name);
  }

  it('is kept: an older ready task of the name is claimed first', async () => {
    const { engine, ran } = await idleEngine();
    const older = await submitWithoutWakeUp('note');
    const newer = await engine.submit('note');
    await engine.ended(newer);
    expect(ran).toEqual([older, newer]);
  });

  it('is kept: the worker claims when a task of another name is ready', async () => {
    const { engine, ran } = await idleEngine({ handlers: [{ name: 'other', handle: ({ id }) => ran.push(id) }] });
    const older = await submitWithoutWakeUp('other');
    const newer = await engine.submit('note');
    await engine.ended(newer);
    expect(ran).toEqual([older, newer]);
    expect(await isEager(newer)).toBe(false);
  });
});

describe('the slots', () => {
  it('are counted while a transaction is in flight, and are given back', async () => {
    const gate = Promise.withResolvers<void>();
    const started: string[] = [];
    const hold = { name: 'hold', handle: ({ id }: { id: string }) => (started.push(id), gate.promise) };
    const { engine } = await idleEngine({ handlers: [hold] });
    const reserve = jest.spyOn(engine.get(TaskQueue), 'reserve');
    let second: Promise<string> | undefined;
    const { answer: first } = await runBehindLock(
      harness.url,
      WRITES,
      () => engine.submit('hold'),
      async () => {
        second = engine.submit('hold');
        await waitFor(async () => reserve.mock.calls.length === 2, { what: 'the second submission' });
      },
    );
    expect(reserve.mock.results.map(({ value }) => value !== undefined)).toEqual([true, false]);
    await waitFor(async () => started.length === 1, { what: 'the first task' });
    expect(await engine.tasks.get((await second) as string)).toMatchObject({ status: 'submitted' });
    gate.resolve();
    await engine.ended((await second) as string);
    expect(started).toEqual([first, await second]);
  });

  it('are given back when the transaction fails, and the task is stored again and runs', async () => {
    const { engine, ran } = await idleEngine();
    const { answer: id } = await runBehindLock(
      harness.url,
      WRITES,
      () => engine.submit('note'),
      () =>
        harness.sql(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND application_name = 'contenthub-engine' AND wait_event_type = 'Lock'`,
        ),
    );
    const next = await engine.submit('note');
    await engine.ended(next);
    await engine.ended(id);
    expect(ran.toSorted()).toEqual([id, next].toSorted());
  });

  it('are given back when the claim is at fault, which does not fail the submission', async () => {
    const { engine, ran } = await idleEngine();
    await harness.sql('ALTER TABLE paused_definitions RENAME TO away');
    const submitted = engine.submit('note');
    await Promise.allSettled([submitted]);
    await harness.sql('ALTER TABLE away RENAME TO paused_definitions');
    const id = await submitted;
    await engine.ended(id);
    await engine.ended(await engine.submit('note'));
    expect(ran).toHaveLength(2);
  });
});

describe('a pause of the queue', () => {
  it('that begins after the slots are reserved keeps the task, and another try waits a second', async () => {
    const { engine, ran } = await idleEngine();
    const queues = engine.get(QueueService);
    const reserve = jest.spyOn(engine.get(TaskQueue), 'reserve');
    const { answer: id } = await runBehindLock(
      harness.url,
      WRITES,
      () => engine.submit('note'),
      () => queues.pause('default', 'me'),
    );
    const clock = jest.spyOn(performance, 'now').mockReturnValue(performance.now());
    const next = await engine.submit('note');
    clock.mockRestore();
    expect(await engine.tasks.getMany([id, next]).then((rows) => [...rows.values()].map(({ status }) => status))).toEqual([
      'submitted',
      'submitted',
    ]);
    expect(reserve).toHaveBeenCalledTimes(1);
    await queues.resume('default', 'me');
    await Promise.all([engine.ended(id), engine.ended(next)]);
    expect(ran).toEqual([id, next]);
  });
});
