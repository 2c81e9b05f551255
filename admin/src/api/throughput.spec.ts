import { describe, expect, it } from '@jest/globals';
import { selectionsOf, sumOf } from './throughput.ts';

const bucket = (completed: number, failed: number, timeout: number) => ({
  start: '',
  submitted: 0,
  completed,
  failed,
  timeout,
  cancelled: 9,
});

it('adds what ended of each chart; a time-out is a failure, and a chart that is not shown counts nothing', () => {
  const first = { items: [bucket(1, 2, 3), bucket(4, 0, 0)] };
  const second = { items: [bucket(10, 0, 1), bucket(0, 0, 0)] };
  expect(sumOf([first, undefined, second])).toEqual([
    { completed: 11, failed: 6 },
    { completed: 4, failed: 0 },
  ]);
  expect(sumOf([undefined])).toEqual([]);
});

describe('the charts of a search', () => {
  it('are one for each task and queue', () => {
    expect(selectionsOf({})).toEqual([{}]);
    expect(selectionsOf({ taskName: ['a', 'b'], queue: ['q'] })).toEqual([
      { taskName: 'a', queue: 'q' },
      { taskName: 'b', queue: 'q' },
    ]);
  });

  it('are none for a batch, and for too many combinations', () => {
    expect(selectionsOf({ batchId: 'x' })).toEqual([]);
    expect(selectionsOf({ taskName: ['a', 'b', 'c'], queue: ['p', 'q', 'r'] })).toEqual([]);
  });
});
