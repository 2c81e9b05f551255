import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { ThrottledQueues } from './throttled-queues.ts';

const never = new AbortController().signal;
const start = () => {
  const held = new ThrottledQueues();
  return { held, aborted: () => held.untilUnblocked('q', never).aborted };
};

describe('a queue that a limit holds', () => {
  it('is worth another claim when a task has ended, and is told so once', () => {
    const { held, aborted } = start();
    held.throttle('q', held.endedCount, null);
    expect(aborted()).toBe(false);
    held.taskEnded();
    expect([aborted(), aborted()]).toEqual([true, false]);
  });

  it('is so too when the task ended during the claim', () => {
    const { held, aborted } = start();
    const before = held.endedCount;
    held.taskEnded();
    held.throttle('q', before, null);
    expect(aborted()).toBe(true);
  });

  it('ends a wait that has begun', () => {
    const { held } = start();
    held.throttle('q', held.endedCount, null);
    const signal = held.untilUnblocked('q', never);
    held.taskEnded();
    expect(signal.aborted).toBe(true);
  });

  it('is worth another claim when its rate says so', async () => {
    const { held } = start();
    held.throttle('q', held.endedCount, 1);
    const awake = setInterval(() => undefined, 1_000); // its own timer keeps no process alive
    const told = held.untilUnblocked('q', never);
    await once(told, 'abort');
    clearInterval(awake);
    expect(told.aborted).toBe(true);
  });

  it('waits like any other once nothing holds it', () => {
    const { held } = start();
    held.throttle('q', held.endedCount, null);
    held.release('q');
    held.taskEnded();
    expect(held.untilUnblocked('q', never)).toBe(never);
  });
});
