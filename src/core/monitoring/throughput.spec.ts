import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_BUCKETS, throughputWindow } from './throughput.ts';

const NOW = new Date('2026-11-30T12:00:30Z');
const ago = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1_000);

describe('the buckets of throughput', () => {
  it('contain the time, begin with a minute, and are 500 at most', () => {
    const anyStep = fc.option(
      fc.integer({ min: 1, max: 3_000 }).map((minutes) => minutes * 60),
      { nil: undefined },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 31 * 86_400 }), anyStep, (seconds, step) => {
        const found = throughputWindow(ago(seconds), NOW, step);
        const tooMany = Math.ceil(seconds / (step ?? 86_400)) >= MAX_BUCKETS;
        fc.pre(!tooMany);
        if (typeof found === 'string') throw new Error(found);
        const buckets = (found.until.getTime() - found.since.getTime()) / 1_000 / found.stepSeconds;
        expect([found.since <= ago(seconds), found.until >= NOW, found.since.getTime() % 60_000, Number.isInteger(buckets)]).toEqual([
          true,
          true,
          0,
          true,
        ]);
        expect(buckets).toBeLessThanOrEqual(step === undefined ? 100 : MAX_BUCKETS);
        expect(found.until.getTime() - NOW.getTime()).toBeLessThan(found.stepSeconds * 1_000);
        expect(step ?? found.stepSeconds).toBe(found.stepSeconds);
      }),
    );
  });

  it.each([
    [3_600, 60],
    [86_400, 900],
    [7 * 86_400, 7_200],
    [31 * 86_400, 43_200],
  ])('of %i s are %i s long', (seconds, step) => {
    expect(throughputWindow(ago(seconds), NOW)).toMatchObject({ stepSeconds: step });
  });

  it('are as many as allowed at the limits', () => {
    const window = (seconds: number, step?: number) => throughputWindow(new Date(0), new Date(seconds * 1_000), step);
    expect(window(6_000)).toMatchObject({ stepSeconds: 60 });
    expect(window(6_001)).toMatchObject({ stepSeconds: 120 });
    expect([window(30_000, 60), window(30_001, 60)]).toEqual([expect.objectContaining({ stepSeconds: 60 }), 'too_many_buckets']);
    const longest = 31 * 86_400 + 60;
    expect([window(longest), window(longest + 1)]).toEqual([expect.objectContaining({ stepSeconds: 43_200 }), 'too_long']);
  });

  it.each([
    ['empty', 0, undefined],
    ['too_long', 32 * 86_400, undefined],
    ['step', 3_600, 90],
    ['step', 3_600, 0],
    ['too_many_buckets', 86_400, 60],
  ])('reject what is %s', (problem, seconds, step) => expect(throughputWindow(ago(seconds), NOW, step)).toBe(problem));
});
