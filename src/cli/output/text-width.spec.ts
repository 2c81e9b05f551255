import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { textWidth } from './text-width.ts';

const USUAL = [...' azAZ09~!#*/"\'éüß×÷–—‘’“”…→█░✓✗任务、。「」《》（）：，！？～'];

describe('textWidth', () => {
  it.each([
    ['', 0],
    ['task', 4],
    ['任务 3', 6],
    ['…→“x”', 5],
    ['e\u0301', 1],
    ['👩‍👩‍👧', 2],
    ['\u001b[31mred\u001b[39m', 3],
  ])('%j takes %i columns', (text, width) => {
    expect(textWidth(text)).toBe(width);
  });

  it('is that of string-width for usual texts', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...USUAL)), (parts) => {
        expect(textWidth(parts.join(''))).toBe(stringWidth(parts.join('')));
      }),
    );
  });

  it('is that of string-width for any text, and for each character alone and beside others', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => textWidth(text) === stringWidth(text)));
    const wrong: string[] = [];
    for (let code = 0x20; code < 0x1_0000; code++) {
      const text = String.fromCharCode(code);
      if (textWidth(text) !== stringWidth(text) || textWidth(`a${text}任`) !== stringWidth(`a${text}任`)) wrong.push(code.toString(16));
    }
    expect(wrong).toEqual([]);
  });
});
