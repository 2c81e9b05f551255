import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dice, numbersDiffer, SAME_TITLE, titleGrams } from '../text/text-grams.ts';
import { TitleIndex } from './title-index.ts';

const entry = (text: string, isSample = false) => ({ text, grams: titleGrams(text), isSample });
const index = (...texts: string[]) => new TitleIndex(texts.map((text) => entry(text)));

describe('an index of titles', () => {
  it('finds the most similar one, and no other part of a series', () => {
    const titles = index('How wind parks age', 'How the wind parks did in May 2026', 'Cake');
    expect(titles.find('How the WIND parks did, in May 2026')).toMatchObject({
      title: { text: 'How the wind parks did in May 2026' },
      similarity: 1,
    });
    expect(titles.find('How the wind parks did in May 2027')).toBeNull();
    expect(titles.find('Grid storage')).toBeNull();
    expect(titles.find('')).toBeNull();
  });

  it('prefers the more similar one, and of two the first that was added', () => {
    const [same, longer] = ['How wind parks age', 'How wind parks age well'];
    expect(index(same, longer).find(same)?.title.text).toBe(same);
    expect(index(longer, same).find(same)?.title.text).toBe(same);
    const [first, second] = [entry(same), entry(same)];
    expect(new TitleIndex([first, second]).find(same)?.title).toBe(first);
  });

  it('finds a title of exactly the least similarity', () => {
    const text = Array.from('abcdefghijklmnopqrst', (letter) => letter.repeat(4)).join(' ');
    const asked = [...titleGrams(text)];
    const others = Array.from({ length: 40 - asked.length - 13 }, (_, i) => -1 - i);
    const similar = { text, grams: [...asked.slice(0, 13), ...others] };
    expect(new TitleIndex([similar]).find(text)).toEqual({ title: similar, similarity: SAME_TITLE });
  });

  it('compares samples with samples only', () => {
    const titles = new TitleIndex([entry('How wind parks age', true)]);
    expect(titles.find('How wind parks age')).toBeNull();
    expect(titles.find('How wind parks age', true)).not.toBeNull();
    expect(index('How wind parks age').find('How wind parks age', true)).not.toBeNull();
  });

  it('finds the same as a comparison with every title', () => {
    const title = fc.array(fc.constantFrom('how', 'to', 'wind', 'park', 'grid', 'age', '储', '能', '1', '2'), { maxLength: 9 });
    fc.assert(
      fc.property(fc.array(title, { maxLength: 12 }), title, (known, asked) => {
        const texts = known.map((words) => words.join(' '));
        const text = asked.join(' ');
        const similarities = texts
          .filter((other) => !numbersDiffer(other, text))
          .map((other) => dice(titleGrams(other), titleGrams(text)))
          .filter((similarity) => similarity >= SAME_TITLE);
        expect(index(...texts).find(text)?.similarity ?? null).toBe(similarities.length === 0 ? null : Math.max(...similarities));
      }),
      { numRuns: 500 },
    );
  });
});
