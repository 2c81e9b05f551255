import { describe, expect, it } from '@jest/globals';
import { TaskClaims } from '../../src/engine/dispatch/task-claims.ts';
import { type Engine, useEngines } from '../support/engine.ts';

const harness = useEngines();
const OWNER = 'agent:one:boot';
const noop = () => undefined;
const start = (settings = {}) =>
  harness.start({
    settings,
    handlers: [
      { name: 'for-anybody', handle: noop },
      { name: 'for-gpu', options: { capabilities: ['gpu'] }, handle: noop },
      { name: 'for-both', options: { capabilities: ['gpu', 'llm'] }, handle: noop },
    ],
  });
const assign = (engine: Engine, capabilities: string[], limit = 9) =>
  engine.assign({ queue: 'default', limit, owner: OWNER, leaseSeconds: 60, capabilities });

async function submitAll(engine: Engine): Promise<void> {
  for (const name of ['for-anybody', 'for-gpu', 'for-both']) await engine.submit(name);
}
const names = (tasks: { name: string }[]) => tasks.map(({ name }) => name).sort();

describe('the capabilities of a task', () => {
  it('decide which agent may lease it', async () => {
    const engine = await start();
    await submitAll(engine);
    expect(names(await assign(engine, ['llm']))).toEqual(['for-anybody']);
    expect(names(await assign(engine, ['gpu']))).toEqual(['for-gpu']);
    expect(names(await assign(engine, ['llm', 'gpu', 'more']))).toEqual(['for-both']);
  });

  it('decide which process may claim it', async () => {
    const engine = await start({ WORKER_CAPABILITIES: 'gpu' });
    await submitAll(engine);
    expect(names(await engine.claimTasks('default', 9, OWNER, 60))).toEqual(['for-anybody', 'for-gpu']);
    expect(names(await (await start()).claimTasks('default', 9, OWNER, 60))).toEqual(['for-both']);
  });

  it('decide about quarantined tasks too', async () => {
    const engine = await start({ WORKER_CAPABILITIES: 'gpu' });
    await submitAll(engine);
    await harness.sql('UPDATE tasks SET crash_count = 1');
    const suspects = { queue: 'default', limit: 1, owner: OWNER, leaseSeconds: 60, capabilities: ['llm'] };
    expect(names(await engine.assignQuarantined(suspects))).toEqual(['for-anybody']);
    expect(await engine.assignQuarantined(suspects)).toEqual([]);
    expect(names(await engine.claimQuarantined(['default'], 9, OWNER, 60, 9))).toEqual(['for-gpu']);
  });
});

describe('an assigned task', () => {
  it('is leased, and its time starts when its agent starts it', async () => {
    const engine = await start();
    const id = await engine.submit('for-anybody');
    const [task] = await assign(engine, []);
    expect(task).toMatchObject({ id, attempt: 1, epoch: 1 });
    expect(await engine.tasks.get(id)).toMatchObject({ status: 'assigned', owner: OWNER, deadlineAt: null });
    const [started] = await engine.get(TaskClaims).start([{ id, epoch: 1 }], OWNER);
    expect(started).toEqual({ id, deadlineAt: (await engine.tasks.get(id)).deadlineAt });
    expect(await harness.transitions(id)).toEqual(['submit > submitted', 'assign > assigned', 'claim > running']);
  });

  it.each([
    ['another agent', { epoch: 1 }, 'agent:two:boot'],
    ['an attempt that is over', { epoch: 0 }, OWNER],
  ])('is not started by %s', async (_, { epoch }, owner) => {
    const engine = await start();
    const id = await engine.submit('for-anybody');
    await assign(engine, []);
    expect(await engine.get(TaskClaims).start([{ id, epoch }], owner)).toEqual([]);
    expect((await engine.tasks.get(id)).status).toBe('assigned');
  });

  it('is started once', async () => {
    const engine = await start();
    const id = await engine.submit('for-anybody');
    await assign(engine, []);
    const claims = engine.get(TaskClaims);
    expect(await claims.start([{ id, epoch: 1 }], OWNER)).toHaveLength(1);
    expect(await claims.start([{ id, epoch: 1 }], OWNER)).toEqual([]);
  });
});
