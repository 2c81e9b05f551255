import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findJsonFault } from './json-scan.ts';

describe('findJsonFault', () => {
  it('has nothing to say about what JSON.stringify wrote', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
        expect(findJsonFault(JSON.stringify(value, null, indent))).toBeNull();
      }),
    );
  });

  it('finds a key given twice wherever it is and however it is written', () => {
    const escaped = (key: string): string =>
      `"${Array.from({ length: key.length }, (_, i) => `\\u${key.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`;
    fc.assert(
      fc.property(
        fc.string(),
        fc.jsonValue(),
        fc.array(fc.constantFrom('array', 'object')),
        fc.boolean(),
        (key, value, wrappers, spelled) => {
          const json = JSON.stringify(value);
          let text = `{${JSON.stringify(key)}:${json} ,\n${spelled ? escaped(key) : JSON.stringify(key)} : ${json}}`;
          for (const wrapper of wrappers) text = wrapper === 'array' ? `["\\"",{},${text}]` : `{"x":[{"x":"{"}],"y":${text}}`;
          expect(findJsonFault(text)).toMatchObject({ code: 'duplicate_key' });
        },
      ),
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

  it('takes every number that a double can hold, and no other', () => {
    for (const text of ['1.7976931348623157e308', '-1E+308', '0.1e-400', `0.${'1'.repeat(900)}`])
      expect(findJsonFault(`[${text}]`)).toBeNull();
    for (const text of ['1e309', '-1E+400000', '9'.repeat(310)])
      expect(findJsonFault(`[0,${text}]`)).toEqual({ pointer: '/1', code: 'number_out_of_range' });
    expect(findJsonFault('["1e999"]')).toBeNull();
  });
});
