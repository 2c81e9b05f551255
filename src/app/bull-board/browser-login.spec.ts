import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bearerOf } from './browser-login.ts';

const basic = (text: string, scheme = 'Basic') => `${scheme} ${Buffer.from(text).toString('base64')}`;

it('reads the key from the password of HTTP Basic, for any name', () => {
  fc.assert(
    fc.property(
      fc.string().filter((name) => !name.includes(':')),
      fc.string({ unit: 'grapheme' }),
      (name, key) => {
        expect(bearerOf(basic(`${name}:${key}`))).toBe(`Bearer ${Buffer.from(key).toString()}`);
      },
    ),
  );
  expect(bearerOf(basic('x:ct_live_1', 'basic'))).toBe('Bearer ct_live_1');
});

it.each([undefined, '', 'Bearer ct_live_1', 'Basic', 'Basic !', 'Digest x', 'Basicx'])('keeps %p unchanged', (text) => {
  expect(bearerOf(text)).toBe(text);
});
