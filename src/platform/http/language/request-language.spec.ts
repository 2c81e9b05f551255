import { describe, expect, it } from '@jest/globals';
import { languageOf } from './request-language.ts';

describe('languageOf', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['*', 'en'],
    ['zh', 'zh'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['en-GB,en;q=0.9,zh;q=0.8', 'en'],
    ['ZH-hans', 'zh'],
    ['fr, zh;q=0.1', 'zh'],
    ['fr, de;q=0.1', 'en'],
    ['zh;q=0, *', 'en'],
    ['zh;q=0.5, *;q=0.8', 'en'],
    ['zh, en', 'zh'],
    ['en, zh', 'en'],
    ['zh;q=x', 'en'],
    ['zhuang', 'en'],
  ])('%j is %s', (header, language) => {
    expect(languageOf(header)).toBe(language);
  });
});
