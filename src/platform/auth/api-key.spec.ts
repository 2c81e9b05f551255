import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { generateApiKey, parseApiKey } from './api-key.ts';

describe('API keys', () => {
  it('are long, different, and known by prefix and hash', () => {
    const keys = Array.from({ length: 200 }, generateApiKey);
    expect(new Set(keys).size).toBe(200);
    for (const key of keys) {
      expect(key).toMatch(/^ct_live_[0-9A-Za-z]{49}$/);
      expect(parseApiKey(key)).toEqual({ prefix: key.slice(8, 16), hash: createHash('sha256').update(key).digest() });
    }
  });

  it('with one character changed, lost or added are refused without a look-up', () => {
    const key = generateApiKey();
    for (let at = 0; at < key.length; at++) {
      const other = key[at] === 'x' ? 'y' : 'x';
      for (const typo of [
        key.slice(0, at) + other + key.slice(at + 1),
        key.slice(0, at) + key.slice(at + 1),
        key.slice(0, at) + other + key.slice(at),
      ]) {
        expect(parseApiKey(typo)).toBeNull();
      }
    }
  });

  it.each(['', 'ct_live_', `${generateApiKey()}\n`, `${generateApiKey()}\0`, ` ${generateApiKey()}`, 'x'.repeat(1_000_000)])(
    'any other text is not a key (%#)',
    (text) => {
      expect(parseApiKey(text)).toBeNull();
    },
  );
});
