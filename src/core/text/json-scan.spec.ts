import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findJsonFault, isUnsafeInteger } from './json-scan.ts';

/** Without integers from 2^53 to 10^21, which JSON.stringify writes as plain digits. */
const VALUE = fc.jsonValue().filter((value) => !/\d{16}/.test(JSON.stringify(value)));

describe('findJsonFault', () => {
  it('finds nothing in the output of JSON.stringify', () => {
    fc.assert(
      fc.property(VALUE, fc.constantFrom(0, 2), (value, indent) => {
        expect(findJsonFault(JSON.stringify(value, null, indent))).toBeNull();
      }),
    );
  });

  it('finds a duplicate key at any place and in any spelling', () => {
    const escaped = (key: string): string =>
      `"${Array.from({ length: key.length }, (_, i) => `\\u${key.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`;
    fc.assert(
      fc.property(fc.string(), VALUE, fc.array(fc.constantFrom('array', 'object')), fc.boolean(), (key, value, wrappers, spelled) => {
        const json = JSON.stringify(value);
        let text = `{${JSON.stringify(key)}:${json} ,\n${spelled ? escaped(key) : JSON.stringify(key)} : ${json}}`;
        for (const wrapper of wrappers) text = wrapper === 'array' ? `["\\"",{},${text}]` : `{"x":[{"x":"{"}],"y":${text}}`;
        expect(findJsonFault(text)).toMatchObject({ code: 'duplicate_key' });
      }),
    );
  });

  it.each([
    ['{"a":1,"a":1}', '/a'],
    ['[0,{"~":{"/":1,"/":2}}]', '/1/~0/~1'],
    ['{"":0,"":0}', '/'],
    ['{"a":{"b":1},"b":2,"c":[1,{"d":1},{"d":1,"d":1}]}', '/c/2/d'],
  ])('points into %s', (text, pointer) => {
    expect(findJsonFault(text)).toEqual({ pointer, code: 'duplicate_key' });
  });

  it('accepts every number that a double can hold, and no other', () => {
    for (const text of ['1.7976931348623157e308', '-1E+308', '0.1e-400', `0.${'1'.repeat(900)}`])
      expect(findJsonFault(`[${text}]`)).toBeNull();
    for (const text of ['1e309', '-1E+400000', '9'.repeat(310), `${'9'.repeat(310)}.0`])
      expect(findJsonFault(`[0,${text}]`)).toEqual({ pointer: '/1', code: 'number_out_of_range' });
    expect(findJsonFault('["1e999"]')).toBeNull();
  });

  it('rejects integers that a double may change, and no others', () => {
    const kept = [
      '9007199254740991',
      '-9007199254740991',
      '0.12345678901234567',
      '9007199254740993.5',
      '9007199254740991.0',
      '9007199254740992.0',
      '9.007199254740992e15',
      '-6.02214076e23',
      '1.00000000000000000000e23',
      '1e20',
      '1234567890123456',
    ];
    for (const text of kept) expect(findJsonFault(`{"id":${text}}`)).toBeNull();
    const changed = [
      '9007199254740992',
      '-9007199254740992',
      '-9007199254740993',
      '7615917337495251231',
      '100000000000000000000',
      '9007199254740993.0',
      '-9007199254740993.000',
      '9.007199254740993e15',
      '9007199254740993000e-3',
      '0.9007199254740993E+16',
      '36028797018963968.0', // a double, but JSON.stringify writes 36028797018963970
    ];
    for (const text of changed) expect(findJsonFault(`{"a":[0,{"id":${text}}]}`)).toEqual({ pointer: '/a/1/id', code: 'unsafe_integer' });
    expect(findJsonFault('{"id":"7615917337495251231"}')).toBeNull();
  });

  it('finds every integer that JSON.stringify would write differently, in any notation', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 2n ** 53n, max: 10n ** 25n }), fc.nat(20), (integer, point) => {
        const digits = String(integer);
        const text = `${digits.slice(0, -point) || '0'}.${digits.slice(-point).padStart(point, '0')}e${point}`;
        const kept = BigInt(
          JSON.stringify(Number(integer)).replace(/^(\d)\.?(\d*)e\+(\d+)$/, (_, a, b, e) => (a + b).padEnd(Number(e) + 1, '0')),
        );
        fc.pre(point > 0);
        expect(findJsonFault(text)?.code).toBe(kept === integer ? undefined : 'unsafe_integer');
      }),
    );
  });

  it('skips a fault that does not count', () => {
    const text = '{"a":1,"a":[9007199254740993,1e999]}';
    expect(findJsonFault(text, ({ code }) => code !== 'duplicate_key')).toEqual({ pointer: '/a/0', code: 'unsafe_integer' });
    expect(findJsonFault(text, ({ pointer }) => pointer === '/a/1')).toEqual({ pointer: '/a/1', code: 'number_out_of_range' });
    expect(findJsonFault(text, () => false)).toBeNull();
  });

  it('reads a number of a million digits in linear time', () => {
    const before = process.threadCpuUsage();
    expect(findJsonFault(`9007199254740993.${'0'.repeat(500_000)}1${'0'.repeat(500_000)}`)).toBeNull();
    expect(process.threadCpuUsage(before).user).toBeLessThan(1_000_000); // µs of CPU: other processes do not change it
  });
});

it.each([
  ['+9007199254740993', true],
  ['1e400', true],
  ['+9007199254740991', false],
  ['Infinity', false],
  ['NaN', false],
])('isUnsafeInteger of %s: %s', (text, isUnsafe) => {
  expect(isUnsafeInteger(text)).toBe(isUnsafe);
});
