// What tests import as @jest/globals. The runner defines the words; it knows neither time limits nor all fake timers.
import { ModernFakeTimers } from '@jest/fake-timers';
import { addEventHandler } from 'jest-circus';
import { ModuleMocker } from 'jest-mock';

/** A test ends before: its waits end after 45 s and name what they waited for. */
const LIMIT_MS = 180_000;

// The real ones, also while a test has replaced them.
const REAL = { setTimeout: globalThis.setTimeout, setImmediate: globalThis.setImmediate, Date: globalThis.Date };
const { setTimeout, clearTimeout } = globalThis;

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

// The files that a worker runs share its globals. A spy on a fake timer, restored by a later file, stopped that file's timers.
function restoreGlobals() {
  mocker.restoreAllMocks();
  timers.useRealTimers();
  const left = Object.keys(REAL).filter((word) => globalThis[word] !== REAL[word]);
  Object.assign(globalThis, REAL);
  if (left.length > 0) throw new Error(`the file has left its own ${left.join(', ')}: call restoreAllMocks() before useRealTimers()`);
}

const files = new WeakSet();
addEventHandler((_event, { rootDescribeBlock }) => {
  if (files.has(rootDescribeBlock)) return;
  files.add(rootDescribeBlock);
  rootDescribeBlock.hooks.push({ type: 'afterAll', fn: restoreGlobals });
});

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
