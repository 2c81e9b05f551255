import { describe, expect, it } from '@jest/globals';
import { LimitStore } from '../../src/engine/dispatch/limit-store.ts';
import { TaskQueue } from '../../src/queue/task-queue.ts';
import { useEngines } from '../support/engine.ts';
import { describeTaskQueue } from './contract.ts';

const settings = { QUEUE_DRIVER: 'memory' };

describe('the memory driver', () => {
  describeTaskQueue({ settings, shared: false });
});

describe('the heap of the memory driver', () => {
  const harness = useEngines();
  const POLL_MS = 600_000;
  const note = { name: 'note', handle: () => null };
  const start = () => harness.start({ settings: { ...settings, POLL_INTERVAL_MS: String(POLL_MS) }, handlers: [note] });
  const claimer = (engine: Awaited<ReturnType<typeof start>>) => async (limit: number) => {
    const request = { queue: 'default', limit, names: ['note'], owner: 'elsewhere:1:claimer', leaseSeconds: 15 };
    return (await engine.get(TaskQueue).claim(request)).map(({ id }) => id);
  };

  it('decides which tasks a claim takes, until an announcement says that it is out of date', async () => {
    const engine = await start();
    const claim = claimer(engine);
    const [first, second, third, fourth] = [
      await engine.submit('note'),
      await engine.submit('note'),
      await engine.submit('note'),
      await engine.submit('note'),
    ];
    expect(await claim(1)).toEqual([first]);
    await harness.sql(`UPDATE tasks SET rank = '-infinity' WHERE id = $1`, [fourth]);
    expect(await claim(1)).toEqual([second]);
    engine.get(TaskQueue).announce([{ id: fourth, queue: 'default' }]);
    expect(await claim(1)).toEqual([fourth]);
    expect(await claim(1)).toEqual([third]);
  });

  it('replaces tasks that were cancelled after it was filled', async () => {
    const engine = await start();
    const claim = claimer(engine);
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push(await engine.submit('note'));
    expect(await claim(1)).toEqual(ids.slice(0, 1));
    await engine.tasks.cancelByIds(ids.slice(1, 3), 'test');
    expect((await claim(2)).toSorted()).toEqual(ids.slice(3));
    expect(await claim(2)).toEqual([]);
  });

  it('reads PostgreSQL again when a backlog is longer than it holds', async () => {
    const engine = await start();
    const claim = claimer(engine);
    const stored = await engine.tasks.submitMany(
      Array.from({ length: 1_020 }, () => ({ name: 'note', createdBy: 'test', trigger: 'api' as const })),
    );
    const claimed = [...(await claim(995)), ...(await claim(20)), ...(await claim(20))];
    expect(claimed.toSorted()).toEqual(stored.map(({ id }) => id).toSorted());
  });

  it('leaves the choice between dispatch groups to their limits', async () => {
    const engine = await start();
    const claim = claimer(engine);
    await engine.get(LimitStore).set({ key: 'a', maxRunning: 1, rate: null });
    const [a1, , b] = [
      await engine.submit('note', {}, { concurrencyKey: 'a' }),
      await engine.submit('note', {}, { concurrencyKey: 'a' }),
      await engine.submit('note'),
    ];
    expect((await claim(3)).toSorted()).toEqual([a1, b].toSorted());
  });
});

describe('beside another process with the memory driver', () => {
  const harness = useEngines();

  it('the start fails, until that process has ended', async () => {
    const [first, second] = await Promise.all([harness.start({ settings }), harness.start({ settings })]);
    await first.get(TaskQueue).start({});
    await expect(second.get(TaskQueue).start({})).rejects.toThrow('another process uses it on this database');
    const third = await harness.start({ settings: { QUEUE_DRIVER: 'postgres' } });
    await third.get(TaskQueue).start({});
    const started = second.get(TaskQueue).start({});
    await first.close();
    await started;
  });
});
