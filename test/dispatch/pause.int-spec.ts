import { describe, expect, it } from '@jest/globals';
import { DispatchService } from '../../src/tasks/dispatch/dispatch.service.ts';
import { type Engine, OTHER_OWNER, useEngines } from '../support/engine.ts';

const harness = useEngines();
const noop = () => undefined;
const start = () =>
  harness.start({
    handlers: [
      { name: 'plain', handle: noop },
      { name: 'other', handle: noop },
      { name: 'keyed', options: { concurrencyKey: () => 'account:1' }, handle: noop },
    ],
  });

/** Every way to lease a task of the default queue. */
const WAYS: Record<string, (engine: Engine) => Promise<{ name: string }[]>> = {
  'a claim': (engine) => engine.claimTasks('default', 10, OTHER_OWNER, 15),
  'an assignment': (engine) => engine.assign({ queue: 'default', limit: 10, owner: OTHER_OWNER, leaseSeconds: 15, capabilities: [] }),
};
const SUSPICIOUS: typeof WAYS = {
  'a claim of suspects': (engine) => engine.claimQuarantined(['default'], 10, OTHER_OWNER, 15, 9),
  'an assignment of suspects': (engine) =>
    engine.assignQuarantined({ queue: 'default', limit: 10, owner: OTHER_OWNER, leaseSeconds: 15, capabilities: [] }),
};
const ALL = Object.entries({ ...WAYS, ...SUSPICIOUS });

const pauseQueue = () =>
  harness.sql(`INSERT INTO queues (name, paused_at, paused_by, updated_at) VALUES ('default', now(), 'test', now())`);
const suspect = () => harness.sql('UPDATE tasks SET crash_count = 1');
const names = (tasks: { name: string }[]) => tasks.map(({ name }) => name).sort();

describe.each(ALL)('%s', (way, take) => {
  it.each(['plain', 'keyed'])('skips a paused queue, and takes from it again after (%s)', async (name) => {
    const engine = await start();
    await engine.submit(name);
    if (way in SUSPICIOUS) await suspect();
    await pauseQueue();
    expect(await take(engine)).toEqual([]);
    expect(await engine.countReady('default', 9)).toBe(0);
    expect(await engine.quarantinedCrashCounts(['default'], 9)).toEqual([]);
    await harness.sql('UPDATE queues SET paused_at = NULL, paused_by = NULL');
    expect(names(await take(engine))).toEqual([name]);
  });

  it.each(['plain', 'keyed'])('skips a paused definition, and takes it again after (%s)', async (name) => {
    const engine = await start();
    await engine.submit(name);
    await engine.submit('other');
    if (way in SUSPICIOUS) await suspect();
    const dispatch = engine.get(DispatchService);
    await dispatch.pause(name, 'test');
    expect(names(await take(engine))).toEqual(['other']);
    await dispatch.resume(name, 'test');
    expect(names(await take(engine))).toEqual([name]);
  });
});

describe.each(Object.entries(WAYS))('%s', (_, take) => {
  it.each(['plain', 'keyed'])('takes nothing out of quarantine (%s)', async (name) => {
    const engine = await start();
    await engine.submit(name);
    await suspect();
    expect(await take(engine)).toEqual([]);
  });
});

describe('a pause', () => {
  it('does not affect running tasks', async () => {
    const engine = await start();
    const id = await engine.submit('plain');
    const task = await engine.claim();
    await pauseQueue();
    await engine.attempts.complete([{ ...task, result: 1 }], OTHER_OWNER);
    expect(await harness.transitions(id)).toEqual(['submit > submitted', 'claim > running', 'complete > completed']);
  });

  it('stores who paused first', async () => {
    const engine = await start();
    const dispatch = engine.get(DispatchService);
    await dispatch.pause('plain', 'ada');
    expect(await dispatch.pause('plain', 'grace')).toMatchObject({ name: 'plain', pausedBy: 'ada' });
    expect(await dispatch.paused()).toHaveLength(1);
  });

  it('of an unknown queue or task is rejected', async () => {
    const engine = await start();
    await expect(engine.get(DispatchService).pause('plian', 'ada')).rejects.toThrow('There is no task named "plian"');
  });
});
