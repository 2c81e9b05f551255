import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bandsOf, estimateJaccard, minHash } from './min-hash.ts';
import { bodyGrams, dice, jaccard, numbersDiffer, SAME_TITLE, titleGrams } from './text-grams.ts';

const isSame = (a: string, b: string): boolean => dice(titleGrams(a), titleGrams(b)) >= SAME_TITLE && !numbersDiffer(a, b);

describe('titles', () => {
  it.each([
    ['PostgreSQL 18: what is new', 'What is new in PostgreSQL 18'],
    ['How leases expired', 'How lease expires'],
    ['Ten tips for better sleep', 'Five tips for better sleep'],
    ['Ｓtorage on the GRID', 'Storage on the grid!'],
    ['储能如何改变电网', '储能如何改变了电网'],
    ['PostgreSQL 18 带来了什么', 'PostgreSQL 18 带来什么'],
    ['Tides', 'tides'],
    ['PostgreSQL 18', 'PostgreSQL 18'],
  ])('%s = %s', (a, b) => {
    expect(isSame(a, b)).toBe(true);
  });

  it.each([
    ['How tides are forecast', 'How winds are forecast'],
    ['PostgreSQL 17 带来了什么', 'PostgreSQL 18 带来了什么'],
    ['Weekly storage report 2026-11-21', 'Weekly storage report 2026-11-28'],
    ['储能周报第12期', '储能周报第13期'],
    ['储能如何改变电网', '电动车如何充电'],
    ['Storage', 'Storage on the grid'],
    ['Tides', 'Winds'],
    ['', ''],
  ])('%s ≠ %s', (a, b) => {
    expect(isSame(a, b)).toBe(false);
  });
});

/** A set and another that shares about the given part of it. */
const pair = fc
  .record({ seed: fc.nat(1_000_000), size: fc.integer({ min: 100, max: 500 }), shared: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ seed, size, shared }) => {
    const common = Math.floor(size * shared);
    const member = (i: number): number => Math.imul(seed + i + 1, 0x9e3779b1) | 0;
    const a = Array.from({ length: size }, (_, i) => member(i));
    const b = [...a.slice(0, common), ...Array.from({ length: size - common }, (_, i) => member(size + i))];
    return [new Set(a), new Set(b)] as const;
  });

describe('similarity', () => {
  it('is 1 for equal sets, the same in both directions, and Dice is 2J / (1 + J)', () => {
    const set = fc.uniqueArray(fc.integer(), { maxLength: 40 }).map((all) => new Set(all));
    fc.assert(
      fc.property(set, set, (a, b) => {
        expect(jaccard(a, a)).toBe(a.size === 0 ? 0 : 1);
        expect(jaccard(a, b)).toBe(jaccard(b, a));
        expect(dice(a, b)).toBeCloseTo((2 * jaccard(a, b)) / (1 + jaccard(a, b)), 10);
      }),
    );
  });

  it('is estimated by the signatures within five standard errors', () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const estimate = estimateJaccard(minHash(a) as Uint32Array, minHash(b) as Uint32Array);
        expect(Math.abs(estimate - jaccard(a, b))).toBeLessThan(0.22);
      }),
      { numRuns: 50 },
    );
  });

  it('shares a band for 98 % of the pairs with a similarity of 0.25, and for few unrelated ones', () => {
    const shares = ([a, b]: readonly [Set<number>, Set<number>]): boolean => {
      const bands = new Set(bandsOf(minHash(a) as Uint32Array));
      return bandsOf(minHash(b) as Uint32Array).some((band) => bands.has(band));
    };
    const sets = (n: number, common: number): [Set<number>, Set<number>] => {
      const member = (i: number): number => Math.imul(n * 10_000 + i + 1, 0x9e3779b1) | 0;
      const a = Array.from({ length: 200 }, (_, i) => member(i));
      return [new Set(a), new Set([...a.slice(0, common), ...Array.from({ length: 200 - common }, (_, i) => member(1_000 + i))])];
    };
    const found = (common: number): number => Array.from({ length: 200 }, (_, n) => sets(n, common)).filter(shares).length;
    expect(jaccard(...sets(0, 80))).toBe(0.25);
    expect(found(80)).toBeGreaterThanOrEqual(190); // 196.8 are expected; the standard deviation is 1.8
    expect(found(2)).toBeLessThanOrEqual(4); // similarity 0.005: 0.3 are expected
  });

  it('has no signature for a text without three words', () => {
    expect(minHash(bodyGrams('Two words'))).toBeNull();
    expect(minHash(bodyGrams('Three words here'))).not.toBeNull();
    expect(bodyGrams('储能走向边缘').size).toBe(4);
  });

  it('is high for an edited text and low for an unrelated one in the same words', () => {
    const text = Array.from({ length: 40 }, (_, i) => `In station ${i} the operator counted ${i * 7} gas starts before lunch.`).join(' ');
    const edited = text.replaceAll('lunch', 'noon');
    const shuffled = text.split(' ').toSorted().join(' ');
    expect(jaccard(bodyGrams(text), bodyGrams(edited))).toBeGreaterThan(0.5);
    expect(jaccard(bodyGrams(text), bodyGrams(shuffled))).toBeLessThan(0.1);
  });
});
