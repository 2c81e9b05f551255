import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { emWidth, wrapTitle } from './wrap-title.ts';

describe('wrapTitle', () => {
  it.each<[string, number, number, string[]]>([
    ['Short', 10, 3, ['Short']],
    ['', 10, 3, []],
    ['Grid storage and heat pumps', 7.5, 3, ['Grid storage', 'and heat', 'pumps']],
    ['电网需要储能，还是需要别的', 6, 3, ['电网需要储能，', '还是需要别的']],
    ['一共有 12 个要点', 5, 3, ['一共有', '12 个要点']],
    ['写作提纲：2026年储能', 7.5, 3, ['写作提纲：', '2026年储能']],
    ['Donaudampfschifffahrt', 6, 3, ['Donaudamp', 'fschifffah', 'rt']],
  ])('%j in %d em', (text, limit, most, expected) => {
    expect(wrapTitle(text, limit, most)).toEqual(expected);
  });

  it('ends at a word with an ellipsis when the title does not fit', () => {
    expect(wrapTitle('one two three four five six seven eight nine', 7, 2)).toEqual(['one two', 'three four…']);
    expect(wrapTitle('人工智能如何改变基础教育的课堂', 5, 2).at(-1)).toMatch(/…$/);
  });

  it('keeps every line within the limit, except for a hanging mark, and loses nothing that fits', () => {
    const piece = fc.constantFrom('储能', '电站', '，', '。', '《', '》', ' ', 'grid', 'A', '12', 'extraordinarily', '(', ')', '😀');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.integer({ min: 4, max: 14 }), (parts, limit) => {
        const text = parts.join('');
        const lines = wrapTitle(text, limit, 100);
        for (const line of lines) expect(emWidth(line.replace(/[，。》)]+$/u, ''))).toBeLessThan(limit + 1.01);
        expect(lines.join('').replace(/\s/gu, '')).toBe(text.replace(/\s/gu, ''));
        expect(wrapTitle(text, limit, 3).length).toBeLessThanOrEqual(3);
      }),
    );
  });
});
