// What tests import as @jest/globals. The runner defines the words; it knows neither time limits nor all fake timers.
import { ModernFakeTimers } from '@jest/fake-timers';
import { addEventHandler } from 'jest-circus';
import { ModuleMocker } from 'jest-mock';

/** A test ends before: its waits end after 45 s and name what they waited for. */
const LIMIT_MS = 180_000;

const { setTimeout, clearTimeout } = globalThis; // the real ones, also while a test has replaced them

function limited(fn, what, limitMs = LIMIT_MS) {
  return async function (...args) {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${what} did not end within ${limitMs / 1_000} s`)), limitMs);
    });
    try {
      return await Promise.race([fn.apply(this, args), late]);
    } finally {
      clearTimeout(timer);
    }
  };
}

addEventHandler((event, { currentDescribeBlock }) => {
  if (event.name !== 'add_test' && event.name !== 'add_hook') return;
  const added = event.name === 'add_test' ? currentDescribeBlock.children.at(-1) : currentDescribeBlock.hooks.at(-1);
  if (added.fn !== undefined) added.fn = limited(added.fn, added.name ?? added.type, event.timeout);
});

const mocker = new ModuleMocker(globalThis);
const timers = new ModernFakeTimers({ config: { fakeTimers: {} }, global: globalThis });

export const jest = {
  fn: mocker.fn.bind(mocker),
  spyOn: mocker.spyOn.bind(mocker),
  restoreAllMocks: mocker.restoreAllMocks.bind(mocker),
  useFakeTimers: (options) => timers.useFakeTimers(options),
  useRealTimers: () => timers.useRealTimers(),
  advanceTimersByTime: (ms) => timers.advanceTimersByTime(ms),
  advanceTimersByTimeAsync: (ms) => timers.advanceTimersByTimeAsync(ms),
  getTimerCount: () => timers.getTimerCount(),
};
export const { it, test, describe, expect, beforeAll, beforeEach, afterAll, afterEach } = globalThis;
