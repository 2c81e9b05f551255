import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { multiLine, singleLine } from './plain-text.ts';

describe('singleLine', () => {
  it('removes characters that move the cursor or reverse the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(singleLine(text)).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
      }),
    );
  });

  it('keeps words separate', () => {
    expect(singleLine(' a\r\nb\tc\u202Ed\x1b[31me\x1b[0m ')).toBe('a b c de');
  });
});

describe('multiLine', () => {
  it('keeps line breaks and tabs, and no other control characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(multiLine(text)).not.toMatch(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/u);
      }),
    );
    expect(multiLine('a\n\tb\u0007')).toBe('a\n\tb');
  });
});
