import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SourceDocument } from '../source-document.ts';
import { sentenceKeys } from './passages.ts';
import { collectMaterial, type Material } from './quotable-units.ts';
import { MAX_COMPARED, type Ranking, type RankingInput, rankUnits } from './rank-units.ts';
import { MAX_SENTENCES_QUOTED, NO_STEERING, quota, selectUnits, type Steering } from './select-units.ts';

const document = (paragraphs: string[][]): SourceDocument => ({
  title: 'x',
  location: null,
  publishedAt: null,
  keywords: [],
  sections: paragraphs.map((each, index) => ({ heading: `h${index}`, location: null, publishedAt: null, paragraphs: each })),
});
const words = (text: string): string[] => text.toLowerCase().match(/[a-z]+/g) ?? [];

const group = (name: string): RankingInput['groups'][number] => ({ paragraph: name, section: name });
const rank = (units: string[][], focus: string[] = [], more: Partial<RankingInput> = {}): Ranking =>
  rankUnits({
    units,
    groups: units.map((_, index) => group(String(index))),
    focus: new Map(focus.map((word) => [word, 1])),
    ...more,
  });
const rankMaterial = ({ units }: Material): Ranking => rank(units.map(({ sentence }) => words(sentence)));

describe('rankUnits', () => {
  it('ranks frequent subjects and the topic first', () => {
    const sentences = ['the battery stores wind power', 'a battery answers the grid', 'grid and battery and wind', 'my cat sleeps'].map(
      words,
    );
    const plain = rank(sentences);
    expect(plain.indexes).toEqual([0, 1, 2, 3]);
    expect(plain.scores[3]).toBe(Math.min(...plain.scores));
    const steered = rank(sentences, ['cat', 'sleeps']);
    expect(steered.scores[3]).toBeGreaterThan(plain.scores[3] ?? 1);
    expect(rank(sentences, ['cat'], { eligible: new Set([3]) }).indexes).toEqual([3]);
    const beside = rank(sentences, ['cat'], { groups: ['a', 'a', 'b', 'b'].map(group) });
    expect(beside.scores[2]).toBeGreaterThan(plain.scores[2] ?? 1);
  });

  it('ranks an answer before a unit that only names the topic', () => {
    const sentences = ['the lift is slow', 'residents object', 'the lift is old'].map(words);
    const { scores } = rank(sentences, ['lift', 'slow'], { answers: [0, 1, 0] });
    expect(scores[1]).toBe(Math.max(...scores));
  });

  it('gives a unit a share of the answer beside it in its paragraph, at most two units away', () => {
    const sentences = ['keep it dry', 'wear gloves', 'use a box', 'sun harms', 'drink tea'].map(words);
    const groups = ['a', 'a', 'a', 'a', 'b'].map(group);
    const { scores } = rank(sentences, [], { answers: [1, 0, 0, 0, 0], groups });
    const [answer = 0, next = 0, second = 0, far = 0, other = 0] = scores;
    expect(answer).toBeGreaterThan(next);
    expect(Math.min(next, second)).toBeGreaterThan(far + 0.05);
    expect(far).toBeCloseTo(other);
  });

  it('detects repetitions and compares no more than 600', () => {
    const ranking = rank([['a', 'b'], ['b', 'a'], ['c'], []]);
    expect(ranking.similarity(0, 1)).toBeCloseTo(1);
    expect(ranking.similarity(0, 2)).toBe(0);
    const many = Array.from({ length: 2000 }, (_, n) => [`w${n % 50}`, `v${n}`]);
    expect(rank(many).indexes).toHaveLength(MAX_COMPARED);
    expect(rank(many, [], { preferred: new Set([1777, 1999]) }).indexes).toEqual(expect.arrayContaining([1777, 1999]));
    expect(rank([])).toMatchObject({ indexes: [], scores: [] });
  });
});

describe('selectUnits', () => {
  it('keeps every quota, the budget and the limit of sentences, for any sources', () => {
    const topic = fc.constantFrom('battery', 'wind', 'grid', 'heat', 'price', 'clock');
    const sentence = fc
      .tuple(fc.constantFrom('The', 'This', 'However, the', 'It says that the'), topic, topic, topic, fc.nat(999))
      .map(([start, a, b, c, n]) => `${start} ${a} of plant ${n} met the ${b} and the ${c} early.`);
    const paragraph = fc.array(sentence, { minLength: 1, maxLength: 5 }).map((all) => all.join(' '));
    const source = fc.array(fc.array(paragraph, { maxLength: 4 }), { maxLength: 6 }).map(document);
    fc.assert(
      fc.property(
        fc.array(source, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 0, max: 900 }),
        fc.boolean(),
        (documents, budget, isQuestion) => {
          const material = collectMaterial(documents, 'en', []);
          const steering = { ...NO_STEERING, isQuestion };
          const picked = selectUnits(material, rankMaterial(material), 'en', budget, steering);
          const units = picked.flatMap((index) => material.units[index] ?? []);
          expect(new Set(picked).size).toBe(picked.length);
          const quoted = new Set(units.flatMap(sentenceKeys));
          expect(quoted.size).toBeLessThanOrEqual(MAX_SENTENCES_QUOTED);
          expect(units.reduce((sum, unit) => sum + unit.words, 0)).toBeLessThanOrEqual(budget);
          for (const [index, count] of material.sentenceCounts.entries()) {
            expect([...quoted].filter((key) => key.startsWith(`${index}/`)).length).toBeLessThanOrEqual(quota(count));
            expect(quota(count)).toBeLessThanOrEqual(count * 0.2);
          }
        },
      ),
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
    const tokens = material.units.map(({ text }) => text.toLowerCase().match(/[a-z0-9]+/g) ?? []);
    const picked = selectUnits(material, rank(tokens), 'en', 1000);
    const sections = picked.map((index) => material.units[index]?.section);
    expect(picked).toHaveLength(8);
    expect(new Set(sections).size).toBeGreaterThanOrEqual(3);
    for (const section of new Set(sections)) expect(sections.filter((each) => each === section).length).toBeLessThanOrEqual(3);
  });

  it('quotes weaker units too until there are enough words', () => {
    const strong = Array.from({ length: 3 }, (_, n) => `The battery of plant ${n} stored the power of the grid in ${2000 + n}.`);
    const weak = Array.from(
      { length: 27 },
      (_, n) => `A ${'abcdefghijklmnopqrstuvwxyza'.charAt(n)}${n} cat sat beside item ${n} all day long.`,
    );
    const material = collectMaterial([document([[...strong, ...weak]])], 'en', []);
    const answers = material.units.map((_, index) => (index < 3 ? 1 : 0));
    const ranking = rank(
      material.units.map(({ sentence }) => words(sentence)),
      ['battery', 'power', 'grid'],
      { answers },
    );
    const steering: Steering = { ...NO_STEERING, onTopic: new Set(material.units.keys()), isQuestion: true };
    const few = selectUnits(material, ranking, 'en', 900, steering);
    const many = selectUnits(material, ranking, 'en', 900, { ...steering, leastWords: 50 });
    expect(few.length).toBeLessThan(many.length);
    expect(many.reduce((sum, index) => sum + (material.units[index]?.words ?? 0), 0)).toBeGreaterThanOrEqual(50);
  });

  it('picks both sides of a contradiction first, or neither', () => {
    const text = (n: number): string => `Plant ${n} sold the power of the grid to the town of Ulm in ${2000 + n}.`;
    const long = document([Array.from({ length: 10 }, (_, n) => text(n))]);
    const short = document([[text(50), text(51)]]);
    const material = collectMaterial(
      [long, long, short].map((each, at) => (at === 1 ? document([Array.from({ length: 10 }, (_, n) => text(n + 20))]) : each)),
      'en',
      [],
    );
    const picks = (pair: [number, number]): number[] =>
      selectUnits(material, rankMaterial(material), 'en', 900, { ...NO_STEERING, pairs: [pair] });
    expect(picks([7, 17]).slice(0, 2)).toEqual([7, 17]);
    expect(picks([7, 20])).not.toContain(20); // the quota of the short source is 0
  });
});

describe('selectUnits with preferences of the editor', () => {
  const subjects = ['battery', 'wind', 'grid', 'heat', 'price', 'clock'];
  const mentioning = (units: Material['units'], word: string): ReadonlySet<number> =>
    new Set(units.flatMap(({ text }, index) => (text.includes(word) ? [index] : [])));

  it('gives each keyword a sentence while the quotas allow it, and quotes nothing else off the topic', () => {
    const subject = fc.constantFrom(...subjects);
    const sentence = fc.tuple(subject, subject, fc.nat(999)).map(([a, b, n]) => `The ${a} of plant ${n} met the ${b} of the town early.`);
    const source = fc.array(fc.array(sentence, { minLength: 3, maxLength: 12 }), { minLength: 1, maxLength: 6 }).map(document);
    fc.assert(
      fc.property(fc.array(source, { minLength: 1, maxLength: 4 }), fc.uniqueArray(subject, { maxLength: 3 }), (documents, wanted) => {
        const material = collectMaterial(documents, 'en', []);
        const keywords = wanted.map((word) => mentioning(material.units, word)).filter(({ size }) => size > 0);
        const onTopic = mentioning(material.units, 'clock');
        const steering: Steering = { ...NO_STEERING, onTopic, leastOnTopic: 3, keywords };
        const picked = selectUnits(material, rankMaterial(material), 'en', 900, steering);

        const full = (index: number): boolean => {
          const { document: of } = material.units[index] ?? { document: -1 };
          const quoted = picked.map((each) => material.units[each]);
          const inDocument = quoted.filter((each) => each?.document === of).length;
          const isDocumentFull = inDocument >= quota(material.sentenceCounts[of] ?? 0);
          return isDocumentFull;
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
    const ranking = rankMaterial(material);
    const picks = (keywords: ReadonlySet<number>[]): string[] =>
      selectUnits(material, ranking, 'en', 900, { ...NO_STEERING, keywords }).map((index) => material.units[index]?.text ?? '');
    expect(picks([])[0]).not.toContain('clock');
    expect(picks([mentioning(material.units, 'clock')])[0]).toContain('clock');
  });
});

describe('selectUnits for a question', () => {
  const things = 'lamp bell gate pump roof barn mill lake road coal salt corn bread train clock'.split(' ');
  const lines = (from: number): string[] => things.slice(from, from + 5).map((thing) => `The old ${thing} was seen by eleven people.`);
  const material = collectMaterial([document([lines(0)]), document([lines(5)]), document([lines(10)])], 'en', []);
  const ranking = rankMaterial(material);
  const pick = (more: Partial<Steering>): number[] =>
    selectUnits(material, ranking, 'en', 900, { ...NO_STEERING, onTopic: new Set(material.units.keys()), isQuestion: true, ...more });
  const sets = (...indexes: number[]): ReadonlySet<number>[] => indexes.map((index) => new Set([index]));

  it('picks an answer of each kind and of each source before keywords', () => {
    const answers = { perFacet: sets(3), perSource: sets(4, 7) };
    const picked = pick({ answers, keywords: [new Set([0, 8, 13])] });
    expect(picked.slice(0, 2)).toEqual([3, 7]); // 4 does not fit into the quota of its source
    expect(picked[2]).toBe(13);
  });

  it('picks a keyword of the topic only when no quotation has any keyword', () => {
    const answers = { perFacet: sets(3), perSource: sets(3, 7, 12) };
    expect(pick({ answers, topicKeywords: [new Set([3, 8])] })).toEqual([3, 7, 12]);
    expect(pick({ answers, topicKeywords: [new Set([8])] })).toEqual([3, 8, 12]);
  });
});

describe('collectMaterial', () => {
  const textsOf = (material: Material): string[] => material.units.map(({ text }) => text);

  it('takes each whole sentence of the language once, without forbidden phrases and placeholders', () => {
    const source = document([
      [
        'The first battery was connected in May 2021. The first battery was connected in May 2021.',
        'Too short. Subscribe to our newsletter for more news about batteries every week.',
        'The plant has a Forbidden  Word on its door and must go away now.',
        'TODO add the numbers of the second plant to the sentence.',
        'The following plants were connected in that year:',
        '第一座储能电站在二零二一年五月正式投入运行。',
      ],
    ]);
    const material = collectMaterial([source], 'en', ['forbidden  word']);
    expect(textsOf(material)).toEqual(['The first battery was connected in May 2021.']);
    expect(material).toMatchObject({ sentenceCounts: [8], otherLanguage: 1, cut: false });
  });

  it('keeps a sentence with those that complete it, and drops one that its paragraph does not complete', () => {
    const source = document([
      ['The second battery followed in 2023 in Brno. It stores 60 megawatt-hours of energy.', 'It was the largest battery of the region.'],
    ]);
    expect(textsOf(collectMaterial([source], 'en', []))).toEqual([
      'The second battery followed in 2023 in Brno.',
      'The second battery followed in 2023 in Brno. It stores 60 megawatt-hours of energy.',
    ]);
  });

  it('stops at 5,000 sentences', () => {
    const many = document([Array.from({ length: 6000 }, (_, n) => `Plant number ${n} was connected to the grid.`)]);
    expect(collectMaterial([many], 'en', [])).toMatchObject({ sentenceCounts: [5000], cut: true });
  });

  it('takes a shorter sentence with a figure only for a question', () => {
    const source = document([['Output fell by 12 percent.', 'We were sorry about that.']]);
    expect(textsOf(collectMaterial([source], 'en', []))).toEqual([]);
    expect(textsOf(collectMaterial([source], 'en', [], true))).toEqual(['Output fell by 12 percent.']);
  });
});
