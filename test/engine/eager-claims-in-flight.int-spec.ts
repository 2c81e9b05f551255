import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Pools } from '../../src/platform/database/pools.ts';
import { AttemptStore } from '../../src/engine/attempt-store.ts';
import { TaskWorker } from '../../src/workers/pool/task-worker.ts';
import type { Engine } from '../support/engine.ts';
import { runBehindLock } from '../support/lock-holder.ts';
import { waitFor } from '../support/wait-for.ts';
import { RAN, useIdleEngines, WRITES } from './idle-engines.ts';
import { holdGroupReply, loseGroupReply } from './lost-reply.ts';

const { harness, idleEngine } = useIdleEngines();
afterEach(() => {
  jest.restoreAllMocks();
});

describe('a drain that begins while the transaction is in flight', () => {
  /** Drains behind the lock until `until`, and returns the id of the task. */
  async function drainBehindLock(engine: Engine, tasksMs: number, until: () => boolean): Promise<{ id: string; left: number }> {
    let left: Promise<number> | undefined;
    const { answer: id } = await runBehindLock(
      harness.url,
      WRITES,
      () => engine.submit('note'),
      async () => {
        left = engine.pool.drain({ tasksMs, graceMs: 20_000, settleMs: 20_000 });
        await waitFor(async () => until(), { what: 'the drain' });
      },
    );
    return { id, left: (await left) as number };
  }

  it('waits for it, and the task runs to its end', async () => {
    const { engine, ran } = await idleEngine();
    const stopClaiming = jest.spyOn(TaskWorker.prototype, 'stopClaiming');
    const { id, left } = await drainBehindLock(engine, 30_000, () => stopClaiming.mock.calls.length > 0);
    expect([left, ran]).toEqual([0, [id]]);
    expect(await harness.transitions(id)).toEqual(RAN);
  });

  it('releases the task without running it when the time of its tasks is over', async () => {
    const { engine, ran } = await idleEngine();
    const stopAll = jest.spyOn(TaskWorker.prototype, 'stopAll');
    const { id, left } = await drainBehindLock(engine, 0, () => stopAll.mock.calls.length > 0);
    expect([left, ran]).toEqual([0, []]);
    expect(await harness.transitions(id)).toEqual(['submit > submitted', 'claim > running', 'release > submitted']);
    expect(await engine.tasks.get(id)).toMatchObject({ attempt: 0 });
  });

  it('is followed by ordinary submissions', async () => {
    const { engine } = await idleEngine();
    await engine.pool.drain({ tasksMs: 0 });
    const id = await engine.submit('note');
    expect(await harness.transitions(id)).toEqual(['submit > submitted']);
  });
});

describe('a reply of the commit that is lost', () => {
  const RECOVERED = ['submit > submitted', 'claim > running', 'release > submitted', 'claim > running', 'complete > completed'];

  it('leaves one task, which is released at once and without penalty, and runs once', async () => {
    const { engine, ran } = await idleEngine();
    const lost = loseGroupReply(engine.get(Pools).engine);
    const id = await engine.submit('note');
    expect(await engine.ended(id)).toMatchObject({ status: 'completed', attempt: 1, epoch: 3 });
    expect(lost()).toBe(1);
    expect(ran).toEqual([id]);
    expect(await harness.transitions(id)).toEqual(RECOVERED);
    expect(await harness.sql('SELECT id, crash_count FROM tasks')).toEqual([{ id, crash_count: 0 }]);
  });

  it('does not release a task whose reply is on its way', async () => {
    const { engine, ran } = await idleEngine({ slots: 2 });
    const looks = jest.spyOn(engine.get(AttemptStore), 'releaseOrphaned');
    const held = holdGroupReply(engine.get(Pools).engine);
    const first = engine.submit('note');
    await held.committed;
    const lost = loseGroupReply(engine.get(Pools).engine);
    const second = await engine.submit('note'); // answered by the repetition, after the loop was woken to look
    expect([lost(), looks.mock.calls.length]).toEqual([1, 0]);
    held.deliver();
    await Promise.all([engine.ended(await first), engine.ended(second)]);
    expect(await harness.transitions(await first)).toEqual(RAN);
    expect(await harness.transitions(second)).toEqual(RECOVERED);
    expect(ran.toSorted()).toEqual([await first, second].toSorted());
  });

  it('is looked for by a worker that drains', async () => {
    const { engine, ran } = await idleEngine();
    const held = holdGroupReply(engine.get(Pools).engine, new Error('Connection terminated unexpectedly'));
    const submitted = engine.submit('note');
    await held.committed;
    const drained = engine.pool.drain({ tasksMs: 30_000 });
    held.deliver();
    expect(await drained).toBe(0);
    expect(await harness.transitions(await submitted)).toEqual(RECOVERED.slice(0, 3));
    expect(ran).toEqual([]);
  });
});
