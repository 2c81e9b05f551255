import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { manyOf, parseSearch, present, selectionSearch, stringifySearch, textOf, wordOf, wordsOf } from './search-params.ts';

it('writes words as the API and the command line do, and reads them back', () => {
  expect(stringifySearch({ status: ['failed', 'timeout'], since: '2026-11-30T00:00:00Z' })).toBe(
    '?status=failed&status=timeout&since=2026-11-30T00:00:00Z',
  );
  expect(stringifySearch({ sel: undefined })).toBe('');
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.string({ minLength: 1, unit: 'grapheme' })), (search) => {
      expect(parseSearch(stringifySearch(search))).toEqual({ ...search });
    }),
  );
  expect(parseSearch('?a=1&a=2&a=3&b=x')).toEqual({ a: ['1', '2', '3'], b: 'x' });
});

it('takes allowed words only', () => {
  const allowed = ['failed', 'timeout'] as const;
  expect(wordsOf(['failed', 'x', 'timeout'], allowed)).toEqual(['failed', 'timeout']);
  expect(wordsOf('x', allowed)).toBeUndefined();
  expect([wordOf('timeout', allowed), wordOf(undefined, allowed)]).toEqual(['timeout', undefined]);
  expect([textOf(['a', 'b']), textOf(''), textOf(undefined), textOf(7)]).toEqual(['a', undefined, undefined, '7']);
  expect(manyOf(undefined)).toBeUndefined();
});

it('leaves out what was not chosen', () => {
  expect(present({ a: 1, b: undefined })).toEqual({ a: 1 });
  expect(selectionSearch({ sel: 'x', other: 'y' })).toEqual({ sel: 'x' });
});
