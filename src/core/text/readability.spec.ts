import { describe, expect, it } from '@jest/globals';
import { measureReadability } from './readability.ts';

const sentence = (words: number): string => `${Array.from({ length: words }, (_, i) => `W${i}`).join(' ')}.`;

describe('measureReadability', () => {
  it('measures sentences and paragraphs in words', () => {
    expect(measureReadability([`${sentence(35)} ${sentence(36)}`, sentence(2), sentence(1)], 'en')).toEqual({
      sentences: 4,
      averageSentence: 18.5,
      longestSentence: 36,
      longestParagraph: 71,
      longShare: 0.25,
      repeated: [],
    });
  });

  it('rounds the average to a tenth', () => {
    expect(measureReadability([sentence(1), sentence(1), sentence(2)], 'en').averageSentence).toBe(1.3);
  });

  it('counts a Chinese sentence as long from 81 characters on', () => {
    expect(measureReadability([`${'电'.repeat(80)}。${'网'.repeat(81)}。`], 'zh').longShare).toBe(0.5);
  });

  it('lists each repeated sentence of more than six words once', () => {
    const text = [sentence(7), sentence(6), sentence(7), sentence(6), sentence(7), sentence(8)];
    expect(measureReadability(text, 'en').repeated).toEqual([sentence(7)]);
  });

  it('has zeros for a text without sentences', () => {
    expect(measureReadability([], 'en')).toEqual({
      sentences: 0,
      averageSentence: 0,
      longestSentence: 0,
      longestParagraph: 0,
      longShare: 0,
      repeated: [],
    });
  });
});
