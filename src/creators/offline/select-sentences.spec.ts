import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { collectMaterial } from './candidates.ts';
import { MAX_COMPARED, type Ranking, rankSentences } from './rank-sentences.ts';
import { MAX_POINTS, quota, selectSentences } from './select-sentences.ts';
import type { SourceDocument } from './source-document.ts';

const document = (paragraphs: string[][]): SourceDocument => ({
  title: 'x',
  location: null,
  publishedAt: null,
  keywords: [],
  sections: paragraphs.map((each, index) => ({ heading: `h${index}`, location: null, publishedAt: null, paragraphs: each })),
});
const words = (text: string): string[] => text.toLowerCase().match(/[a-z]+/g) ?? [];

const rank = (sentences: string[][], focus: string[] = [], strict = false): Ranking =>
  rankSentences({ sentences, groups: sentences.map((_, index) => String(index)), focus: new Set(focus), strict });

describe('rankSentences', () => {
  it('puts what many sentences speak of, and the topic, first', () => {
    const sentences = ['the battery stores wind power', 'a battery answers the grid', 'grid and battery and wind', 'my cat sleeps'].map(
      words,
    );
    const plain = rank(sentences);
    expect(plain.indexes).toEqual([0, 1, 2, 3]);
    expect(plain.scores.indexOf(Math.max(...plain.scores))).not.toBe(3);
    expect(plain.scores[3]).toBe(Math.min(...plain.scores));
    const steered = rank(sentences, ['cat', 'sleeps']);
    expect(steered.scores[3]).toBeGreaterThan(plain.scores[3] ?? 1);
    expect(rank(sentences, ['cat'], true).indexes).toEqual([3]);
    expect(rankSentences({ sentences, groups: ['a', 'a', 'b', 'b'], focus: new Set(['cat']), strict: true }).indexes).toEqual([2, 3]);
  });

  it('knows sentences that say the same and compares no more than 600', () => {
    const ranking = rank([['a', 'b'], ['b', 'a'], ['c'], []]);
    expect(ranking.similarity(0, 1)).toBeCloseTo(1);
    expect(ranking.similarity(0, 2)).toBe(0);
    expect(rank(Array.from({ length: 2000 }, (_, n) => [`w${n % 50}`, `v${n}`])).indexes).toHaveLength(MAX_COMPARED);
    expect(rank([])).toMatchObject({ indexes: [], scores: [] });
  });
});

describe('selectSentences', () => {
  it('keeps every quota, the budget and the limit of points, whatever the sources', () => {
    const topic = fc.constantFrom('battery', 'wind', 'grid', 'heat', 'price', 'clock');
    const sentence = fc
      .tuple(topic, topic, topic, fc.nat(999))
      .map(([a, b, c, n]) => `The ${a} of plant ${n} met the ${b} and the ${c} early.`);
    const source = fc.array(fc.array(sentence, { maxLength: 12 }), { maxLength: 6 }).map(document);
    fc.assert(
      fc.property(fc.array(source, { minLength: 1, maxLength: 4 }), fc.integer({ min: 0, max: 900 }), (documents, budget) => {
        const material = collectMaterial(documents, 'en', []);
        const ranking = rank(material.candidates.map(({ text }) => words(text)));
        const picked = selectSentences(material, ranking, 'en', budget).flatMap((index) => material.candidates[index] ?? []);
        expect(new Set(picked).size).toBe(picked.length);
        expect(picked.length).toBeLessThanOrEqual(MAX_POINTS);
        expect(picked.reduce((sum, each) => sum + each.words, 0)).toBeLessThanOrEqual(budget);
        for (const [index, count] of material.sentenceCounts.entries()) {
          expect(picked.filter((each) => each.document === index).length).toBeLessThanOrEqual(quota(count));
          expect(quota(count)).toBeLessThanOrEqual(count * 0.2);
        }
      }),
    );
  });

  it('spreads over the headings and does not say the same twice', () => {
    const about = (subject: string, n: number): string => `Report ${n} says that ${subject} number ${n} gained value in region ${n * 7}.`;
    const documents = [
      document(
        ['storage', 'heating', 'transport', 'farming'].map((subject) => Array.from({ length: 10 }, (_, n) => about(subject, n + 1))),
      ),
    ];
    const material = collectMaterial(documents, 'en', []);
    const tokens = material.candidates.map(({ text }) => text.toLowerCase().match(/[a-z0-9]+/g) ?? []);
    const picked = selectSentences(material, rank(tokens), 'en', 1000);
    const sections = picked.map((index) => material.candidates[index]?.section);
    expect(picked).toHaveLength(8);
    expect(new Set(sections).size).toBeGreaterThanOrEqual(3);
    for (const section of new Set(sections)) expect(sections.filter((each) => each === section).length).toBeLessThanOrEqual(3);
  });
});

describe('collectMaterial', () => {
  it('takes whole sentences of the language once, without forbidden phrases and placeholders', () => {
    const source = document([
      [
        'The first battery was connected in May 2021. The first battery was connected in May 2021.',
        'Too short. Subscribe to our newsletter for more news about batteries every week.',
        'This sentence contains a Forbidden  Word and must go away now.',
        'TODO add the numbers of the second plant to this sentence.',
        'The following plants were connected in that year:',
        '第一座储能电站在二零二一年五月正式投入运行。',
      ],
    ]);
    const material = collectMaterial([source], 'en', ['forbidden  word']);
    expect(material.candidates.map(({ text }) => text)).toEqual(['The first battery was connected in May 2021.']);
    expect(material).toMatchObject({ sentenceCounts: [8], otherLanguage: 1, cut: false });
  });

  it('stops at 5,000 sentences', () => {
    const many = document([Array.from({ length: 6000 }, (_, n) => `Plant number ${n} was connected to the grid.`)]);
    expect(collectMaterial([many], 'en', [])).toMatchObject({ sentenceCounts: [5000], cut: true });
  });
});
