import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { classify } from '../../src/core/task/failure.ts';
import type { ClaimedTask } from '../../src/core/task/task.ts';
import { COMPLETE_TASKS } from '../../src/engine/settle.sql.ts';
import { type Engine, OTHER_OWNER, useEngines } from '../support/engine.ts';
import { isWaitedFor } from '../support/is-waited-for.ts';
import { waitFor } from '../support/wait-for.ts';

const harness = useEngines();
const start = () => harness.start({ handlers: [{ name: 'noop', handle: () => undefined }] });
const error = classify(new Error('no'));

const complete = (engine: Engine, { id, epoch }: ClaimedTask) => engine.attempts.complete([{ id, epoch, result: null }], OTHER_OWNER);
const fail = (engine: Engine, { id, epoch }: ClaimedTask) => engine.attempts.fail([{ id, epoch, status: 'failed', error }], OTHER_OWNER);
const openOf = async (id: string) => (await harness.sql(`SELECT status, open_dependencies AS open FROM tasks WHERE id = $1`, [id]))[0];

describe('a dependent', () => {
  it('is passed over by the promoter while it waits', async () => {
    const engine = await start();
    const first = await engine.submit('noop');
    const then = await engine.submit('noop', {}, { dependsOn: [first] });
    expect(await engine.scheduler.promote()).toBe(0);
    expect(await openOf(then)).toEqual({ status: 'pending', open: 1 });
  });

  it('is released once by each dependency, however often that ends', async () => {
    const engine = await start();
    const first = await engine.submit('noop', {}, { priority: 9 });
    const second = await engine.submit('noop', {}, { priority: 1 });
    const then = await engine.submit('noop', {}, { dependsOn: [first, second], onDependencyFailure: 'run' });
    await fail(engine, await engine.claim());
    expect(await openOf(then)).toEqual({ status: 'pending', open: 1 });
    await engine.tasks.retry(first, {}, 'operator');
    const late = await engine.submit('noop', {}, { dependsOn: [first] });
    await complete(engine, await engine.claim());
    expect(await openOf(late)).toEqual({ status: 'submitted', open: 0 });
    expect(await openOf(then)).toEqual({ status: 'pending', open: 1 });
    await engine.tasks.cancelByIds([late], 'test');
    await complete(engine, await engine.claim());
    expect(await openOf(then)).toEqual({ status: 'submitted', open: 0 });
  });

  it('that was retried without its dependencies does not end with a former dependency', async () => {
    const engine = await start();
    const first = await engine.submit('noop', {}, { priority: 1 });
    const then = await engine.submit('noop', {}, { dependsOn: [first] });
    await fail(engine, await engine.claim());
    expect(await openOf(then)).toEqual({ status: 'cancelled', open: 1 });
    await engine.tasks.retry(then, { ignoreDependencies: true }, 'operator');
    const { id, epoch } = await engine.claim();
    await engine.attempts.snooze([{ id, epoch, delayMs: 60_000 }], OTHER_OWNER);
    await engine.tasks.retry(first, {}, 'operator');
    const late = await engine.submit('noop', {}, { dependsOn: [first] });
    await fail(engine, await engine.claim());
    expect((await openOf(late))?.['status']).toBe('cancelled');
    expect(await openOf(then)).toEqual({ status: 'pending', open: 0 });
  });

  it.each(['completes', 'fails'])('that was retried without its dependencies is not affected when another %s', async (how) => {
    const engine = await start();
    const first = await engine.submit('noop', {}, { priority: 9 });
    const second = await engine.submit('noop', {}, { priority: 1 });
    const then = await engine.submit('noop', {}, { dependsOn: [first, second], priority: 10 });
    await fail(engine, await engine.claim());
    await engine.tasks.retry(then, { ignoreDependencies: true }, 'operator');
    const { id, epoch } = await engine.claim();
    expect(id).toBe(then);
    await engine.attempts.snooze([{ id, epoch, delayMs: 60_000 }], OTHER_OWNER);
    await engine.submit('noop', {}, { dependsOn: [second] }); // so that its end releases something
    await (how === 'completes' ? complete : fail)(engine, await engine.claim());
    expect((await openOf(second))?.['status']).toBe(how === 'completes' ? 'completed' : 'failed');
    expect(await openOf(then)).toEqual({ status: 'pending', open: 0 });
  });

  it('that is for later is released, but does not run before its time', async () => {
    const engine = await start();
    const first = await engine.submit('noop');
    const then = await engine.submit('noop', {}, { dependsOn: [first], runAt: new Date(Date.now() + 60_000) });
    await complete(engine, await engine.claim());
    expect(await openOf(then)).toEqual({ status: 'pending', open: 0 });
  });

  it('of a task that is ending just now sees its end', async () => {
    const engine = await start();
    const first = await engine.submit('noop');
    const { epoch } = await engine.claim();
    const client = new pg.Client({ connectionString: harness.url, application_name: 'ending' });
    await client.connect();
    let then: Promise<string> | undefined;
    try {
      await client.query('BEGIN');
      await client.query(COMPLETE_TASKS, [JSON.stringify([{ id: first, epoch, result: null }]), OTHER_OWNER]);
      let answered = false;
      then = engine.submit('noop', {}, { dependsOn: [first] }).finally(() => (answered = true));
      const waits = async () => answered || (await isWaitedFor(client));
      await waitFor(waits, { what: 'the submission to meet the completion' });
      await client.query('COMMIT');
    } finally {
      await client.end();
    }
    expect(await openOf((await then) ?? '')).toEqual({ status: 'submitted', open: 0 });
  });
});
