import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Worker } from 'bullmq';
import type { ClaimedTask } from '../../../core/task/task.ts';
import type { WakeUp } from '../../task-queue.ts';
import { WakeUpConsumer } from './wake-up-consumer.ts';
import { mirrorPriority, type WakeUpData } from './wake-up-job.ts';

const SLOTS = 20;
const POLL_MS = 1_000;

class FakeWorker {
  concurrency = 1;
  paused = false;
  drained: () => void = () => undefined;
  isPaused = () => this.paused;
  isRunning = () => true;
  pause = () => Promise.resolve(void (this.paused = true));
  resume = () => Promise.resolve(void (this.paused = false));
  on(event: string, listener: () => void): this {
    if (event === 'drained') this.drained = listener;
    return this;
  }
}

const tasksOf = (...ids: string[]) => ids.map((id) => ({ id })) as ClaimedTask[];
const never = new AbortController().signal;
const nothing = () => Promise.resolve();

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

function setUp() {
  const worker = new FakeWorker();
  const wake = jest.fn();
  const republished: { wakeUps: readonly WakeUp[]; maxIds: number }[] = [];
  const republish = (wakeUps: readonly WakeUp[], maxIds: number) => void republished.push({ wakeUps, maxIds });
  const consumer = new WakeUpConsumer({ queue: 'default', slots: SLOTS, pollIntervalMs: POLL_MS, wake, republish });
  consumer.use(worker as unknown as Worker<WakeUpData>);
  const ended: string[] = [];
  return {
    consumer,
    worker,
    wake,
    republished,
    ended,
    /** Gives a job to the processor. `ended` gets its name when the processor is done. */
    fetch: (name: string, ids: string[], priority = 5): void => {
      void consumer.process({ data: { ids }, priority: mirrorPriority(priority) }).then(() => ended.push(name));
    },
    /** Claims; answers the limit that reached the database. */
    claim: async (limit: number, ids: string[] = []): Promise<number[]> => {
      const asked: number[] = [];
      await consumer.claim(limit, (wanted) => {
        asked.push(wanted);
        return Promise.resolve(tasksOf(...ids));
      });
      return asked;
    },
  };
}

describe('WakeUpConsumer', () => {
  it('claims as many tasks as the waiting jobs name, up to the free slots', async () => {
    const { fetch, claim } = setUp();
    expect(await claim(SLOTS)).toEqual([]);
    fetch('one', ['a', 'b']);
    fetch('two', ['c']);
    expect(await claim(SLOTS, ['a', 'b', 'c'])).toEqual([3]);
    fetch('three', ['d', 'e', 'f']);
    expect(await claim(2, ['d', 'e'])).toEqual([2]);
  });

  it('ends a job with the last of the tasks claimed for it', async () => {
    const { consumer, fetch, claim, ended } = setUp();
    fetch('one', ['a', 'b']);
    fetch('two', ['c']);
    await claim(SLOTS, ['a', 'b', 'c']);
    const settle = async (id: string) => (consumer.settled(id), await nothing(), [...ended]);
    expect(await settle('c')).toEqual(['two']);
    expect(await settle('a')).toEqual(['two']);
    expect(await settle('b')).toEqual(['two', 'one']);
    expect(await settle('b')).toEqual(['two', 'one']);
  });

  it('gives a job other tasks when others are the first of the queue', async () => {
    const { consumer, fetch, claim, ended } = setUp();
    fetch('one', ['a', 'b']);
    await claim(SLOTS, ['b', 'x']);
    consumer.settled('b');
    await nothing();
    expect(ended).toEqual([]);
    consumer.settled('x');
    await nothing();
    expect(ended).toEqual(['one']);
  });

  it('ends at once a job whose tasks are no longer ready', async () => {
    const { fetch, claim, ended, republished } = setUp();
    fetch('stale', ['a']);
    expect(await claim(SLOTS)).toEqual([1]);
    expect([ended, republished]).toEqual([['stale'], []]);
    expect(await claim(SLOTS)).toEqual([]);
  });

  it('keeps a job that finds no free slot for 100 ms, then leaves its tasks to other processes', async () => {
    const { consumer, fetch, claim, ended, republished, worker } = setUp();
    fetch('one', ['a', 'b', 'c'], 8);
    await claim(1, ['a']);
    expect(await claim(1, ['b'])).toEqual([1]);
    jest.advanceTimersByTime(99);
    expect(republished).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(republished).toEqual([{ wakeUps: [{ id: 'c', queue: 'default', priority: 8 }], maxIds: SLOTS }]);
    expect(worker.paused).toBe(true);
    consumer.settled('a');
    consumer.settled('b');
    await nothing();
    expect(ended).toEqual(['one']);
  });

  it('fetches no more than fits the free slots, and on after the next claim', async () => {
    const { fetch, claim, worker } = setUp();
    fetch('one', ['a']);
    expect([worker.paused, worker.concurrency]).toEqual([false, 1 + 10]);
    fetch('two', ['b', 'c']);
    expect([worker.paused, worker.concurrency]).toEqual([false, 2 + 9]);
    fetch(
      'three',
      Array.from({ length: 17 }, (_, i) => `t${i}`),
    );
    expect(worker.paused).toBe(true);
    await claim(SLOTS);
    expect(worker.paused).toBe(false);
  });

  it('wakes the loop once for jobs that arrive together', () => {
    const { fetch, wake, worker } = setUp();
    fetch('one', ['a']);
    fetch('two', ['b']);
    expect(wake).not.toHaveBeenCalled();
    worker.drained();
    expect(wake).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(5);
    expect(wake).toHaveBeenCalledTimes(1);
    fetch('three', ['c']);
    jest.advanceTimersByTime(5);
    expect(wake).toHaveBeenCalledTimes(2);
  });

  it('claims without a job after a wait that ended without one, until the queue is empty', async () => {
    const { consumer, claim } = setUp();
    await consumer.whileWaiting(nothing, never);
    expect(await claim(2, ['a', 'b'])).toEqual([2]);
    expect(await claim(SLOTS, ['c'])).toEqual([SLOTS]);
    expect(await claim(SLOTS)).toEqual([]);
  });

  it('claims without a job also while jobs keep coming, once a poll interval of idle slots', async () => {
    const { consumer, fetch, claim } = setUp();
    const idle = async (ms: number) => {
      fetch('job', ['a']);
      await consumer.whileWaiting(() => {
        jest.advanceTimersByTime(ms);
        return nothing();
      }, never);
    };
    await idle(90);
    expect(await claim(SLOTS)).toEqual([1]);
    for (let waited = 90; waited < POLL_MS; waited += 90) {
      await idle(90);
      expect(await claim(SLOTS)).toEqual([waited + 90 < POLL_MS ? 1 : SLOTS]);
    }
  });

  it('claims without a job after a claim that failed, and after an outage of Redis', async () => {
    const { consumer, fetch, claim, ended, wake } = setUp();
    fetch('one', ['a']);
    await expect(consumer.claim(SLOTS, () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(ended).toEqual(['one']);
    expect(await claim(SLOTS)).toEqual([SLOTS]);
    consumer.restart();
    expect(wake).toHaveBeenCalled();
    expect(await claim(SLOTS)).toEqual([SLOTS]);
  });

  it('closes by ending every job, and leaves waiting tasks to other processes', async () => {
    const { consumer, fetch, claim, ended, republished } = setUp();
    fetch('running', ['a']);
    await claim(1, ['a']);
    fetch('waiting', ['b']);
    consumer.close();
    await nothing();
    expect(ended.toSorted()).toEqual(['running', 'waiting']);
    expect(republished.flatMap(({ wakeUps }) => wakeUps.map(({ id }) => id))).toEqual(['b']);
  });
});
