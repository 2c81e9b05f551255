import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { diffText } from './text-diff.ts';

const joined = (parts: ReturnType<typeof diffText>, without: string) =>
  parts
    .filter(({ change }) => change !== without)
    .map(({ text }) => text)
    .join('');

describe('the difference of two texts', () => {
  it('is by words, in Chinese too', () => {
    expect(diffText('今天的天气很好', '昨天的天气很好', 'zh')).toEqual([
      { change: 'removed', text: '今天' },
      { change: 'added', text: '昨天' },
      { change: 'same', text: '的天气很好' },
    ]);
    expect(diffText('the cost is 5 euros', 'the cost is 7 euros', 'en').filter(({ change }) => change !== 'same')).toEqual([
      { change: 'removed', text: '5' },
      { change: 'added', text: '7' },
    ]);
  });

  it('contains both texts in full', () => {
    const text = fc.array(fc.constantFrom('a', 'bc', ' ', '\n', '储能', '。', '*', '1')).map((words) => words.join(''));
    fc.assert(
      fc.property(text, text, fc.constantFrom('zh' as const, 'en' as const), (before, after, language) => {
        const parts = diffText(before, after, language);
        expect(joined(parts, 'removed')).toBe(after);
        expect(joined(parts, 'added')).toBe(before);
      }),
    );
  });

  it('of very different long texts ends', () => {
    const text = (seed: number) => Array.from({ length: 20_000 }, (_, i) => `w${(i * seed) % 7919}`).join(' ');
    const parts = diffText(text(3), text(7), 'en');
    expect(joined(parts, 'removed')).toBe(text(7));
    expect(joined(parts, 'added')).toBe(text(3));
  }, 60_000);
});
