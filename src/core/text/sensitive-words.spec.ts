import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lettersOnly } from './evasion-text.ts';
import { SensitiveWordMatcher } from './sensitive-words.ts';

const LIST = ['敏感词', '法轮', 'sex', 'cunt', 'hot sex', '6.4', '𠮷田', 'café', '枪支abc'];
const matcher = new SensitiveWordMatcher(LIST);
const found = (text: string, allowed?: string[]): string[] =>
  matcher.find(text, allowed).map(({ word, start, end }) => `${word}: ${text.slice(start, end)}`);

describe('SensitiveWordMatcher', () => {
  it.each([
    ['这里有敏感词。', ['敏感词: 敏感词']],
    ['这里有敏-感 词。', ['敏感词: 敏-感 词']],
    ['敏\u200B感\u2060词', ['敏感词: 敏\u200B感\u2060词']],
    ['**敏**感*词*', ['敏感词: 敏**感*词']],
    ['敏感\n词', ['敏感词: 敏感\n词']],
    ['敏，感，词', ['敏感词: 敏，感，词']],
    ['敏😀感😀词', ['敏感词: 敏😀感😀词']],
    ['ＳＥＸ', ['sex: ＳＥＸ']],
    ['s.e.x', ['sex: s.e.x']],
    ['s e x', ['sex: s e x']],
    ['s\u00ADe\u200Dx', ['sex: s\u00ADe\u200Dx']],
    ['𝓈ex in a sentence', ['sex: 𝓈ex']],
    ['看sex片', ['sex: sex']],
    ['hot  SEX', ['hot sex: hot  SEX', 'sex: SEX']],
    ['hotsex', ['hot sex: hotsex']],
    ['6.4 and 6-4', ['6.4: 6.4', '6.4: 6-4']],
    ['上面𠮷田在', ['𠮷田: 𠮷田']],
    ['𠮷-田', ['𠮷田: 𠮷-田']],
    ['cafe\u0301', ['café: cafe\u0301']],
    ['买枪支ABC吗', ['枪支abc: 枪支ABC']],
    ['See 敏-感词', ['敏感词: 敏-感词']],
    ['看𠮷sex', ['sex: sex']],
  ])('finds %j', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it.each([
    'Scunthorpe is in Lincolnshire.',
    'Essex and Sussex, sextant and sexton',
    "Bob's ex-wife has his ex",
    'Set s, e, x to 1.',
    'as exit',
    '64 pages, 8,640 words',
    '这个方法。轮子坏了',
    '- 方法\n- 轮子',
    '方法\n\n轮子',
    '| 方法 | 轮子 |',
    '敏感，词',
    '敏 ……………………………… 感词',
    `敏${' '.repeat(9)}感${' '.repeat(9)}词`,
    '𠮷敏，感词',
  ])('finds nothing in %j', (text) => {
    expect(found(text)).toEqual([]);
  });

  it('ignores words inside of an allowed phrase only', () => {
    expect(found('敏感词汇表和敏感词', ['敏感词汇'])).toEqual(['敏感词: 敏感词']);
    expect(found('敏感词和敏感词汇表', ['敏感词汇'])).toEqual(['敏感词: 敏感词']);
    expect(found('敏感词', ['敏感词'])).toEqual([]);
    expect(found('Sex, SEX', ['sex', ''])).toEqual([]);
  });

  it('lists overlapping words in the order of the text, the shorter first', () => {
    const words = new SensitiveWordMatcher(['感词', '敏感词汇', '敏感']).find('敏感词汇').map(({ word }) => word);
    expect(words).toEqual(['敏感', '敏感词汇', '感词']);
  });

  it.each([
    ['v.2', 'the v2 pill'],
    ['5-meo', '5meo here'],
    ['-sex', 'sex here'],
    ['𠮷田中', '𠮷，田，中'],
  ])('finds %j in %j', (word, text) => {
    expect(new SensitiveWordMatcher([word]).find(text)).toHaveLength(1);
  });

  it('is empty without words', () => {
    expect(new SensitiveWordMatcher(['--']).isEmpty).toBe(true);
    expect(matcher.isEmpty).toBe(false);
  });

  it('needs words with letters or digits', () => {
    expect(new SensitiveWordMatcher(['--', '', '词', ' 词 ']).size).toBe(1);
    expect(new SensitiveWordMatcher([]).find('anything')).toEqual([]);
  });

  const invisible = fc.constantFrom('', '\u200B', '\u00AD', '\uFE0F', '\u2060');
  const separator = fc.constantFrom('-', ' ', '*', '.', '·', '\u200B- ');
  const disguise = (character: string): fc.Arbitrary<string> =>
    fc.constantFrom(
      character,
      character.toUpperCase(),
      /[a-z]/.test(character) ? String.fromCharCode(character.charCodeAt(0) + 0xfee0) : character,
    );
  const spelled = (word: string, between: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc.tuple(...Array.from(word, disguise), fc.array(between, { minLength: word.length, maxLength: word.length })).map((parts) => {
      const gaps = parts.at(-1) as string[];
      return (parts.slice(0, -1) as string[]).map((each, i) => (i === 0 ? each : `${gaps[i]}${each}`)).join('');
    });

  it('sees through invisible characters, full width, case and even separators, and cuts the match out of the original', () => {
    const word = fc.constantFrom('敏感词', '法轮', 'sex', 'cunt');
    const hidden = word.chain((each) =>
      (each.length >= 3 ? fc.oneof(spelled(each, invisible), spelled(each, separator)) : spelled(each, invisible)).map((text) => ({
        each,
        text,
      })),
    );
    const around = fc.constantFrom('', '\n\n', '今天', '。', '𠮷', ' ok, ');
    fc.assert(
      fc.property(hidden, around, around, ({ each, text }, before, after) => {
        const edge = /[a-z]$/.test(each) ? ' ' : '';
        const whole = `${before}${edge}${text}${edge}${after}`;
        const match = matcher.find(whole).find(({ word: one }) => one === each);
        expect(match && whole.slice(match.start, match.end)).toBe(text);
      }),
    );
  });

  it('every match, cut out of any text, has the letters of its word', () => {
    const piece = fc.constantFrom(...LIST, ...'敏感词sexcunt64𠮷田 -。\n|*', '\u200B', 'é', 'e\u0301', 'Ａ', '㎏', 'İ');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('');
        for (const { word, start, end } of matcher.find(text))
          expect(lettersOnly(text.slice(start, end)).letters).toBe(lettersOnly(word).letters);
      }),
    );
  });

  it('never finds a Latin word inside of a longer one', () => {
    const letters = fc.array(fc.constantFrom(...'abcxyz09éñ'), { minLength: 1, maxLength: 5 }).map((all) => all.join(''));
    fc.assert(
      fc.property(letters, letters, fc.constantFrom('sex', 'cunt'), (before, after, word) => {
        expect([...found(`${before}${word}`), ...found(`${word}${after}`), ...found(`${before}${word}${after}`)]).toEqual([]);
      }),
    );
  });
});
