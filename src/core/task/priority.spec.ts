import { expect, it } from '@jest/globals';
import { toPriority } from './priority.ts';

it.each([
  ['low', 3],
  ['medium', 5],
  ['high', 8],
  ['urgent', 10],
  [1, 1],
  [10, 10],
])('the priority %j is %i', (given, priority) => {
  expect(toPriority(given)).toBe(priority);
});

it.each([0, 11, 5.5, '5', 'highest', 'toString', ['low'], true, null, undefined])('%j is no priority', (given) => {
  expect(toPriority(given)).toBeUndefined();
});
