import { describe, expect, it } from '@jest/globals';
import type { CreationLanguage } from '../../creator.ts';
import { loadSegmenter } from '../segmenter.ts';
import { findContradictions } from './contradictions.ts';

async function pairsOf(language: CreationLanguage, ...texts: string[]): Promise<[number, number][]> {
  const segmenter = await loadSegmenter(language);
  const claims = texts.map((text, document) => ({ text, document, words: segmenter.words(text) }));
  return findContradictions(claims, language, 3);
}

describe('findContradictions', () => {
  it.each<[CreationLanguage, string, string]>([
    [
      'en',
      'The repair of the harbour bridge took five weeks and cost 1.9 million.',
      'The repair of the harbour bridge took five weeks and cost 2.4 million.',
    ],
    ['en', 'A cotton shirt needs 2,700 litres of water.', 'A cotton shirt needs 4,100 litres of water.'],
    ['en', 'The old starter can be dried and kept in a jar.', 'The old starter can not be dried and kept in a jar.'],
    ['zh', '雨水花园的径流削减率平均为58%。', '雨水花园的径流削减率平均为62%。'],
  ])('pairs statements of one subject that cannot both be right (%s): %s', async (language, a, b) => {
    expect(await pairsOf(language, a, b)).toEqual([[0, 1]]);
  });

  it.each<[string, CreationLanguage, string, string]>([
    ['another year', 'en', 'The plant in Brno sold 40 tonnes in 2021.', 'The plant in Brno sold 60 tonnes in 2022.'],
    ['another name', 'en', 'The plant of Brno sold 40 tonnes of cells.', 'The plant of Ulm sold 60 tonnes of cells.'],
    ['another unit', 'en', 'A cotton shirt needs 2,700 litres of water.', 'A cotton shirt needs 12 days of water.'],
    ['the same number', 'en', 'A cotton shirt needs 2,700 litres of water.', 'A cotton shirt needs 2700 litres of water.'],
    ['another subject', 'zh', '雨水花园的径流削减率平均为58%。', '绿色屋顶可以留住40%的雨水。'],
    ['two numbers', 'en', 'A bridge of 100 m is 6 cm longer in August.', 'A bridge of 100 m is 7 cm longer in August and 8 cm in July.'],
  ])('leaves out %s', async (_, language, a, b) => {
    expect(await pairsOf(language, a, b)).toEqual([]);
  });

  it('compares different sources only', async () => {
    const segmenter = await loadSegmenter('en');
    const claims = ['A cotton shirt needs 2,700 litres of water.', 'A cotton shirt needs 4,100 litres of water.'].map((text) => ({
      text,
      document: 0,
      words: segmenter.words(text),
    }));
    expect(findContradictions(claims, 'en', 3)).toEqual([]);
  });
});
