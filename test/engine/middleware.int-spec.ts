import { describe, expect, it } from '@jest/globals';
import type { Failure } from '../../src/core/task/failure.ts';
import type { TaskContext } from '../../src/tasks/definitions/task-context.ts';
import type { TaskMiddlewareOf } from '../../src/workers/attempts/task-middleware.ts';
import { TaskMiddlewareRegistry } from '../../src/workers/attempts/task-middleware.registry.ts';
import { useEngines } from '../support/engine.ts';

describe('middleware', () => {
  const harness = useEngines();

  /** Records its calls, in order. */
  function noting(name: string, notes: string[]): TaskMiddlewareOf {
    return {
      before: (context) => void notes.push(`${name} before ${context.name} attempt ${context.attempt}`),
      after: (_, result) => void notes.push(`${name} after ${JSON.stringify(result)}`),
      error: (_, failure) => void notes.push(`${name} error ${failure.class}: ${failure.message}`),
    };
  }

  it('runs around the handler in order: global ones, and those the definition names', async () => {
    const notes: string[] = [];
    const handle = () => {
      notes.push('handler');
      return { n: 1 };
    };
    const engine = await harness.start({
      slots: 2,
      handlers: [
        { name: 'plain', handle },
        { name: 'audited', options: { middleware: ['audit'] }, handle },
      ],
    });
    const registry = engine.get(TaskMiddlewareRegistry);
    registry.register({ name: 'audit', order: 2 }, noting('audit', notes));
    registry.register({ name: 'everywhere', global: true, order: 1 }, noting('everywhere', notes));
    await engine.ended(await engine.submit('audited'));
    expect(notes.splice(0)).toEqual([
      'everywhere before audited attempt 1',
      'audit before audited attempt 1',
      'handler',
      'audit after {"n":1}',
      'everywhere after {"n":1}',
    ]);
    await engine.ended(await engine.submit('plain'));
    expect(notes).toEqual(['everywhere before plain attempt 1', 'handler', 'everywhere after {"n":1}']);
  });

  it('sees every failure, also time-outs, and may write to the log', async () => {
    const notes: string[] = [];
    const fails = () => Promise.reject(new Error('no luck'));
    const slow = ({ signal }: TaskContext<Record<string, unknown>>) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('late'))));
    const engine = await harness.start({
      slots: 2,
      handlers: [
        { name: 'fails', options: { maxAttempts: 1 }, handle: fails },
        { name: 'slow', options: { maxAttempts: 1, timeoutMs: 50 }, handle: slow },
      ],
    });
    const registry = engine.get(TaskMiddlewareRegistry);
    registry.register({ name: 'notes', global: true, order: 1 }, noting('notes', notes));
    registry.register(
      { name: 'writes', global: true, order: 2 },
      { error: (context: TaskContext, failure: Failure) => context.log.error(`seen: ${failure.message}`) },
    );
    registry.register({ name: 'breaks', global: true, order: 3 }, { error: () => Promise.reject(new Error('broken middleware')) });
    const id = await engine.submit('fails');
    expect(await engine.ended(id)).toMatchObject({ status: 'failed', error: { message: 'no luck' } });
    expect(notes.splice(0)).toEqual(['notes before fails attempt 1', 'notes error internal: no luck']);
    expect((await engine.logs.lines([id], 0, { lines: 10, bytes: 100_000 })).map((line) => line.message)).toEqual([
      'stack of the failure',
      'error middleware failed: broken middleware',
      'seen: no luck',
    ]);
    await engine.ended(await engine.submit('slow'));
    expect(notes).toEqual(['notes before slow attempt 1', 'notes error timeout: attempt 1 ran longer than 50 ms']);
  });

  it('fails the attempt when it throws before or after: a rejected task does not run', async () => {
    let runs = 0;
    const handle = () => void runs++;
    const options = { maxAttempts: 1, middleware: ['gate'] };
    const engine = await harness.start({ slots: 1, handlers: [{ name: 'gated', options, handle }] });
    const refuse = () => Promise.reject(new Error('not today'));
    const gate: TaskMiddlewareOf = { before: refuse };
    engine.get(TaskMiddlewareRegistry).register({ name: 'gate' }, gate);
    expect(await engine.ended(await engine.submit('gated'))).toMatchObject({ status: 'failed', error: { message: 'not today' } });
    expect(runs).toBe(0);
    Object.assign(gate, { before: undefined, after: refuse });
    expect(await engine.ended(await engine.submit('gated'))).toMatchObject({ status: 'failed', result: null });
    expect(runs).toBe(1);
  });

  it('rejects a duplicate name, and a start with an unknown one', async () => {
    const engine = await harness.start({ handlers: [{ name: 'needs', options: { middleware: ['missing'] }, handle: () => null }] });
    const registry = engine.get(TaskMiddlewareRegistry);
    expect(() => registry.onApplicationBootstrap()).toThrow('the task "needs" names the middleware "missing", which does not exist');
    registry.register({ name: 'missing' }, {});
    expect(() => registry.onApplicationBootstrap()).not.toThrow();
    expect(() => registry.register({ name: 'missing' }, {})).toThrow('two middlewares are named "missing"');
  });
});
