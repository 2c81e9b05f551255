import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import fc from 'fast-check';
import { IsName, toName } from './is-name.decorator.ts';

class Body {
  @IsName()
  name: string;
}

class Many {
  @IsName({ each: true })
  names: string[];
}

const read = (name: unknown) => {
  const body = plainToInstance(Body, { name });
  return { name: body.name, errors: validateSync(body).length };
};

describe('IsName', () => {
  it('stores one spelling: composed and without white space around it', () => {
    expect(read('  Cafe\u0301\t ')).toEqual({ name: 'Café', errors: 0 });
    expect(read('\u3000早安厨房\u3000')).toEqual({ name: '早安厨房', errors: 0 });
  });

  it.each(['a\u0000b', 'line\nbreak', 'a\u2028b', 'evil\u202Etxt', 'a\u200Bb', 'x\uFEFFy', 'soft\u00ADhyphen', '\uD800', ' \t '])(
    'refuses %j',
    (name) => {
      expect(read(name).errors).toBe(1);
    },
  );

  it.each(['👩‍💻 notes', 'a b', 'नमस्ते', "O'Neill & Söhne", '科技前沿（周刊）'])('takes %s', (name) => {
    expect(read(name)).toEqual({ name: name.normalize('NFC'), errors: 0 });
  });

  it('takes each of a list', () => {
    const body = plainToInstance(Many, { names: [' a ', 'e\u0301'] });
    expect([body.names, validateSync(body)]).toEqual([['a', 'é'], []]);
    expect(validateSync(plainToInstance(Many, { names: ['a', 'b\u0007'] }))).toHaveLength(1);
  });

  it('normalises once and for all', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => expect(toName(toName(text))).toBe(toName(text))));
  });
});
