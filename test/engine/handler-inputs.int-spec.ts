import { describe, expect, it } from '@jest/globals';
import { IsInt } from 'class-validator';
import { TaskFailure } from '../../src/core/task/failure.ts';
import { type Engine, type EngineOptions, type TestHandler, useEngines } from '../support/engine.ts';

const harness = useEngines();
const SOON = { baseMs: 1, maxMs: 1 };

type Options = Omit<EngineOptions, 'databaseUrl'>;

/** An engine whose only task is `work`. */
const start = (handle: TestHandler['handle'], { options, ...rest }: Options & { options?: TestHandler['options'] } = {}): Promise<Engine> =>
  harness.start({ handlers: [{ name: 'work', options: { backoff: SOON, ...options }, handle }], slots: 2, loops: true, ...rest });

async function outcomeOf(handle: TestHandler['handle'], options?: TestHandler['options']) {
  const engine = await start(handle, { options });
  const id = await engine.submit('work');
  return engine.ended(id);
}

const transient = (message = 'busy') => new TaskFailure('transient', message);

describe('a checkpoint', () => {
  it('skips completed steps in later attempts, for the same inputs only', async () => {
    const work: string[] = [];
    const engine = await start(async ({ attempt, checkpoint }) => {
      const step = (name: string, inputs: unknown, output: unknown) =>
        checkpoint(name, inputs, async () => {
          work.push(`${name} ${attempt}`);
          return output;
        });
      const outputs = [
        await step('fetch', { url: 'a' }, { at: new Date(0) }),
        await step('write', attempt, attempt),
        await step('none', null, undefined),
      ];
      if (attempt < 3) throw transient();
      return outputs;
    });
    const id = await engine.submit('work');
    expect(await engine.ended(id)).toMatchObject({ status: 'completed', result: [{ at: '1970-01-01T00:00:00.000Z' }, 3, null] });
    expect(work).toEqual(['fetch 1', 'write 1', 'none 1', 'write 2', 'write 3']);
  });

  it('stores nothing of a failed step', async () => {
    let calls = 0;
    const row = await outcomeOf(({ checkpoint }) =>
      checkpoint('step', 1, () => {
        calls += 1;
        return calls < 3 ? Promise.reject(transient()) : Promise.resolve(calls);
      }),
    );
    expect(row).toMatchObject({ status: 'completed', attempt: 3, result: 3 });
  });
});

describe('params', () => {
  class WorkParams {
    @IsInt()
    count: number;
  }

  it('are validated when a task is submitted', async () => {
    const engine = await start(({ params }) => params['count'], { options: { params: WorkParams } });
    await expect(engine.submit('work', { count: 'three' })).rejects.toMatchObject({
      status: 422,
      code: 'invalid_params',
      errors: [{ pointer: '/params/count' }],
    });
    await expect(engine.submit('work', { count: 3, colour: 'red' })).rejects.toMatchObject({
      status: 422,
      errors: [{ pointer: '/params/colour' }],
    });
    await expect(engine.submit('wrok')).rejects.toMatchObject({
      status: 404,
      code: 'unknown_task',
      detail: expect.stringContaining('"work"'),
    });
    expect(await harness.sql(`SELECT 1 FROM tasks`)).toEqual([]);
    expect(await engine.ended(await engine.submit('work', { count: 3 }))).toMatchObject({ status: 'completed', result: 3 });
  });

  it('are validated again when it runs: the definition may have changed', async () => {
    const before = await start(() => 'never', { slots: undefined });
    const id = await before.submit('work', { count: 'three' });
    const after = await start(() => 'never', { options: { params: WorkParams } });
    expect(await after.ended(id)).toMatchObject({
      status: 'failed',
      attempt: 1,
      error: { class: 'invalid_input', code: 'invalid_params' },
    });
  });
});
