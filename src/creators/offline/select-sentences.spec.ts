import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { collectMaterial, type Material } from './candidates.ts';
import { MAX_COMPARED, type Ranking, type RankingInput, rankSentences } from './rank-sentences.ts';
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

const rank = (sentences: string[][], focus: string[] = [], more: Pick<RankingInput, 'eligible' | 'preferred'> = {}): Ranking =>
  rankSentences({
    sentences,
    groups: sentences.map((_, index) => String(index)),
    focus: new Map(focus.map((word) => [word, 1])),
    ...more,
  });

describe('rankSentences', () => {
  it('ranks frequent subjects and the topic first', () => {
    const sentences = ['the battery stores wind power', 'a battery answers the grid', 'grid and battery and wind', 'my cat sleeps'].map(
      words,
    );
    const plain = rank(sentences);
    expect(plain.indexes).toEqual([0, 1, 2, 3]);
    expect(plain.scores.indexOf(Math.max(...plain.scores))).not.toBe(3);
    expect(plain.scores[3]).toBe(Math.min(...plain.scores));
    const steered = rank(sentences, ['cat', 'sleeps']);
    expect(steered.scores[3]).toBeGreaterThan(plain.scores[3] ?? 1);
    expect(rank(sentences, ['cat'], { eligible: new Set([3]) }).indexes).toEqual([3]);
    const beside = rankSentences({ sentences, groups: ['a', 'a', 'b', 'b'], focus: new Map([['cat', 1]]) });
    expect(beside.scores[2]).toBeGreaterThan(plain.scores[2] ?? 1);
  });

  it('detects repetitions and compares no more than 600', () => {
    const ranking = rank([['a', 'b'], ['b', 'a'], ['c'], []]);
    expect(ranking.similarity(0, 1)).toBeCloseTo(1);
    expect(ranking.similarity(0, 2)).toBe(0);
    expect(rank(Array.from({ length: 2000 }, (_, n) => [`w${n % 50}`, `v${n}`])).indexes).toHaveLength(MAX_COMPARED);
    const many = Array.from({ length: 2000 }, (_, n) => [`w${n % 50}`, `v${n}`]);
    expect(rank(many, [], { preferred: new Set([1777, 1999]) }).indexes).toEqual(expect.arrayContaining([1777, 1999]));
    expect(rank([])).toMatchObject({ indexes: [], scores: [] });
  });
});

describe('selectSentences', () => {
  it('keeps every quota, the budget and the limit of points, for any sources', () => {
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

  it('spreads over the headings and avoids repetitions', () => {
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

describe('selectSentences with preferences of the editor', () => {
  const subjects = ['battery', 'wind', 'grid', 'heat', 'price', 'clock'];
  const mentioning = (candidates: Material['candidates'], word: string): ReadonlySet<number> =>
    new Set(candidates.flatMap(({ text }, index) => (text.includes(word) ? [index] : [])));

  it('gives each keyword a sentence while the quotas allow it, and quotes nothing else off the topic', () => {
    const subject = fc.constantFrom(...subjects);
    const sentence = fc.tuple(subject, subject, fc.nat(999)).map(([a, b, n]) => `The ${a} of plant ${n} met the ${b} of the town early.`);
    const source = fc.array(fc.array(sentence, { minLength: 3, maxLength: 12 }), { minLength: 1, maxLength: 6 }).map(document);
    fc.assert(
      fc.property(fc.array(source, { minLength: 1, maxLength: 4 }), fc.uniqueArray(subject, { maxLength: 3 }), (documents, wanted) => {
        const material = collectMaterial(documents, 'en', []);
        const keywords = wanted.map((word) => mentioning(material.candidates, word)).filter(({ size }) => size > 0);
        const onTopic = mentioning(material.candidates, 'clock');
        const ranking = rank(material.candidates.map(({ text }) => words(text)));
        const picked = selectSentences(material, ranking, 'en', 900, { onTopic, leastOnTopic: 3, keywords, topicWords: [] });

        const full = (index: number): boolean => {
          const { document: of, section } = material.candidates[index] ?? { document: -1, section: -1 };
          const quoted = picked.map((each) => material.candidates[each]);
          const inDocument = quoted.filter((each) => each?.document === of).length;
          const isDocumentFull = inDocument >= quota(material.sentenceCounts[of] ?? 0);
          return isDocumentFull || quoted.some((each) => each?.document === of && each.section === section);
        };
        for (const sentences of keywords) {
          const isMentioned = picked.some((index) => sentences.has(index));
          expect(isMentioned || [...sentences].every(full)).toBe(true);
        }
        const strays = picked.filter((index) => !onTopic.has(index));
        expect(strays.every((index) => keywords.some((sentences) => sentences.has(index)))).toBe(true);
        expect(strays.length).toBeLessThanOrEqual(keywords.length);
      }),
    );
  });

  it('prefers a sentence with a keyword to a better one without', () => {
    const paragraphs = Array.from({ length: 10 }, (_, n) => `Plant ${n} sold the power of the grid to the town of Ulm in ${2000 + n}.`);
    const material = collectMaterial([document([[...paragraphs, 'A clock hangs in the hall of the town.']])], 'en', []);
    const ranking = rank(material.candidates.map(({ text }) => words(text)));
    const picks = (keywords: ReadonlySet<number>[]): string[] =>
      selectSentences(material, ranking, 'en', 900, { onTopic: null, leastOnTopic: 0, keywords, topicWords: [] }).map(
        (index) => material.candidates[index]?.text ?? '',
      );
    expect(picks([])[0]).not.toContain('clock');
    expect(picks([mentioning(material.candidates, 'clock')])[0]).toContain('clock');
  });
});

describe('collectMaterial', () => {
  it('takes each whole sentence of the language once, without forbidden phrases and placeholders', () => {
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
