import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatMicros, toMicros } from './money.ts';

it('a cost becomes millionths, rounded up', () => {
  expect([0, 0.000_001, 0.000_000_1, 1.25, 0.1 + 0.2].map(toMicros)).toEqual([0, 1, 1, 1_250_000, 300_000]);
  fc.assert(fc.property(fc.nat(1e9), (micros) => toMicros(micros / 1e6) === micros));
});

it('is written with two to six digits', () => {
  expect([0, 1, 2_500_000, 1_234_567].map((micros) => formatMicros(micros, 'USD'))).toEqual([
    '0.00 USD',
    '0.000001 USD',
    '2.50 USD',
    '1.234567 USD',
  ]);
});
