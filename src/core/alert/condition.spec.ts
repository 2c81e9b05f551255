import { expect, it } from '@jest/globals';
import { COMPARISONS, holds, seriesOf } from './condition.ts';

it.each([
  ['above', [false, false, true]],
  ['at_least', [false, true, true]],
  ['below', [true, false, false]],
  ['at_most', [true, true, false]],
] as const)('a value that is smaller than, equal to and larger than the threshold is %s it: %j', (comparison, expected) => {
  expect([4, 5, 6].map((value) => holds({ comparison, threshold: 5 }, value))).toEqual(expected);
  expect(COMPARISONS).toContain(comparison);
});

it('the text of labels has them in the order of their names', () => {
  expect(seriesOf({ b: '1', a: '2' })).toBe('{"a":"2","b":"1"}');
  expect(seriesOf({ a: '2', b: '1' })).toBe('{"a":"2","b":"1"}');
});
