import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Loop, type LoopOptions } from './loop.ts';

interface Probe {
  loop: Loop;
  /** Ends the round in flight. */
  finish(error?: Error): Promise<void>;
  rounds: number;
  active: number;
  mostActive: number;
  errors: [unknown, number][];
  signal?: AbortSignal;
}

const flush = (): Promise<void> => jest.advanceTimersByTimeAsync(0).then(() => undefined);

function probe(options: Partial<LoopOptions> = {}): Probe {
  let settle: { resolve(): void; reject(error: Error): void } | undefined;
  const state: Probe = {
    rounds: 0,
    active: 0,
    mostActive: 0,
    errors: [],
    finish: async (error) => {
      if (error) settle?.reject(error);
      else settle?.resolve();
      await flush();
    },
    loop: new Loop({
      name: 'probe',
      intervalMs: 1000,
      run: async (signal) => {
        state.rounds += 1;
        state.signal = signal;
        state.mostActive = Math.max(state.mostActive, ++state.active);
        const gate = Promise.withResolvers<void>();
        settle = gate;
        await gate.promise.finally(() => state.active--);
      },
      onError: (error, consecutive) => state.errors.push([error, consecutive]),
      ...options,
    }),
  };
  return state;
}

beforeEach(() => {
  jest.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  jest.restoreAllMocks(); // first: a spy on a fake timer would bring it back later
  jest.useRealTimers();
});

describe('Loop', () => {
  it('runs at once, then after each pause, which begins when a round ends', async () => {
    const p = probe();
    p.loop.start();
    p.loop.start();
    await flush();
    expect(p.rounds).toBe(1);
    await jest.advanceTimersByTimeAsync(5000);
    expect(p.rounds).toBe(1);
    await p.finish();
    await jest.advanceTimersByTimeAsync(999);
    expect(p.rounds).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    expect([p.rounds, p.mostActive]).toEqual([2, 1]);
  });

  it('can be woken: at once when it pauses, once more when it runs', async () => {
    const p = probe();
    p.loop.start();
    await flush();
    p.loop.wake();
    p.loop.wake();
    await p.finish();
    expect(p.rounds).toBe(2);
    await p.finish();
    expect(p.rounds).toBe(2);
    p.loop.wake();
    await flush();
    expect([p.rounds, p.mostActive]).toEqual([3, 1]);
  });

  it('backs off while it fails, is not hurried, and recovers', async () => {
    const p = probe();
    p.loop.start();
    await flush();
    await p.finish(new Error('one'));
    p.loop.wake();
    await jest.advanceTimersByTimeAsync(1999);
    expect(p.rounds).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(p.rounds).toBe(2);
    await p.finish(new Error('two'));
    await jest.advanceTimersByTimeAsync(4000);
    expect(p.rounds).toBe(3);
    expect(p.errors.map(([, consecutive]) => consecutive)).toEqual([1, 2]);
    expect(p.loop.state).toMatchObject({ name: 'probe', running: true, lastSuccessAt: null, consecutiveErrors: 2, lastError: 'two' });
    await p.finish();
    expect(p.loop.state).toMatchObject({ consecutiveErrors: 0, lastSuccessAt: new Date(1_006_000) });
    await jest.advanceTimersByTimeAsync(1000);
    expect(p.rounds).toBe(4);
  });

  it('backs off at most 2 s, or its interval', async () => {
    for (const [intervalMs, longest] of [
      [250, 2_000],
      [1000, 2_000],
      [300_000, 300_000],
    ] as const) {
      const p = probe({ intervalMs, run: () => Promise.reject(new Error('always')) });
      p.loop.start();
      await jest.advanceTimersByTimeAsync(longest * 20);
      const before = p.errors.length;
      await jest.advanceTimersByTimeAsync(longest * 10);
      expect(p.errors.length - before).toBe(10);
      await p.loop.stop();
    }
  });

  it('pauses for nine times the duration of a slow round, up to its longest pause', async () => {
    const p = probe({ longestPauseMs: 5_000 });
    p.loop.start();
    await flush();
    for (const [tookMs, pauseMs] of [
      [100, 1_000],
      [300, 2_700],
      [600, 5_000],
    ] as const) {
      const before = p.rounds;
      await jest.advanceTimersByTimeAsync(tookMs);
      await p.finish();
      await jest.advanceTimersByTimeAsync(pauseMs - 1);
      expect(p.rounds).toBe(before);
      await jest.advanceTimersByTimeAsync(1);
      expect(p.rounds).toBe(before + 1);
    }
    await jest.advanceTimersByTimeAsync(600);
    await p.finish(new Error('failed'));
    await jest.advanceTimersByTimeAsync(2_000);
    expect(p.rounds).toBe(5);
    const stopped = p.loop.stop();
    await p.finish();
    await stopped;
  });

  it('keeps its interval when it fails and does not back off', async () => {
    const p = probe({ backsOff: false, run: () => Promise.reject(new Error('always')) });
    p.loop.start();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(p.errors).toHaveLength(11);
    await p.loop.stop();
  });

  it('aborts the round in flight and stops when it has ended', async () => {
    const p = probe();
    p.loop.start();
    await flush();
    let stopped = false;
    const stopping = p.loop.stop().then(() => (stopped = true));
    await flush();
    expect([stopped, p.signal?.aborted]).toEqual([false, true]);
    await p.finish(new Error('aborted'));
    await stopping;
    await jest.advanceTimersByTimeAsync(100_000);
    expect([p.rounds, p.errors, p.loop.state.running]).toEqual([1, [], false]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('leaves no timer when stopped during a pause, and can start again without overlap', async () => {
    const p = probe();
    p.loop.start();
    await flush();
    await p.finish();
    expect(jest.getTimerCount()).toBe(1);
    const stopping = p.loop.stop();
    p.loop.start();
    await stopping;
    await flush();
    expect([p.rounds, p.mostActive]).toEqual([2, 1]);
    const last = p.loop.stop();
    await p.finish();
    await last;
    expect(jest.getTimerCount()).toBe(0);
    await probe().loop.stop(); // never started
  });

  it('spreads its pauses and never sets a timer that would overflow', async () => {
    const pauses: number[] = [];
    const timer = jest.spyOn(globalThis, 'setTimeout');
    for (const intervalMs of [10_000, 10_000, 10_000, 10_000, 40 * 86_400_000]) {
      const loop = new Loop({ name: 'x', intervalMs, jitter: 0.2, run: () => Promise.resolve(), onError: () => undefined });
      timer.mockClear();
      loop.start();
      await flush();
      pauses.push(Number(timer.mock.calls.find(([, ms]) => Number(ms) > 0)?.[1]));
      await loop.stop();
    }
    expect(pauses.pop()).toBe(86_400_000);
    expect(new Set(pauses).size).toBeGreaterThan(1);
    for (const pause of pauses) expect(Math.abs(pause - 10_000)).toBeLessThanOrEqual(2000);
  });
});
