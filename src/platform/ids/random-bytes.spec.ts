import { expect, it } from '@jest/globals';
import { randomBytesFromPool } from './random-bytes.ts';

it('gives out no bytes twice, also where the pool is filled anew', () => {
  const given = Array.from({ length: 5_000 }, (_, n) => randomBytesFromPool(n % 2 === 0 ? 16 : 24).toString('hex'));
  expect(given.every((text, n) => text.length === (n % 2 === 0 ? 32 : 48))).toBe(true);
  expect(new Set(given.map((text) => text.slice(0, 32))).size).toBe(given.length);
});
