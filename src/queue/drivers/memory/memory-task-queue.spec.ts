import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RankedTask } from '../../task-queue.ts';
import { MemoryTaskQueue } from './memory-task-queue.ts';

const manyTasks = fc.uniqueArray(fc.record({ id: fc.string({ minLength: 1, maxLength: 4 }), rank: fc.integer({ min: -3, max: 3 }) }), {
  selector: ({ id }) => id,
  maxLength: 200,
});

function drain(queue: MemoryTaskQueue): RankedTask[] {
  const all: RankedTask[] = [];
  for (let next = queue.get(); next; next = queue.get()) all.push(next);
  return all;
}

const inOrder = (a: RankedTask, b: RankedTask) => a.rank - b.rank || (a.id < b.id ? -1 : 1);

describe('MemoryTaskQueue', () => {
  it('returns tasks by rank, then by id, whatever the order of put', () => {
    fc.assert(
      fc.property(manyTasks, (all) => {
        const queue = new MemoryTaskQueue(1_000);
        for (const task of all) expect(queue.put(task)).toBe(true);
        expect(queue.size).toBe(all.length);
        expect(drain(queue)).toEqual([...all].sort(inOrder));
        expect(queue.empty).toBe(true);
      }),
    );
  });

  it('keeps that order when put and get alternate', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 9 }))), (calls) => {
        const queue = new MemoryTaskQueue(1_000);
        let model: RankedTask[] = [];
        const taken: (RankedTask | undefined)[] = [];
        const expected: (RankedTask | undefined)[] = [];
        for (const [i, rank] of calls.entries()) {
          if (rank === null) {
            const [first, ...rest] = model.sort(inOrder);
            taken.push(queue.get());
            expected.push(first);
            model = rest;
          } else {
            const task = { id: `t${i}`, rank };
            queue.put(task);
            model.push(task);
          }
        }
        expect(taken).toEqual(expected);
        expect(drain(queue)).toEqual(model.sort(inOrder));
      }),
    );
  });

  it('has each task once, and rejects a task when it is full', () => {
    const queue = new MemoryTaskQueue(2);
    expect([queue.put({ id: 'a', rank: 2 }), queue.put({ id: 'a', rank: 1 }), queue.size]).toEqual([true, true, 1]);
    expect([queue.put({ id: 'b', rank: 3 }), queue.put({ id: 'c', rank: 0 }), queue.size]).toEqual([true, false, 2]);
    expect(queue.get()).toEqual({ id: 'a', rank: 2 });
    expect(queue.put({ id: 'a', rank: 9 })).toBe(true);
    expect(drain(queue).map(({ id }) => id)).toEqual(['b', 'a']);
  });

  it('joins when it is empty and every task given out is done', async () => {
    const queue = new MemoryTaskQueue(10);
    await queue.join();
    queue.put({ id: 'a', rank: 0 });
    queue.put({ id: 'b', rank: 0 });
    let joined = false;
    const join = queue.join().then(() => (joined = true));
    queue.get();
    queue.taskDone();
    await Promise.resolve();
    expect(joined).toBe(false);
    queue.get();
    queue.clear();
    await Promise.resolve();
    expect(joined).toBe(false);
    queue.taskDone();
    await join;
    expect(() => queue.taskDone()).toThrow(RangeError);
  });

  it('joins after clear, and accepts a cleared task again', async () => {
    const queue = new MemoryTaskQueue(10);
    queue.put({ id: 'a', rank: 0 });
    const join = queue.join();
    queue.clear();
    await join;
    expect([queue.size, queue.get()]).toEqual([0, undefined]);
    expect(queue.put({ id: 'a', rank: 0 })).toBe(true);
  });
});
