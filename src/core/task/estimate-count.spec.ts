import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { estimateCount, type StatusSample } from './estimate-count.ts';

const anySample: fc.Arbitrary<StatusSample> = fc
  .record({
    examined: fc.nat(10_001),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    spanMs: fc.nat(1_000_000_000),
    total: fc.nat(100_000_000),
    windowMs: fc.option(fc.nat(10_000_000_000)),
  })
  .map(({ share, ...sample }) => ({ ...sample, matched: Math.floor(share * sample.examined) }));

describe('an estimated count', () => {
  it('is a whole number between what was seen and what exists', () => {
    fc.assert(
      fc.property(anySample, (sample) => {
        const count = estimateCount(sample);
        expect(Number.isSafeInteger(count)).toBe(true);
        expect(count).toBeGreaterThanOrEqual(sample.matched);
        expect(count).toBeLessThanOrEqual(Math.max(sample.total, sample.examined));
      }),
    );
  });

  it('grows with the share that matches', () => {
    const sample = { examined: 10_001, spanMs: 3_600_000, total: 1_000_000, windowMs: null };
    expect(estimateCount({ ...sample, matched: 10_001 })).toBe(1_000_000);
    expect(estimateCount({ ...sample, matched: 1_000 })).toBe(99_990);
    expect(estimateCount({ ...sample, matched: 0 })).toBe(0);
  });

  it('of a time is its part of the rows', () => {
    const sample = { examined: 10_000, matched: 5_000, spanMs: 3_600_000, total: 1_000_000 };
    expect(estimateCount({ ...sample, windowMs: 10 * 3_600_000 })).toBe(50_000);
    expect(estimateCount({ ...sample, windowMs: 1_000 * 3_600_000 })).toBe(500_000);
    expect(estimateCount({ ...sample, windowMs: 60_000 })).toBe(5_000);
  });

  it('does not divide by a time of 0 ms', () => {
    expect(estimateCount({ examined: 10, matched: 5, spanMs: 0, total: 100, windowMs: 0 })).toBe(50);
  });
});
