import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { ThrottledQueues } from './throttled-queues.ts';

const never = new AbortController().signal;
const start = () => {
  const throttled = new ThrottledQueues();
  return { throttled, aborted: () => throttled.untilUnblocked('q', never).aborted };
};

describe('a throttled queue', () => {
  it('allows one more claim after a task has ended', () => {
    const { throttled, aborted } = start();
    throttled.throttle('q', throttled.endedCount, null);
    expect(aborted()).toBe(false);
    throttled.taskEnded();
    expect([aborted(), aborted()]).toEqual([true, false]);
  });

  it('allows one more claim after a task that ended during the last one', () => {
    const { throttled, aborted } = start();
    const before = throttled.endedCount;
    throttled.taskEnded();
    throttled.throttle('q', before, null);
    expect(aborted()).toBe(true);
  });

  it('ends a wait that has begun', () => {
    const { throttled } = start();
    throttled.throttle('q', throttled.endedCount, null);
    const signal = throttled.untilUnblocked('q', never);
    throttled.taskEnded();
    expect(signal.aborted).toBe(true);
  });

  it('allows another claim when its rate has a token', async () => {
    const { throttled } = start();
    throttled.throttle('q', throttled.endedCount, 1);
    const awake = setInterval(() => undefined, 1_000); // its own timer keeps no process alive
    const unblocked = throttled.untilUnblocked('q', never);
    await once(unblocked, 'abort');
    clearInterval(awake);
    expect(unblocked.aborted).toBe(true);
  });

  it('waits like any other after its release', () => {
    const { throttled } = start();
    throttled.throttle('q', throttled.endedCount, null);
    throttled.release('q');
    throttled.taskEnded();
    expect(throttled.untilUnblocked('q', never)).toBe(never);
  });
});
