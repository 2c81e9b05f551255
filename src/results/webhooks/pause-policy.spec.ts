import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FAILURES_BEFORE_PAUSE, GONE, pauseReasonOf } from './pause-policy.ts';

const HOUR = 3_600_000;
const AFTER = 120 * HOUR;
const now = new Date('2026-03-06T12:00:00Z');
const since = (ms: number): Date => new Date(now.getTime() - ms);
const failing = (failures: number, ms: number) => ({ failures, failingSince: failures === 0 ? null : since(ms), now });

describe('pauseReasonOf', () => {
  it('pauses an endpoint that has failed for the whole time, and at least ten times', () => {
    expect(pauseReasonOf(failing(10, AFTER), 500, AFTER)).toBe('failing');
    expect(pauseReasonOf(failing(10, AFTER - 1), 500, AFTER)).toBeNull();
    expect(pauseReasonOf(failing(9, 10 * AFTER), 500, AFTER)).toBeNull();
    expect(pauseReasonOf(failing(0, 0), 200, AFTER)).toBeNull();
  });

  it('pauses at once after 410', () => {
    expect(pauseReasonOf(failing(1, 0), GONE, 0)).toBe('gone');
  });

  it('never pauses a working endpoint, and none with 0', () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(1e12), fc.option(fc.integer({ min: 100, max: 599 }).filter((s) => s !== GONE)), (n, ms, status) => {
        expect(pauseReasonOf(failing(n, ms), status, 0)).toBeNull();
        const reason = pauseReasonOf(failing(n, ms), status, AFTER);
        expect(reason === 'failing').toBe(n >= FAILURES_BEFORE_PAUSE && ms >= AFTER);
      }),
    );
  });
});
