import { expect, it } from '@jest/globals';
import { en } from '../../i18n/en/index.ts';
import { zh } from '../../i18n/zh/index.ts';
import { methodWords } from './method-words.ts';

it('says in both languages how a content was made, and shows a method that it does not know', () => {
  const method = 'extractive digest: units of sentences, chosen by the question of the topic, TextRank and TF-IDF, no model';
  expect([methodWords(method, en.methods), methodWords(method, zh.methods)]).toEqual([
    'A digest of sentences of the sources, without a model',
    '摘自资料原句，未用模型',
  ]);
  expect(methodWords('by a new creator', zh.methods)).toBe('by a new creator');
});
