import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseKeepingDigits } from './parse-keeping-digits.ts';

it('gives an integer beyond 2^53 as a text of its digits, and any other value as JSON.parse does', () => {
  const text =
    '{"id":7615917337495251231,"list":[-9007199254740993,9007199254740991,1e20,1234567890123456.5],"text":"7615917337495251231"}';
  expect(parseKeepingDigits(text)).toEqual({
    id: '7615917337495251231',
    list: ['-9007199254740993', 9007199254740991, 1e20, 1234567890123456.5],
    text: '7615917337495251231',
  });
  expect(() => parseKeepingDigits('{"id":7615917337495251231')).toThrow(SyntaxError);
});

it.each(['9007199254740993.0', '9.007199254740993e15', '-90071992547409930E-1'])('keeps %s as it was written', (number) => {
  expect(parseKeepingDigits(`{"id":${number}}`)).toEqual({ id: number });
});

it('loses no digit of any integer', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (integer) => {
      expect(String(parseKeepingDigits(`${integer}`))).toBe(`${integer}`);
    }),
  );
});
