import { expect, it } from '@jest/globals';
import { passagesOf } from './marks.ts';

const finding = { code: 'sensitive_word', severity: 'block', points: 20 } as const;
const content = { title: 'A miracle cure', summary: '', bodyMarkdown: 'It is **a miracle**[^1] for you.', checks: [] };

it('reads a passage by its offsets in the Markdown, without the markup', () => {
  const checks = [{ ...finding, detail: 'Contains a word.', pointer: '/bodyMarkdown', start: 6, end: 23 }];
  expect(passagesOf({ ...content, checks }, 'block')).toEqual(['a miracle']);
  expect(passagesOf({ ...content, checks }, 'warn')).toEqual([]);
});

it('reads what the detail quotes when there are no offsets, each passage once', () => {
  const checks = [
    { ...finding, detail: 'Contains the word "Miracle".' },
    { ...finding, detail: 'Contains “miracle” again.' },
  ];
  expect(passagesOf({ ...content, checks }, 'block')).toEqual(['miracle']);
});

it('reads the title and the summary where the pointer says so', () => {
  const checks = [{ ...finding, detail: '', pointer: '/title', start: 2, end: 9 }];
  expect(passagesOf({ ...content, checks }, 'block')).toEqual(['miracle']);
});
