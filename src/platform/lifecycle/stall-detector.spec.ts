import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { StallDetector } from './stall-detector.ts';

const LIMIT = 15_000;
const EVERY = 200;

describe('StallDetector', () => {
  it('reports a heartbeat that did not change for the limit, and not before', () => {
    const watch = new StallDetector(LIMIT, EVERY);
    watch.look(1, 0);
    const looks = Array.from({ length: LIMIT / EVERY }, () => watch.look(1, EVERY));
    expect(looks.indexOf(true)).toBe(looks.length - 1);
  });

  it('begins anew with every beat', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: LIMIT / EVERY - 1 }), { maxLength: 20 }), (silences) => {
        const watch = new StallDetector(LIMIT, EVERY);
        const stalls = silences.flatMap((looks, pulse) => Array.from({ length: looks }, () => watch.look(pulse, EVERY)));
        expect(stalls).not.toContain(true);
      }),
    );
  });

  it('counts no time in which the whole process stood still', () => {
    const watch = new StallDetector(LIMIT, EVERY);
    watch.look(1, 0);
    expect(watch.look(1, 3_600_000)).toBe(false);
    expect(watch.look(2, EVERY)).toBe(false);
  });
});
