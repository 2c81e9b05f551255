import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findUnstorable } from './unstorable.ts';

const limits = { depth: 32, keys: 1000 };

describe('findUnstorable', () => {
  it.each<[string, unknown, string | null, string | null]>([
    ['a plain value', { a: [1, 'x', null, { b: true }] }, null, null],
    ['an emoji', { a: '😀' }, null, null],
    ['a bare NUL', 'a\0b', '', 'nul_character'],
    ['a NUL in a value', { a: ['ok', 'a\0'] }, '/a/1', 'nul_character'],
    ['a NUL in a key', { 'k\0': 1 }, '/k\0', 'nul_character'],
    ['a lone surrogate', { a: { b: '\uD83D' } }, '/a/b', 'lone_surrogate'],
    ['a key that needs escaping', { 'a/b~c': '\0' }, '/a~1b~0c', 'nul_character'],
    ['an own __proto__', JSON.parse('{"a":{"__proto__":{"x":1}}}'), '/a/__proto__', 'forbidden_key'],
    ['constructor.prototype', { constructor: { prototype: {} } }, '/constructor/prototype', 'forbidden_key'],
    ['constructor.prototype as a path', { 'constructor.prototype': 1 }, '/constructor.prototype', 'forbidden_key'],
    ['the first of several', { a: 1, b: ['\uDC00'], c: '\0' }, '/b/0', 'lone_surrogate'],
  ])('%s', (_, value, pointer, code) => {
    expect(findUnstorable(value, limits)).toEqual(pointer === null ? null : { pointer, code });
  });

  it('counts depth and keys over the whole value', () => {
    expect(findUnstorable([[[]]], { depth: 3, keys: 10 })).toBeNull();
    expect(findUnstorable([[[[]]]], { depth: 3, keys: 10 })).toEqual({ pointer: '/0/0/0', code: 'too_deep' });
    expect(findUnstorable({ a: [1, 2], b: [3] }, { depth: 3, keys: 5 })).toBeNull();
    expect(findUnstorable({ a: [1, 2], b: [3] }, { depth: 3, keys: 4 })).toEqual({ pointer: '/b', code: 'too_many_keys' });
  });

  it('walks 20,000 levels without a stack overflow', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(20_000)}"\\u0000"${']'.repeat(20_000)}`);
    expect(findUnstorable(deep, { depth: 30_000, keys: 30_000 })).toEqual({ pointer: '/0'.repeat(20_000), code: 'nul_character' });
    expect(findUnstorable(deep, { depth: 64, keys: 30_000 })?.code).toBe('too_deep');
  });

  it('finds exactly the values whose JSON text holds a NUL or a lone surrogate', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary', noUnicodeString: false }), (value) => {
        const strings: string[] = [];
        JSON.stringify(value, (key, item: unknown) => {
          strings.push(key);
          if (typeof item === 'string') strings.push(item);
          return item;
        });
        fc.pre(!strings.includes('__proto__') && !strings.includes('prototype'));
        const expected = strings.some((text) => text.includes('\0') || !text.isWellFormed());
        expect(findUnstorable(value, { depth: 100, keys: 100_000 }) !== null).toBe(expected);
      }),
    );
  });
});
