import { describe, expect, it } from '@jest/globals';
import { ParamsTable } from './params-table.ts';

const table = new ParamsTable({
  space: { type: 'string', required: true, maxLength: 4 },
  depth: { type: 'number', required: false, default: 2 },
  force: { type: 'boolean', required: false },
});
const errorsOf = (params: object) => table.validate(params).errors.map(({ pointer, code }) => `${pointer} ${code}`);

describe('ParamsTable', () => {
  it('returns the declared fields with their defaults', () => {
    expect(table.validate({ space: 'docs' })).toEqual({ value: { space: 'docs', depth: 2 }, errors: [] });
    expect(table.validate({ force: false, depth: 0, space: '空间文档' })).toEqual({
      value: { space: '空间文档', depth: 0, force: false },
      errors: [],
    });
  });

  it('counts characters, not code units', () => {
    expect(errorsOf({ space: '😀😀😀😀' })).toEqual([]);
    expect(errorsOf({ space: '😀😀😀😀x' })).toEqual(['/params/space max_length']);
  });

  it.each<[object, string[]]>([
    [{}, ['/params/space required']],
    [{ space: ' ' }, ['/params/space is_filled']],
    [{ space: 5 }, ['/params/space is_string']],
    [{ space: null }, ['/params/space is_string']],
    [{ space: 'a', depth: '2' }, ['/params/depth is_number']],
    [{ space: 'a', force: 'true' }, ['/params/force is_boolean']],
    [{ space: ['a'] }, ['/params/space is_string']],
    [
      JSON.parse('{"space":"a","__proto__":{"x":1},"a/b~":1}') as object,
      ['/params/__proto__ unknown_member', '/params/a~1b~0 unknown_member'],
    ],
    [{ spcae: 'a', depth: true }, ['/params/spcae unknown_member', '/params/space required', '/params/depth is_number']],
  ])('refuses %j', (params, errors) => {
    expect(errorsOf(params)).toEqual(errors);
  });

  it('suggests the field that was meant', () => {
    expect(table.validate({ space: 'a', detph: 1 }).errors[0]?.detail).toBe('there is no member ‘detph’, did you mean ‘depth’?');
  });

  it('reports at most 20 findings', () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`x${i}`, i]));
    expect(errorsOf(many)).toHaveLength(20);
  });

  it('accepts no params without fields', () => {
    expect(new ParamsTable({}).validate({})).toEqual({ value: {}, errors: [] });
    expect(new ParamsTable({}).validate({ a: 1 }).errors).toHaveLength(1);
  });

  it('describes itself', () => {
    expect(table.schema).toEqual({
      type: 'object',
      properties: { space: { type: 'string', maxLength: 4 }, depth: { type: 'number', default: 2 }, force: { type: 'boolean' } },
      required: ['space'],
      additionalProperties: false,
    });
  });
});
