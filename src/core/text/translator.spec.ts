import { describe, expect, it } from '@jest/globals';
import { translator } from './translator.ts';

const WHOLE = 'x'.repeat(2_001);
const translate = translator({
  'The account does not exist.': '账号不存在。',
  '{0} is {1} of {2}.': '{2} 的 {1} 是 {0}。',
  'It failed: {0}': '失败：{t0}',
  [WHOLE]: '长',
});

describe('a translator', () => {
  it('translates whole texts, texts with values, and texts in them', () => {
    expect(translate('The account does not exist.')).toBe('账号不存在。');
    expect(translate('It failed: a is b of c.')).toBe('失败：c 的 b 是 a。');
    expect(translate('unknown')).toBe('unknown');
  });

  it('prefers the template with the longest text, and translates a value only where the translation says so', () => {
    const short = translator({ 'A {0}': '短 {0}', 'A task {0} is late': '长 {0}', 'A task {0}': '中 {0}', late: '晚' });
    expect([short('A task 7 is late'), short('A task 7'), short('A late')]).toEqual(['长 7', '中 7', '短 late']);
  });

  it('takes more than ten values', () => {
    const many = Array.from({ length: 11 }, (_, i) => `{${i}}`).join(' of ');
    const reversed = translator({ [many]: '{10}、{9}、{0}', '{10}: x': '{10}。' });
    expect(reversed('a of b of c of d of e of f of g of h of i of j of k')).toBe('k、j、a');
    expect(reversed('a: x')).toBe('a。');
  });

  it('compares texts of more than 2,000 characters with no template', () => {
    const text = (length: number) => `It failed: ${'x'.repeat(length - 'It failed: '.length)}`;
    expect(translate(text(2_000))).toMatch(/^失败/);
    expect(translate(text(2_001))).toBe(text(2_001));
    expect(translate(WHOLE)).toBe('长');
  });
});
