import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sanitizeForJsonb } from './sanitize.ts';
import { findUnstorable } from './unstorable.ts';

describe('sanitizeForJsonb', () => {
  it('keeps JSON values and converts all others', () => {
    const value = {
      text: 'a\0b\uD83Dc😀',
      'k\0': 1,
      nan: Number.NaN,
      infinite: Number.POSITIVE_INFINITY,
      big: 2n ** 70n,
      date: new Date(0),
      badDate: new Date(Number.NaN),
      gone: undefined,
      fn: () => 1,
      list: [undefined, Symbol('x'), 1],
      error: Object.assign(new Error('broken'), { code: 'E1' }),
    };
    expect(sanitizeForJsonb(value)).toEqual({
      text: 'a\uFFFDb\uFFFDc😀',
      'k\uFFFD': 1,
      nan: null,
      infinite: null,
      big: '1180591620717411303424',
      date: '1970-01-01T00:00:00.000Z',
      badDate: null,
      list: [null, null, 1],
      error: { name: 'Error', message: 'broken', code: 'E1' },
    });
  });

  it('cuts circular references, depth and values that expand without bound', () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(sanitizeForJsonb(circle)).toEqual({ self: '[circular]' });

    let deep: unknown = 'bottom';
    for (let level = 0; level < 20_000; level += 1) deep = [deep];
    expect(JSON.stringify(sanitizeForJsonb(deep))).toBe(`${'['.repeat(64)}"[too deep]"${']'.repeat(64)}`);

    let shared: unknown = 'x';
    for (let level = 0; level < 60; level += 1) shared = [shared, shared];
    expect(JSON.stringify(sanitizeForJsonb(shared))).toContain('[too large]');
  });

  it('drops keys that could change a prototype', () => {
    const value: unknown = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"a":1}');
    const clean = sanitizeForJsonb(value);
    expect(clean).toEqual({ constructor: {}, a: 1 });
    expect(Reflect.get(Object(clean), 'polluted')).toBeUndefined();
  });

  it('always yields a value that jsonb accepts, and is idempotent', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withNullPrototype: true,
      withMap: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
      key: fc.string({ unit: 'binary' }),
      values: [
        fc.string({ unit: fc.constantFrom('\0', '\uD800', '\uDC00', 'a', '😀') }),
        fc.double(),
        fc.bigInt(),
        fc.constant(undefined),
        fc.boolean(),
        fc.date({ noInvalidDate: false }),
      ],
    });
    fc.assert(
      fc.property(anything, (value) => {
        const clean = sanitizeForJsonb(value);
        const text = JSON.stringify(clean);
        expect(text).not.toMatch(/\\u0000|\\ud[89a-f]/i);
        expect(text.isWellFormed()).toBe(true);
        expect(findUnstorable(clean, { depth: 64, keys: 100_000 })).toBeNull();
        expect(sanitizeForJsonb(clean)).toEqual(clean);
      }),
      { numRuns: 500 },
    );
  });
});
