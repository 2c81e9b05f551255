import { expect, it } from '@jest/globals';
import { linesAsText, splitLinks } from './log-text.ts';

it('finds addresses, without the punctuation after them', () => {
  expect(splitLinks('see https://a.example/x?y=1, then (http://b.example/z).')).toEqual([
    { text: 'see ', link: false },
    { text: 'https://a.example/x?y=1', link: true },
    { text: ', then (', link: false },
    { text: 'http://b.example/z', link: true },
    { text: ').', link: false },
  ]);
  expect(splitLinks('javascript:alert(1)')).toEqual([{ text: 'javascript:alert(1)', link: false }]);
});

it('writes one line for each line of the log', () => {
  const line = { key: 'l1', at: '2026-11-30T12:00:00Z', level: 'warn', message: 'slow', data: { ms: 5 }, engine: false } as const;
  expect(linesAsText([line])).toBe('2026-11-30T12:00:00Z WARN  slow {"ms":5}');
});
