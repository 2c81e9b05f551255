import { expect, it } from '@jest/globals';
import { closest } from './closest.ts';

it.each([
  ['statuss', 'status'],
  ['STATUS', 'status'],
  ['satuts', 'status'],
  ['lmit', 'limit'],
  ['limti', 'limit'],
  ['lixxt', null],
  ['limtx', null],
  ['limxi', null],
  ['taskname', 'taskName'],
  ['curser', 'cursor'],
  ['foo', null],
  ['x', null],
  ['', null],
  ['completelyDifferent', null],
])('%s means %s', (word, meant) => {
  expect(closest(word, ['status', 'limit', 'cursor', 'taskName'])).toBe(meant);
});

it('prefers the first of equally close candidates', () => {
  expect(closest('cat', ['bat', 'hat'])).toBe('bat');
});
