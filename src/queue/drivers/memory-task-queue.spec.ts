import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RankedTask } from '../task-queue.ts';
import { MemoryTaskQueue } from './memory-task-queue.ts';

const tickets = fc.uniqueArray(fc.record({ id: fc.string({ minLength: 1, maxLength: 4 }), rank: fc.integer({ min: -3, max: 3 }) }), {
  selector: ({ id }) => id,
  maxLength: 200,
});

function drained(queue: MemoryTaskQueue): RankedTask[] {
  const all: RankedTask[] = [];
  for (let next = queue.get(); next; next = queue.get()) all.push(next);
  return all;
}

const inOrder = (a: RankedTask, b: RankedTask) => a.rank - b.rank || (a.id < b.id ? -1 : 1);

describe('MemoryTaskQueue', () => {
  it('gives tickets by rank, then by id, in whatever order they came', () => {
    fc.assert(
      fc.property(tickets, (all) => {
        const queue = new MemoryTaskQueue(1_000);
        for (const ticket of all) expect(queue.put(ticket)).toBe(true);
        expect(queue.size).toBe(all.length);
        expect(drained(queue)).toEqual([...all].sort(inOrder));
        expect(queue.empty).toBe(true);
      }),
    );
  });

  it('keeps that order while tickets come and go', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 9 }))), (steps) => {
        const queue = new MemoryTaskQueue(1_000);
        let model: RankedTask[] = [];
        const got: (RankedTask | undefined)[] = [];
        const expected: (RankedTask | undefined)[] = [];
        for (const [i, rank] of steps.entries()) {
          if (rank === null) {
            const [first, ...rest] = model.sort(inOrder);
            got.push(queue.get());
            expected.push(first);
            model = rest;
          } else {
            const ticket = { id: `t${i}`, rank };
            queue.put(ticket);
            model.push(ticket);
          }
        }
        expect(got).toEqual(expected);
        expect(drained(queue)).toEqual(model.sort(inOrder));
      }),
    );
  });

  it('holds a ticket once, and no more than it has room for', () => {
    const queue = new MemoryTaskQueue(2);
    expect([queue.put({ id: 'a', rank: 2 }), queue.put({ id: 'a', rank: 1 }), queue.size]).toEqual([true, true, 1]);
    expect([queue.put({ id: 'b', rank: 3 }), queue.put({ id: 'c', rank: 0 }), queue.size]).toEqual([true, false, 2]);
    expect(queue.get()).toEqual({ id: 'a', rank: 2 });
    expect(queue.put({ id: 'a', rank: 9 })).toBe(true);
    expect(drained(queue).map(({ id }) => id)).toEqual(['b', 'a']);
  });

  it('joins when nothing waits and all that was taken is done', async () => {
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

  it('forgets what nobody took', async () => {
    const queue = new MemoryTaskQueue(10);
    queue.put({ id: 'a', rank: 0 });
    const join = queue.join();
    queue.clear();
    await join;
    expect([queue.size, queue.get()]).toEqual([0, undefined]);
    expect(queue.put({ id: 'a', rank: 0 })).toBe(true);
  });
});
