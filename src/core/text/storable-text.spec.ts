import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countUnstorable, cutText, piecesOf, storableText } from './storable-text.ts';
import { findUnstorable } from './unstorable.ts';

const unit = fc.constantFrom('a', '中', '😀', '\0', '\uD83D', '\uDE00');
const text = fc.string({ unit, maxLength: 40 });

describe('storableText', () => {
  it('replaces NUL and lone surrogates, and nothing else', () => {
    expect(storableText('a\0b\uD83Dc😀\uDE00')).toBe('a\uFFFDb\uFFFDc😀\uFFFD');
    expect(storableText('plain 中 😀')).toBe('plain 中 😀');
  });

  it('leaves nothing that cannot be stored, and counts the replacements', () => {
    fc.assert(
      fc.property(text, (value) => {
        const stored = storableText(value);
        expect(findUnstorable(stored, { depth: 1, keys: 1 })).toBeNull();
        expect(stored.split('\uFFFD').length - 1).toBe(countUnstorable(value));
        expect(stored).toHaveLength(value.length);
      }),
    );
  });
});

describe('a cut', () => {
  it('splits no character', () => {
    expect(cutText('ab😀', 3)).toBe('ab');
    expect(cutText('ab😀', 4)).toBe('ab😀');
    expect(piecesOf('ab😀cd', 3)).toEqual(['ab', '😀c', 'd']);
  });

  it.each([
    ['the smallest pair', '\uD800\uDC00', ''],
    ['the largest pair', '\uDBFF\uDFFF', ''],
    ['a high surrogate before a letter', '\uD83Db', '\uD83D'],
    ['a high surrogate before a private character', '\uD83D\uE000', '\uD83D'],
    ['a letter before a low surrogate', 'a\uDE00', 'a'],
    ['two low surrogates', '\uDC00\uDC00', '\uDC00'],
  ])('moves only for a character of two units: %s', (_, value, cut) => {
    expect(cutText(value, 1)).toBe(cut);
  });

  it('the pieces together are the text', () => {
    const wellFormed = fc.string({ unit: fc.constantFrom('a', '中', '😀'), maxLength: 40 });
    fc.assert(
      fc.property(wellFormed, fc.integer({ min: 2, max: 7 }), (value, length) => {
        const pieces = piecesOf(value, length);
        expect(pieces.join('')).toBe(value);
        for (const piece of pieces) expect([piece.isWellFormed(), piece.length <= length]).toEqual([true, true]);
      }),
    );
  });
});
