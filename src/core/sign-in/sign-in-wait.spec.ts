import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FREE_FAILURES, LONGEST_WAIT_S, signInWaitSeconds } from './sign-in-wait.ts';

const SOURCE = fc.constantFrom('username' as const, 'address' as const);

it('no wait while failures are free, then it never shrinks and never exceeds 15 minutes', () => {
  fc.assert(
    fc.property(SOURCE, fc.nat(1_000_000), (source, failures) => {
      const wait = signInWaitSeconds(source, failures);
      expect(wait === 0).toBe(failures < FREE_FAILURES[source]);
      expect(wait).toBeLessThanOrEqual(LONGEST_WAIT_S);
      expect(signInWaitSeconds(source, failures + 1)).toBeGreaterThanOrEqual(wait);
    }),
  );
});

it('a day of guesses at one username is at most 120 guesses', () => {
  let [seconds, guesses] = [0, 0];
  while (seconds < 86_400) seconds += signInWaitSeconds('username', ++guesses);
  expect(guesses).toBeLessThanOrEqual(120);
});

it.each([
  ['username' as const, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]],
  ['address' as const, [...Array.from({ length: 20 }, () => 0), 1, 2]],
])('waits of a %s', (source, waits) => {
  expect(waits.map((_, failures) => signInWaitSeconds(source, failures))).toEqual(waits);
});
