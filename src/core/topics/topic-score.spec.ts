import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { freshnessOf, HALF_LIFE_DAYS, relevanceOf, sectionOf, totalOf, usefulnessOf, WEIGHTS } from './topic-score.ts';

const NOW = new Date('2026-11-29T12:00:00Z');
const daysAgo = (days: number): Date => new Date(NOW.getTime() - days * 86_400_000);
const topic = (title: string, keywords: string[] = []) => ({ title, keywords });
const word = fc.stringMatching(/^[a-z]{1,8}$/);
const percent = fc.integer({ min: 0, max: 100 });

describe('freshness', () => {
  it('halves with each half-life, is 50 without a date and 100 for a date to come', () => {
    expect([0, 1, 2].map((n) => freshnessOf(daysAgo(n * HALF_LIFE_DAYS), NOW))).toEqual([100, 50, 25]);
    expect([freshnessOf(null, NOW), freshnessOf(daysAgo(-3), NOW), freshnessOf(new Date(0), NOW)]).toEqual([50, 100, 0]);
  });

  it('never rises with age', () => {
    fc.assert(
      fc.property(fc.double({ min: -9, max: 99_999, noNaN: true }), fc.double({ min: 0, max: 999, noNaN: true }), (age, more) => {
        const [younger, older] = [freshnessOf(daysAgo(age), NOW), freshnessOf(daysAgo(age + more), NOW)];
        expect(older).toBeLessThanOrEqual(younger);
        expect(Number.isInteger(older) && older >= 0 && younger <= 100).toBe(true);
      }),
    );
  });
});

describe('relevance', () => {
  const sections = [
    { code: 'storage', keywords: ['battery', 'grid storage'] },
    { code: null, keywords: ['wind'] },
  ];

  it('counts the keywords that a topic names as whole words in any inflection', () => {
    const of = (title: string, keywords: string[] = []) => relevanceOf(topic(title, keywords), sections);
    expect([of('Cake'), of('Batteries'), of('Grid storage and wind'), of('Grid storage', ['wind', 'battery'])]).toEqual([0, 60, 84, 94]);
    expect([of('Windows'), of('Storage of the grid')]).toEqual([0, 0]);
    expect(relevanceOf(topic('储能电站的电池'), [{ code: null, keywords: ['电池', '储能'] }])).toBe(84);
  });

  it('is neutral for an account without keywords', () => {
    expect([relevanceOf(topic('Cake'), []), relevanceOf(topic('Cake'), [{ code: 'a', keywords: ['!'] }])]).toEqual([50, 50]);
  });

  it('never falls when the topic gets a keyword of the account', () => {
    fc.assert(
      fc.property(fc.array(word), fc.array(word, { minLength: 1 }), (title, keywords) => {
        const named = [{ code: null, keywords }];
        const before = relevanceOf(topic(title.join(' ')), named);
        const after = relevanceOf(topic(title.join(' '), [keywords[0] as string]), named);
        expect(after).toBeGreaterThanOrEqual(Math.max(before, 60));
        expect(after).toBeLessThanOrEqual(100);
      }),
    );
  });

  it('assigns the section that is named most often', () => {
    expect([sectionOf(topic('A battery in the wind'), sections), sectionOf(topic('Wind'), sections)]).toEqual(['storage', null]);
  });

  it('assigns no section for keywords of the account, and of two that are named as often the first', () => {
    const [storage, account] = sections as [(typeof sections)[0], (typeof sections)[1]];
    const two = { code: null, keywords: ['wind', 'park'] };
    expect(sectionOf(topic('A battery in the wind park'), [storage, two])).toBe('storage');
    expect(sectionOf(topic('A battery in the wind'), [{ code: 'wind', keywords: ['wind'] }, storage])).toBe('wind');
    expect([sectionOf(topic('Cake'), [account, storage]), sectionOf(topic(''), [{ code: 'a', keywords: ['!'] }])]).toEqual([null, null]);
  });
});

describe('usefulness', () => {
  it('prefers material, a usable title, and a question or a number', () => {
    const title = 'How a battery ages in winter';
    expect(usefulnessOf({ ...topic(title), materialWords: 400 })).toBe(100);
    expect(usefulnessOf(topic(title))).toBe(75);
    expect(usefulnessOf({ ...topic(title), materialWords: 60 })).toBe(60);
    const ofLength = (length: number) => usefulnessOf(topic(Array(length).fill('wind').join(' ')));
    expect([3, 4, 40, 41].map(ofLength)).toEqual([45, 63, 63, 45]);
    expect(usefulnessOf({ ...topic('Layout'), materialWords: 0 })).toBe(20);
  });

  it('is a whole percentage, and never falls with more material', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(9_999), fc.nat(9_999), (title, words, more) => {
        const [less, most] = [words, words + more].map((materialWords) => usefulnessOf({ ...topic(title), materialWords }));
        expect(most).toBeGreaterThanOrEqual(less as number);
        expect(Number.isInteger(most) && (less as number) >= 0 && (most as number) <= 100).toBe(true);
      }),
    );
  });
});

it('the total lies between the lowest and the highest score', () => {
  expect(WEIGHTS.freshness + WEIGHTS.relevance + WEIGHTS.usefulness).toBeCloseTo(1);
  fc.assert(
    fc.property(percent, percent, percent, (freshness, relevance, usefulness) => {
      const total = totalOf({ freshness, relevance, usefulness });
      expect(total).toBeGreaterThanOrEqual(Math.min(freshness, relevance, usefulness));
      expect(total).toBeLessThanOrEqual(Math.max(freshness, relevance, usefulness));
    }),
  );
});
