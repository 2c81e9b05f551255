import { describe, expect, it } from '@jest/globals';
import { done } from '../../src/core/task/outcome.ts';
import type { ClaimedTask } from '../../src/core/task/task.ts';
import { ResultService } from '../../src/results/result.service.ts';
import { OTHER_OWNER } from '../support/engine.ts';
import { useFencedEngines } from './fenced-engines.ts';

const { harness, effects, start, rescue } = useFencedEngines();

describe('effects', () => {
  it('get the result as JSON that PostgreSQL accepts', async () => {
    const results: unknown[] = [];
    const engine = await harness.start({
      handlers: [{ name: 'odd', handle: () => ({ text: 'a\0b', at: new Date(0), none: undefined }) }],
      resultHandlers: { odd: { onCompleted: (_tx, _task, result) => Promise.resolve(void results.push(result)) } },
      slots: 1,
    });
    const id = await engine.submit('odd');
    const { result } = await engine.ended(id);
    expect(result).toEqual({ text: 'a\uFFFDb', at: '1970-01-01T00:00:00.000Z' });
    expect(results).toEqual([result]);
  });

  it('that fail are not stored, and stored once when the task is retried', async () => {
    const results = {
      'with-effects': {
        async onCompleted(...[tx, task, result]: Parameters<typeof effects.handler.onCompleted>) {
          await effects.handler.onCompleted(tx, task, result);
          if (task.attempt < 3) throw new Error('the effects did not work out');
        },
      },
    };
    const engine = await start({ resultHandlers: results, slots: 1, loops: true });
    const id = await engine.submit('with-effects');
    expect(await engine.ended(id)).toMatchObject({ status: 'completed', attempt: 3, epoch: 5 });
    expect(await effects.all()).toEqual([{ task: id, epoch: 5 }]);
    const reasons = await harness.sql(`SELECT detail ->> 'message' AS why FROM task_audit WHERE reason = 'retry'`);
    expect(reasons).toEqual([{ why: 'the effects did not work out' }, { why: 'the effects did not work out' }]);
  });

  it('that always fail leave nothing but the failure', async () => {
    const onCompleted = async (...args: Parameters<typeof effects.handler.onCompleted>) => {
      await effects.handler.onCompleted(...args);
      await args[0].query('SELECT 1 / 0', []);
    };
    const engine = await start({ resultHandlers: { 'with-effects': { onCompleted } }, slots: 1, loops: true });
    const id = await engine.submit('with-effects', {}, { maxAttempts: 2 });
    expect(await engine.ended(id)).toMatchObject({ status: 'failed', attempt: 2, result: null, error: { code: '22012' } });
    expect(await effects.all()).toEqual([]);
  });

  it('of one task that fail leave those of its neighbours in the same transaction', async () => {
    const onCompleted = async (...[tx, task, result]: Parameters<typeof effects.handler.onCompleted>) => {
      await effects.handler.onCompleted(tx, task, result);
      if (result === 'bad') await tx.query('SELECT 1 / 0', []);
    };
    const engine = await start({ resultHandlers: { 'with-effects': { onCompleted } } });
    await engine.tasks.submitMany([0, 1, 2].map(() => ({ name: 'with-effects', createdBy: 'test', trigger: 'api', maxAttempts: 1 })));
    const tasks = await engine.claimTasks('default', 3, OTHER_OWNER, 15);
    const settle = (task: ClaimedTask, i: number) => engine.get(ResultService).settle(task, done(i === 1 ? 'bad' : 'good'));
    await Promise.all(tasks.map(settle));
    const [first, bad, last] = tasks as [ClaimedTask, ClaimedTask, ClaimedTask];
    expect((await effects.all()).map(({ task }) => task).toSorted()).toEqual([first.id, last.id].toSorted());
    const ends = [first, bad, last].map(async ({ id }) => (await engine.tasks.get(id)).status);
    expect(await Promise.all(ends)).toEqual(['completed', 'failed', 'completed']);
  });

  it('of a zombie do not take place beside those of its successor in the same transaction', async () => {
    const engine = await start();
    const id = await engine.submit('with-effects');
    const zombie = await engine.claim();
    await rescue(engine, zombie);
    const successor = await engine.claim();
    await Promise.all([zombie, successor].map((task) => engine.get(ResultService).settle(task, done())));
    expect(await effects.all()).toEqual([{ task: id, epoch: successor.epoch }]);
  });

  it('keep what the result handler keeps of the result', async () => {
    const handler = { ...effects.handler, toStoredResult: () => ({ words: 3 }) };
    const engine = await start({ resultHandlers: { 'with-effects': handler }, slots: 1 });
    const id = await engine.submit('with-effects');
    expect(await engine.ended(id)).toMatchObject({ status: 'completed', result: { words: 3 } });
  });
});
