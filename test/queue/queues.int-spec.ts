import { describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { QueueStore } from '../../src/engine/queues/queue-store.ts';
import { QueueService } from '../../src/tasks/queues/queue.service.ts';
import { useEngines } from '../support/engine.ts';

const harness = useEngines();
const noop = { name: 'noop', handle: () => 'done' };
const reports = { name: 'report', options: { queue: 'reports' }, handle: () => 'done' };

describe('QueueService', () => {
  it('adds one, one for later, and many of a name', async () => {
    const engine = await harness.start({ handlers: [noop, reports] });
    const queues = engine.get(QueueService);
    const one = await queues.add('report', { a: 1 }, { priority: 9 });
    const later = await queues.addDelayed('report', {}, 3_600_000, { createdBy: 'me' });
    const many = await queues.addBatch('report', [{ n: 1 }, { n: 2 }]);
    expect(await engine.tasks.get(one.id)).toMatchObject({
      queue: 'reports',
      params: { a: 1 },
      priority: 9,
      createdBy: 'system',
      trigger: 'task',
    });
    expect(await engine.tasks.get(later.id)).toMatchObject({ status: 'pending', createdBy: 'me' });
    expect((await Promise.all(many.map(({ id }) => engine.tasks.get(id)))).map(({ params }) => params)).toEqual([{ n: 1 }, { n: 2 }]);
    expect(await queues.get('reports')).toMatchObject({ submitted: 3, pending: 1, running: 0, here: null });
    await expect(queues.add('nothing')).rejects.toMatchObject({ status: 404 });
  });

  it('counts what waits for other tasks, and what is suspected, as waiting', async () => {
    const engine = await harness.start({ handlers: [noop] });
    const first = await engine.submit('noop');
    await engine.submit('noop', {}, { dependsOn: [first] });
    const suspect = await engine.submit('noop');
    await harness.sql(`UPDATE tasks SET crash_count = 1 WHERE id = $1`, [suspect]);
    await engine.claim();
    expect(await engine.get(QueueService).get('default')).toMatchObject({ pending: 1, submitted: 1, running: 1 });
  });

  it('counts the ready tasks that no live worker process has a handler for', async () => {
    const engine = await harness.start({
      handlers: [
        noop,
        { name: 'newer', handle: () => undefined },
        { name: 'keyed', options: { concurrencyKey: () => 'k' }, handle: () => undefined },
      ],
    });
    for (const name of ['noop', 'newer', 'newer', 'keyed']) await engine.submit(name);
    const withoutHandler = async () => (await engine.get(QueueService).get('default')).withoutHandler;
    const heartbeat = (name: string, names: string[], age: string) =>
      harness.sql(
        `INSERT INTO agents (id, name, kind, owner, capabilities, max_concurrency, registered_at, last_seen_at, task_names)
         VALUES (gen_random_uuid(), $1, 'process', $1, '{}', 1, app_now(), app_now() - $3::interval, $2)`,
        [name, names, age],
      );
    await heartbeat('old build', ['noop', 'keyed'], '1 s');
    await heartbeat('killed', ['newer'], '1 min');
    expect(await withoutHandler()).toBe(2);
    await heartbeat('new build', ['newer'], '1 s');
    expect(await withoutHandler()).toBe(0);
    await harness.sql(`DELETE FROM agents`);
  });

  it('reports how long the oldest ready task has waited', async () => {
    const engine = await harness.start({ handlers: [noop] });
    const queues = engine.get(QueueService);
    await engine.submit('noop', {}, { runAt: new Date(Date.now() + 3_600_000) });
    expect((await queues.get('default')).oldestWaitingMs).toBeNull();
    const old = await engine.submit('noop');
    await engine.submit('noop');
    await harness.sql(`UPDATE tasks SET run_at = run_at - interval '1 hour' WHERE id = $1`, [old]);
    const { oldestWaitingMs } = await queues.get('default');
    expect(oldestWaitingMs).toBeGreaterThanOrEqual(3_600_000);
    expect(oldestWaitingMs).toBeLessThan(3_660_000);
  });

  it('stores who paused first when several pause at the same time', async () => {
    const engine = await harness.start({ handlers: [noop] });
    const repository = engine.get(QueueStore);
    const won = await Promise.all(Array.from({ length: 8 }, (_, i) => repository.pause('default', `person ${i}`)));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect((await engine.get(QueueService).get('default')).pausedBy).toBe(`person ${won.indexOf(true)}`);
    expect(await Promise.all([repository.resume('default'), repository.resume('default')])).toEqual(expect.arrayContaining([true, false]));
  });

  it('reads the first ready tasks in the order of claims', async () => {
    const engine = await harness.start({ handlers: [noop] });
    const ids: string[] = [];
    for (const priority of [2, 8, 5]) ids.push(await engine.submit('noop', {}, { priority }));
    const [low, high, middle] = ids;
    await harness.sql(`UPDATE tasks SET dispatch_group = 'g', limit_keys = '{account:1}' WHERE id = $1`, [middle]);
    const ready = await engine.get(QueueStore).ready('default', 10);
    expect(ready.map(({ id }) => id)).toEqual([high, middle, low]);
    expect(ready.map(({ priority }) => priority)).toEqual([8, 5, 2]);
    expect((await engine.get(QueueStore).ready('default', 1)).map(({ id }) => id)).toEqual([high]);
    expect(await engine.get(QueueStore).ready('other', 1)).toEqual([]);
  });

  it('leaves quarantined tasks out of the ready ones', async () => {
    const engine = await harness.start({ handlers: [noop] });
    const [suspect, other] = [await engine.submit('noop'), await engine.submit('noop')];
    await harness.sql(`UPDATE tasks SET crash_count = 1 WHERE id = $1`, [suspect]);
    expect((await engine.get(QueueStore).ready('default', 10)).map(({ id }) => id)).toEqual([other]);
  });
});

describe('a drain', () => {
  it('leaves alone what was taken since it looked', async () => {
    const engine = await harness.start({ handlers: [noop] });
    const [taken, waiting] = [await engine.submit('noop', {}, { priority: 9 }), await engine.submit('noop')];
    expect((await engine.claim()).id).toBe(taken);
    const stopped = await engine.control.cancelWaiting([taken, waiting, uuidv7()], 'me');
    expect(stopped.map(({ id }) => id)).toEqual([waiting]);
    expect((await engine.tasks.get(taken)).status).toBe('running');
  });
});
