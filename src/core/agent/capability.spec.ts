import { expect, it } from '@jest/globals';
import { CAPABILITY } from './capability.ts';

it.each(['gpu', '4k', 'llm.v2_large-context', `a${'b'.repeat(49)}`])('accepts the capability %s', (text) => {
  expect(CAPABILITY.test(text)).toBe(true);
});

it.each(['', '-gpu', '.gpu', 'GPU', 'two words', 'gpu!', `a${'b'.repeat(50)}`])('rejects the capability "%s"', (text) => {
  expect(CAPABILITY.test(text)).toBe(false);
});
