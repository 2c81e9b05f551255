import { expect, it } from '@jest/globals';
import { aiPartOf } from './ai-part.ts';

const LLM = { creator: 'llm', aiGenerated: true, models: ['m-1', 'm-2'], providers: ['first'] };

it.each<[string, Record<string, unknown>, boolean, object]>([
  ['of the llm creator', LLM, false, { level: 'generated', model: 'm-1, m-2', provider: 'first' }],
  ['of the llm creator that a person edited', LLM, true, { level: 'assisted', model: 'm-1, m-2', provider: 'first' }],
  ['of the offline creator', { creator: 'offline' }, true, { level: 'none', model: null, provider: null }],
  ['of a creator that does not say', { creator: 'mine' }, false, { level: 'generated', model: null, provider: null }],
  [
    'of the offline creator with a model',
    { creator: 'offline', aiGenerated: true },
    false,
    { level: 'generated', model: null, provider: null },
  ],
])('a text %s', (_, provenance, isEdited, part) => {
  expect(aiPartOf(provenance, isEdited)).toEqual(part);
});
