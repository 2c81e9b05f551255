import { expect, it } from '@jest/globals';
import { closest } from './closest.ts';

it.each([
  ['statuss', 'status'],
  ['STATUS', 'status'],
  ['satuts', 'status'],
  ['lmit', 'limit'],
  ['taskname', 'taskName'],
  ['curser', 'cursor'],
  ['foo', null],
  ['x', null],
  ['', null],
  ['completelyDifferent', null],
])('%s means %s', (word, meant) => {
  expect(closest(word, ['status', 'limit', 'cursor', 'taskName'])).toBe(meant);
});
