import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FAILURE_CLASSES } from './failure.ts';
import { type AttemptFacts, decideRetry, storableDelay } from './retry-policy.ts';

const DAY_MS = 86_400_000;
const FINAL = ['invalid_input', 'invalid_output', 'unknown_outcome', 'cancelled'];

const facts = fc.record<AttemptFacts>({
  failureClass: fc.constantFrom(...FAILURE_CLASSES),
  attempt: fc.integer({ min: 1, max: 2_000 }),
  maxAttempts: fc.integer({ min: 1, max: 2_000 }),
  backoff: fc.record({ baseMs: fc.integer({ min: 0, max: DAY_MS }), maxMs: fc.integer({ min: 0, max: DAY_MS }) }),
  rejections: fc.integer({ min: 0, max: 5 }),
  maxRejections: fc.integer({ min: 0, max: 5 }),
  retryAfterMs: fc.option(fc.double()),
});
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

const FIRST: AttemptFacts = {
  failureClass: 'transient',
  attempt: 1,
  maxAttempts: 10,
  backoff: { baseMs: 1_000, maxMs: 60_000 },
  rejections: 0,
  maxRejections: 2,
  retryAfterMs: null,
};
const longest = (more: Partial<AttemptFacts>) => decideRetry({ ...FIRST, ...more }, 1 - Number.EPSILON);

describe('decideRetry', () => {
  it('retries until the attempts are used up, unless another attempt could not succeed', () => {
    fc.assert(
      fc.property(facts, random, (given, r) => {
        const left = given.failureClass === 'rejected' ? given.rejections < given.maxRejections : given.attempt < given.maxAttempts;
        expect(decideRetry(given, r).retry).toBe(!FINAL.includes(given.failureClass) && left);
      }),
    );
  });

  it.each([
    ['the last attempt', { attempt: 10 }, false],
    ['the last but one', { attempt: 9 }, true],
    ['the last rejection', { failureClass: 'rejected', rejections: 2 }, false],
    ['the last but one rejection, whatever its attempt', { failureClass: 'rejected', rejections: 1, attempt: 10 }, true],
  ] as const)('decides after %s', (_, given, retry) => {
    expect(longest(given).retry).toBe(retry);
  });

  it('waits a whole number of milliseconds within the bounds of the backoff or of the request', () => {
    fc.assert(
      fc.property(facts, random, (given, r) => {
        const decision = decideRetry(given, r);
        if (!decision.retry) return;
        const asked = Math.floor(Math.min(given.retryAfterMs ?? 0, DAY_MS));
        expect(Number.isSafeInteger(decision.delayMs)).toBe(true);
        expect(decision.delayMs).toBeGreaterThanOrEqual(asked > 0 ? asked : 0);
        expect(decision.delayMs).toBeLessThanOrEqual(asked > 0 ? asked * 1.1 : given.backoff.maxMs);
      }),
    );
  });

  it('doubles the longest wait with each attempt up to its limit', () => {
    const waits = [1, 2, 3, 6, 7, 8].map((attempt) => longest({ attempt }));
    expect(waits.map((decision) => decision.retry && decision.delayMs)).toEqual([999, 1_999, 3_999, 31_999, 59_999, 59_999]);
  });

  it('spreads the waits over the whole range, so that tasks that failed together do not return together', () => {
    const waits = [0, 0.25, 0.5, 0.75].map((r) => decideRetry(FIRST, r));
    expect(waits).toEqual([0, 250, 500, 750].map((delayMs) => ({ retry: true, delayMs })));
  });

  it('waits at least as long as the other side requested, but a day at most', () => {
    expect(decideRetry({ ...FIRST, retryAfterMs: 90_000 }, 0)).toEqual({ retry: true, delayMs: 90_000 });
    expect(longest({ retryAfterMs: 90_000 })).toEqual({ retry: true, delayMs: 90_999 });
    expect(longest({ attempt: 8, retryAfterMs: 90_000 })).toEqual({ retry: true, delayMs: 99_000 }); // spread over a tenth
    expect(decideRetry({ ...FIRST, retryAfterMs: 400 * DAY_MS }, 0)).toEqual({ retry: true, delayMs: DAY_MS });
  });
});

describe('storableDelay', () => {
  it('is a whole number of milliseconds from 0 to a year, for any input', () => {
    fc.assert(
      fc.property(fc.double(), (ms) => {
        const delay = storableDelay(ms);
        expect(Number.isInteger(delay) && delay >= 0 && delay <= 366 * DAY_MS).toBe(true);
      }),
    );
    expect([1.5, -1, Number.NaN, Number.POSITIVE_INFINITY, 7 * DAY_MS].map(storableDelay)).toEqual([1, 0, 0, 366 * DAY_MS, 7 * DAY_MS]);
  });
});
