import { describe, expect, it } from '@jest/globals';
import { findGarbled } from './garbled.ts';

/** The UTF-8 bytes of a text, decoded with another charset. */
const misread = (text: string, charset: string): string => new TextDecoder(charset).decode(new TextEncoder().encode(text));

describe('findGarbled', () => {
  it.each([
    'café in Lyon',
    'It’s',
    'costs £12',
    'for €300',
    '“quoted”',
    'naïve – yes',
    'façade',
    '3°',
    'DÉJÀ VU: RÉSUMÉ',
    'ü',
    '储能电站的成本',
    '你好，世界。',
    '😀 fine',
  ])('finds UTF-8 read as windows-1252: %s', (text) => {
    expect(findGarbled(`Words before. ${misread(text, 'windows-1252')} words after.`, 'en')).not.toBeNull();
    expect(findGarbled(text, 'en')).toBeNull();
  });

  it.each(['你好，世界', '“储能”的成本，下降', '价格：三元；（含税）'])('finds UTF-8 read as GBK: %s', (text) => {
    expect(findGarbled(misread(text, 'gbk'), 'zh')).not.toBeNull();
    expect(findGarbled(text, 'zh')).toBeNull();
  });

  it.each(['It抯 the first', 'Chlo茅抯 tour', 'the caf茅.', 'a r閟um? of', 'mangled \uFFFD here', 'C1 \u0092 control', 'It鈥檚', '锟斤拷'])(
    'finds %j in English',
    (text) => {
      expect(findGarbled(`Once more: ${text} and on.`, 'en')).not.toBeNull();
    },
  );

  it('shows the place', () => {
    expect(findGarbled(`${'x'.repeat(50)} the cafÃ© of ${'y'.repeat(50)}`, 'en')).toBe('xxxx the cafÃ© of yyyyyyyy');
  });

  it('shows the first place of likely damage, on one line', () => {
    expect(findGarbled(`${'字'.repeat(20)}锛a  b锛`, 'zh')).toBe(`${'字'.repeat(12)}锛a b锛`);
  });

  it.each<['en' | 'zh', string]>([
    ['en', 'Âge, château, NÃO, ROMÂNIA, São Paulo, “CAFÉ”, „MENÜ“, «RÉSUMÉ», AMANHû'],
    ['en', 'The word 茶 (tea) and the vitamins A–D cost £3 or €4 at 5 °C — “naïve”…'],
    ['zh', '用Python写的iPhone和iPad应用，T恤e和t；银行、铜板、锅与锤子。'],
    ['en', ''],
  ])('accepts correct text in %s', (language, text) => {
    expect(findGarbled(text, language)).toBeNull();
  });
});
