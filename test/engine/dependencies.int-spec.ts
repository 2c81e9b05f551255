import { describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import type { DependencyPolicy } from '../../src/engine/task-dependencies.ts';
import { type Engine, useEngines } from '../support/engine.ts';

describe('dependencies', () => {
  const harness = useEngines();

  async function started(): Promise<{ engine: Engine; release: () => void; order: string[] }> {
    const gate = Promise.withResolvers<void>();
    const order: string[] = [];
    const engine = await harness.start({
      slots: 4,
      handlers: [
        {
          name: 'first',
          handle: ({ params }) => gate.promise.then(() => (params.fail ? Promise.reject(new Error('no')) : order.push('first'))),
          options: { maxAttempts: 1 },
        },
        { name: 'then', handle: () => order.push('then') },
      ],
    });
    return { engine, release: gate.resolve, order };
  }

  it('run after their dependencies, released in the transaction that completes the last of them', async () => {
    const { engine, release, order } = await started();
    const [a, b] = await Promise.all([engine.submit('first'), engine.submit('first')]);
    const then = await engine.submit('then', {}, { dependsOn: [a, b, a] });
    expect(await engine.tasks.get(then)).toMatchObject({ status: 'pending' });
    release();
    expect(await engine.ended(then)).toMatchObject({ status: 'completed' });
    expect(order).toEqual(['first', 'first', 'then']);
    expect(await harness.transitions(then)).toEqual(['submit > pending', 'promote > submitted', 'claim > running', 'complete > completed']);
    const [{ same }] = (await harness.sql(
      `SELECT max(xid::text) FILTER (WHERE task_id = $1 AND reason = 'promote') = max(xid::text) FILTER (WHERE task_id = ANY ($2) AND reason = 'complete') AS same FROM task_audit`,
      [then, [a, b]],
    )) as [{ same: boolean }];
    expect(same).toBe(true);
  });

  it('do not wait for completed tasks', async () => {
    const { engine, release } = await started();
    release();
    const a = await engine.submit('first');
    await engine.ended(a);
    expect(await engine.ended(await engine.submit('then', {}, { dependsOn: [a] }))).toMatchObject({ status: 'completed' });
  });

  it.each<[DependencyPolicy, string]>([
    ['cancel', 'cancelled'],
    ['fail', 'failed'],
    ['run', 'completed'],
  ])('with the policy %s end %s when a dependency fails, and so do their dependents', async (policy, status) => {
    const { engine, release } = await started();
    const a = await engine.submit('first', { fail: true });
    const b = await engine.submit('then', {}, { dependsOn: [a], onDependencyFailure: policy });
    const c = await engine.submit('then', {}, { dependsOn: [b], onDependencyFailure: policy });
    release();
    expect(await engine.ended(a)).toMatchObject({ status: 'failed' });
    expect(await engine.ended(b)).toMatchObject({ status });
    expect(await engine.ended(c)).toMatchObject({ status });
  });

  it('are cancelled with it by any actor', async () => {
    const { engine } = await started();
    const a = await engine.submit('first');
    const b = await engine.submit('then', {}, { dependsOn: [a] });
    await engine.tasks.cancelByIds([a], 'me');
    expect(await engine.ended(b)).toMatchObject({ status: 'cancelled', error: { code: 'dependency_cancelled' } });
  });

  it('are counted once when a dependency is retried and ends again', async () => {
    const { engine, release } = await started();
    const a = await engine.submit('first', { fail: true });
    const b = await engine.submit('then', {}, { dependsOn: [a], onDependencyFailure: 'run' });
    release();
    await engine.ended(b);
    await engine.tasks.retry(a, { params: {} }, 'me');
    expect(await engine.ended(a)).toMatchObject({ status: 'completed', generation: 2 });
  });

  it('are rejected, and nothing is stored, when a dependency is impossible', async () => {
    const { engine, release } = await started();
    release();
    const failed = await engine.submit('first', { fail: true });
    await engine.ended(failed);
    await expect(engine.submit('then', {}, { dependsOn: [failed] })).rejects.toThrow('has already ended failed');
    await expect(engine.submit('then', {}, { dependsOn: [uuidv7()] })).rejects.toThrow('There is no execution');
    expect(await engine.ended(await engine.submit('then', {}, { dependsOn: [failed], onDependencyFailure: 'run' }))).toMatchObject({
      status: 'completed',
    });
    expect(await harness.sql(`SELECT count(*)::int AS n FROM tasks`)).toEqual([{ n: 2 }]);
  });

  it('are never missed when submitted while a dependency completes', async () => {
    const engine = await harness.start({ slots: 20, handlers: [{ name: 'quick', handle: () => null }] });
    const pairs = Array.from({ length: 100 }, async () => {
      const a = await engine.submit('quick');
      return engine.ended(await engine.submit('quick', {}, { dependsOn: [a] }));
    });
    expect((await Promise.all(pairs)).map((task) => task.status)).toEqual(Array.from({ length: 100 }, () => 'completed'));
  });
});

describe('a manual retry', () => {
  const harness = useEngines();

  it('starts a new generation with all budgets reset, edited params, and stored steps', async () => {
    let steps = 0;
    const engine = await harness.start({
      slots: 1,
      handlers: [
        {
          name: 'stepping',
          options: { maxAttempts: 1 },
          handle: async (context) => {
            const n = await context.checkpoint('count', 'always', () => Promise.resolve(++steps));
            if (context.params.fail) throw new Error('requested failure');
            return n;
          },
        },
      ],
    });
    const id = await engine.submit('stepping', { fail: true });
    await engine.ended(id);
    await engine.tasks.retry(id, { params: { fail: false } }, 'operator');
    expect(await engine.ended(id)).toMatchObject({
      status: 'completed',
      generation: 2,
      attempt: 1,
      params: { fail: false },
      result: 1,
      error: null,
    });
    expect(await harness.transitions(id)).toEqual([
      'submit > submitted',
      'claim > running',
      'fail > failed',
      'manual_retry > submitted',
      'claim > running',
      'complete > completed',
    ]);
    await expect(engine.tasks.retry(id, {}, 'operator')).rejects.toMatchObject({ status: 409, code: 'not_retryable' });
  });

  it('repeats a step and the steps after it with fromStep', async () => {
    let steps = 0;
    const handle = async (context: { checkpoint: (step: string, inputs: unknown, work: () => Promise<number>) => Promise<number> }) => {
      const n = await context.checkpoint('count', 'always', () => Promise.resolve(++steps));
      if (n < 2) throw new Error('not yet');
      return n;
    };
    const engine = await harness.start({ slots: 1, handlers: [{ name: 'stepping', options: { maxAttempts: 1 }, handle }] });
    const id = await engine.submit('stepping');
    await engine.ended(id);
    await engine.tasks.retry(id, {}, 'operator');
    expect(await engine.ended(id)).toMatchObject({ status: 'failed', generation: 2 });
    await engine.tasks.retry(id, { fromStep: 'count' }, 'operator');
    expect(await engine.ended(id)).toMatchObject({ status: 'completed', generation: 3, result: 2 });
  });
});
