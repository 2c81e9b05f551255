import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { classify } from '../../src/core/task/failure.ts';
import type { ClaimedTask } from '../../src/core/task/task.ts';
import { inTransaction, Pools } from '../../src/platform/database/pools.ts';
import { StepStore } from '../../src/engine/step-store.ts';
import { COMPLETE_TASKS } from '../../src/engine/settle.sql.ts';
import { type Engine, OTHER_OWNER, useEngines } from '../support/engine.ts';
import { isWaitedFor } from '../support/is-waited-for.ts';
import { waitFor } from '../support/wait-for.ts';

const harness = useEngines();
const start = () => harness.start({ handlers: [{ name: 'noop', options: { maxAttempts: 3 }, handle: () => undefined }] });
const error = classify(new Error('no'));

const complete = (engine: Engine, { id, epoch }: ClaimedTask) => engine.attempts.complete([{ id, epoch, result: null }], OTHER_OWNER);
const fail = (engine: Engine, { id, epoch }: ClaimedTask) => engine.attempts.fail([{ id, epoch, status: 'failed', error }], OTHER_OWNER);
const ready = async () =>
  (await harness.sql<{ id: string }>(`SELECT id FROM tasks WHERE status = 'submitted' ORDER BY id`)).map(({ id }) => id);
const stateOf = async (id: string) => (await harness.sql(`SELECT status, open_dependencies AS open FROM tasks WHERE id = $1`, [id]))[0];

async function chain(engine: Engine): Promise<[string, string, string]> {
  const a = await engine.submit('noop');
  const b = await engine.submit('noop', {}, { dependsOn: [a] });
  return [a, b, await engine.submit('noop', {}, { dependsOn: [b] })];
}

async function inOrder(engine: Engine): Promise<string[]> {
  const order: string[] = [];
  for (let waiting = await ready(); waiting.length > 0; waiting = await ready()) {
    const task = await engine.claim();
    order.push(task.id);
    await complete(engine, task);
  }
  return order;
}

describe('a manual retry from a step', () => {
  const steps = async (id: string) =>
    (await harness.sql<{ step: string }>('SELECT step FROM task_steps WHERE task_id = $1 ORDER BY at', [id])).map(({ step }) => step);
  async function withSteps(engine: Engine): Promise<ClaimedTask> {
    await engine.submit('noop');
    const task = await engine.claim();
    for (const step of ['read', 'write', 'send']) await engine.get(StepStore).save(task, step, StepStore.hashOf(1), step);
    return task;
  }

  it('that is refused deletes no step', async () => {
    const engine = await start();
    const task = await withSteps(engine);
    await complete(engine, task);
    await expect(engine.tasks.retry(task.id, { fromStep: 'write' }, 'operator')).rejects.toMatchObject({ code: 'not_retryable' });
    expect(await steps(task.id)).toEqual(['read', 'write', 'send']);
  });

  it('deletes the step and those after it, and none when another retry came first', async () => {
    const engine = await start();
    const task = await withSteps(engine);
    await fail(engine, task);
    await engine.tasks.retry(task.id, { fromStep: 'send' }, 'operator');
    expect(await steps(task.id)).toEqual(['read', 'write']);
    await expect(engine.tasks.retry(task.id, { fromStep: 'read' }, 'operator')).rejects.toMatchObject({ code: 'not_retryable' });
    expect(await steps(task.id)).toEqual(['read', 'write']);
  });
});

describe('a task that is retried', () => {
  it.each<[string, (ids: string[]) => string[]]>([
    ['the first first', (ids) => ids],
    ['the last first', (ids) => ids.toReversed()],
  ])('runs after the rest of its chain, %s', async (_, ordered) => {
    const engine = await start();
    const ids = await chain(engine);
    await engine.tasks.cancelByIds(ids, 'operator');
    for (const id of ordered(ids)) await engine.tasks.retry(id, {}, 'operator');
    expect(await ready()).toEqual([ids[0]]);
    expect(await inOrder(engine)).toEqual(ids);
  });

  it('waits for a dependency that has not ended again, and says so', async () => {
    const engine = await start();
    const [a, b] = await chain(engine);
    await engine.tasks.cancelByIds([a], 'operator');
    expect(await engine.tasks.retry(b, {}, 'operator')).toMatchObject({ status: 'pending', generation: 2 });
    expect(await stateOf(b)).toEqual({ status: 'pending', open: 1 });
    expect(await engine.maintenance.promote('test')).toEqual([]);
    // The trigger sees the row of `a` change once more; it has not ended again by that.
    await harness.sql(`UPDATE tasks SET idempotency_key = NULL WHERE id = $1`, [a]);
    expect(await stateOf(b)).toEqual({ status: 'pending', open: 1 });
    await engine.tasks.retry(a, {}, 'operator');
    await complete(engine, await engine.claim());
    expect(await stateOf(b)).toEqual({ status: 'submitted', open: 0 });
  });

  it('ends with its dependency when that fails again', async () => {
    const engine = await start();
    const [a, b, c] = await chain(engine);
    await engine.tasks.cancelByIds([a], 'operator');
    for (const id of [b, c, a]) await engine.tasks.retry(id, {}, 'operator');
    await fail(engine, await engine.claim());
    for (const id of [b, c]) expect(await engine.tasks.get(id)).toMatchObject({ status: 'cancelled', generation: 2 });
  });

  it('does not wait for a completed dependency', async () => {
    const engine = await start();
    const [a, b] = await chain(engine);
    await complete(engine, await engine.claim());
    await fail(engine, await engine.claim());
    await engine.tasks.retry(b, {}, 'operator');
    expect([await ready(), (await engine.tasks.get(a)).status]).toEqual([[b], 'completed']);
  });

  it('waits for both arms of a diamond', async () => {
    const engine = await start();
    const a = await engine.submit('noop');
    const b = await engine.submit('noop', {}, { dependsOn: [a] });
    const c = await engine.submit('noop', {}, { dependsOn: [a] });
    const d = await engine.submit('noop', {}, { dependsOn: [b, c] });
    await engine.tasks.cancelByIds([a], 'operator');
    for (const id of [d, c, b, a]) await engine.tasks.retry(id, {}, 'operator');
    expect(await stateOf(d)).toEqual({ status: 'pending', open: 2 });
    const order = await inOrder(engine);
    expect([order[0], order[3]]).toEqual([a, d]);
  });

  it('does not wait with ignoreDependencies, and does again at the next retry', async () => {
    const engine = await start();
    const [a, b] = await chain(engine);
    await engine.tasks.cancelByIds([a], 'operator');
    expect(await engine.tasks.retry(b, { ignoreDependencies: true }, 'operator')).toMatchObject({ status: 'submitted' });
    await fail(engine, await engine.claim());
    await engine.tasks.retry(b, {}, 'operator');
    expect(await stateOf(b)).toEqual({ status: 'pending', open: 1 });
    expect(await harness.sql(`SELECT ignored_in_generations FROM task_dependencies WHERE task_id = $1`, [b])).toEqual([
      { ignored_in_generations: [2] },
    ]);
    expect(await stateOf(a)).toMatchObject({ status: 'cancelled' });
  });

  it('waits for a dependency that is retried in the same statement, although it would run after its failure too', async () => {
    const engine = await start();
    const first = await engine.submit('noop');
    const then = await engine.submit('noop', {}, { dependsOn: [first], onDependencyFailure: 'run' });
    await fail(engine, await engine.claim());
    await fail(engine, await engine.claim());
    const { api } = engine.get(Pools);
    await inTransaction(api, (tx) => engine.control.retryManyManually([then, first], 'operator', {}, tx));
    expect([await ready(), await stateOf(then)]).toEqual([[first], { status: 'pending', open: 1 }]);
    await fail(engine, await engine.claim());
    expect(await stateOf(then)).toEqual({ status: 'submitted', open: 0 });
  });

  it('sees the end of a dependency that is ending just now', async () => {
    const engine = await start();
    const first = await engine.submit('noop');
    const then = await engine.submit('noop', {}, { dependsOn: [first] });
    const { epoch } = await engine.claim();
    await engine.tasks.cancelByIds([then], 'operator');
    const client = new pg.Client({ connectionString: harness.url, application_name: 'ending' });
    await client.connect();
    let retried: Promise<unknown> | undefined;
    try {
      await client.query('BEGIN');
      await client.query(COMPLETE_TASKS, [JSON.stringify([{ id: first, epoch, result: null }]), OTHER_OWNER]);
      let answered = false;
      retried = engine.tasks.retry(then, {}, 'operator').finally(() => (answered = true));
      const waits = async () => answered || (await isWaitedFor(client));
      await waitFor(waits, { what: 'the retry to meet the completion' });
      await client.query('COMMIT');
    } finally {
      await client.end();
    }
    await retried;
    expect(await stateOf(then)).toEqual({ status: 'submitted', open: 0 });
  });

  it('keeps a start time in the future', async () => {
    const engine = await start();
    const runAt = new Date(Date.now() + 3_600_000);
    const id = await engine.submit('noop', {}, { runAt });
    await engine.tasks.cancelByIds([id], 'operator');
    expect(await engine.tasks.retry(id, {}, 'operator')).toMatchObject({ status: 'pending', runAt });
  });

  it('does not keep the backoff of an attempt', async () => {
    const engine = await start();
    const id = await engine.submit('noop');
    const { epoch } = await engine.claim();
    await engine.attempts.retry([{ id, epoch, delayMs: 3_600_000, error }], OTHER_OWNER);
    await engine.tasks.cancelByIds([id], 'operator');
    expect(await engine.tasks.retry(id, {}, 'operator')).toMatchObject({ status: 'submitted' });
  });
});

describe('a dependent of a retried task', () => {
  it('and runs whatever becomes of it, waits for its new end unless it has started', async () => {
    const engine = await start();
    const first = await engine.submit('noop', {}, { priority: 9 });
    const second = await engine.submit('noop', {}, { priority: 1 });
    const then = await engine.submit('noop', {}, { dependsOn: [first, second], onDependencyFailure: 'run' });
    await fail(engine, await engine.claim());
    expect(await stateOf(then)).toEqual({ status: 'pending', open: 1 });
    await engine.tasks.retry(first, {}, 'operator');
    expect(await stateOf(then)).toEqual({ status: 'pending', open: 2 });
    await complete(engine, await engine.claim());
    await fail(engine, await engine.claim());
    expect(await stateOf(then)).toEqual({ status: 'submitted', open: 0 });
    const { id, epoch } = await engine.claim();
    await engine.attempts.snooze([{ id, epoch, delayMs: 60_000 }], OTHER_OWNER);
    await engine.tasks.retry(second, {}, 'operator');
    expect(await stateOf(then)).toEqual({ status: 'pending', open: 0 });
  });

  it('that ignores it does not wait', async () => {
    const engine = await start();
    const first = await engine.submit('noop');
    const more = { dependsOn: [first], onDependencyFailure: 'run', runAt: new Date(Date.now() + 60_000) } as const;
    const then = await engine.submit('noop', {}, more);
    await fail(engine, await engine.claim());
    await engine.tasks.cancelByIds([then], 'operator');
    await engine.tasks.retry(then, { ignoreDependencies: true }, 'operator');
    await engine.tasks.retry(first, {}, 'operator');
    expect(await stateOf(then)).toEqual({ status: 'pending', open: 0 });
  });

  it('and was submitted after it failed, waits as well', async () => {
    const engine = await start();
    const first = await engine.submit('noop');
    await fail(engine, await engine.claim());
    const then = await engine.submit('noop', {}, { dependsOn: [first], onDependencyFailure: 'run', runAt: new Date(Date.now() + 60_000) });
    expect(await stateOf(then)).toEqual({ status: 'pending', open: 0 });
    await engine.tasks.retry(first, {}, 'operator');
    expect(await stateOf(then)).toEqual({ status: 'pending', open: 1 });
  });
});
