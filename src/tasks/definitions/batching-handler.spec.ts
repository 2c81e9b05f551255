import { afterEach, expect, it, jest } from '@jest/globals';
import { BatchingHandler } from './batching-handler.ts';
import type { TaskContext } from './task-context.ts';

afterEach(() => void jest.useRealTimers());

it('waits the full time of its first task, also after the only waiting task was stopped', async () => {
  jest.useFakeTimers();
  const calls: string[][] = [];
  const handler = {
    handleBatch: (tasks: readonly TaskContext[]) => {
      calls.push(tasks.map(({ id }) => id));
      return Promise.resolve(tasks.map(({ id }) => id));
    },
  };
  const batching = new BatchingHandler('embed', handler, { size: 3, waitMs: 1_500 });
  const stop = new AbortController();
  const task = (id: string, signal = new AbortController().signal) => batching.handle({ id, signal, traceContext: null } as TaskContext);
  const stopped = task('stopped', stop.signal).catch((error: unknown) => error);
  await jest.advanceTimersByTimeAsync(1_000);
  stop.abort(new Error('cancelled'));
  expect(await stopped).toEqual(new Error('cancelled'));
  const second = task('second');
  await jest.advanceTimersByTimeAsync(1_499);
  expect(calls).toEqual([]);
  await jest.advanceTimersByTimeAsync(1);
  expect([await second, calls]).toEqual(['second', [['second']]]);
});
