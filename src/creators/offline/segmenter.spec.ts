import { describe, expect, it } from '@jest/globals';
import { keyPhrases } from './digest/key-phrases.ts';
import { intlSegmenter, loadSegmenter } from './segmenter.ts';

describe('loadSegmenter', () => {
  it('splits Chinese into content words and nouns', async () => {
    const segmenter = await loadSegmenter('zh');
    expect(segmenter.name).toBe('jieba');
    expect(segmenter.words('储能电站的响应时间只有140毫秒。')).toEqual(expect.arrayContaining(['电站', '响应', '140', '毫秒']));
    expect(segmenter.words('储能电站的响应时间只有140毫秒。')).not.toContain('的');
    expect(segmenter.terms('储能电站与燃气机组的成本')).toEqual(expect.arrayContaining(['燃气机组']));
  });

  it('reduces English inflections to one form', async () => {
    const segmenter = await loadSegmenter('en');
    expect(segmenter.words("The operator's batteries and prices")).toEqual(['operator', 'batteri', 'pric']);
    expect(segmenter.terms('Grid storage pays, and storage grows')).toEqual(expect.arrayContaining(['Grid storage', 'storage']));
    expect(segmenter.terms('Grid storage pays, and storage grows')).not.toContain('pays and');
  });

  it('has a fallback without the native module', () => {
    expect(intlSegmenter().words('人工智能改变教育')).toEqual(expect.arrayContaining(['教育']));
  });
});

describe('keyPhrases', () => {
  it('prefers phrases to their words, in their most frequent spelling, and drops units', () => {
    const sentences = [
      ['Grid storage', 'storage', 'percent'],
      ['grid storage', 'percent'],
      ['Grid storage', 'year'],
      ['Ostrava'],
      ['Ostrava', 'percent'],
      ['once'],
    ];
    expect(keyPhrases(sentences, 3)).toEqual(['Grid storage', 'Ostrava']);
    expect(keyPhrases([], 3)).toEqual([]);
  });
});
