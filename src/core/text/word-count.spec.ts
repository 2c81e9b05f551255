import { describe, expect, it } from '@jest/globals';
import { countWords, detectLanguage } from './word-count.ts';

describe('countWords', () => {
  it.each([
    ['', 0],
    ['  — !? ', 0],
    ['Hello, world!', 2],
    ["It's a well-known 3.5 % rise", 5],
    ['储能装机达到一百吉瓦。', 10],
    ['使用 React 构建 2 个页面', 9],
    ['GPT4模型', 3],
    ['naïve café', 2],
    ['きょうは良い', 6],
    ['a,b;c', 2],
  ])('%j has %i', (text, expected) => {
    expect(countWords(text)).toBe(expected);
  });

  it('counts 1 MB in reasonable time', () => {
    expect(countWords('储能 storage '.repeat(100_000))).toBe(300_000);
  });
});

describe('detectLanguage', () => {
  it.each([
    ['The grid needs storage.', 'en'],
    ['电网需要储能。', 'zh'],
    ['使用 React Hooks 优化 TypeScript 组件性能', 'zh'],
    ['The word 储能 means energy storage in the Chinese language', 'en'],
    ['これは日本語の文章です', 'other'],
    ['Привет, как дела', 'other'],
    ['123 456', 'other'],
    ['Привет как дела world', 'other'],
    ['Привет мир hello world', 'en'],
    ['In 2024 2025 2026 news', 'en'],
    ['储能站 is what this text of ten writes', 'zh'],
    ['储能电池站の is one of the twelve words that this text has here', 'en'],
  ])('%j reads as %s', (text, expected) => {
    expect(detectLanguage(text)).toBe(expected);
  });
});
