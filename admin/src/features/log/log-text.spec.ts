import { expect, it } from '@jest/globals';
import { splitLinks } from './log-text.ts';

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
