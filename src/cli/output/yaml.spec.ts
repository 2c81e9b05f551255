import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { toYaml } from './yaml.ts';

describe('toYaml', () => {
  it('reads back as the same data', () => {
    const word = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'no',
        'null',
        '1e3',
        '2026-11-23',
        ': x',
        '- a',
        '#',
        ' a',
        'a ',
        '',
        '~',
        '中文 标题',
        'a: b',
        'a #b',
        '\u2028',
        '\uFEFFa',
      ),
    );
    const { data } = fc.letrec((tie) => ({
      data: fc.oneof(
        { maxDepth: 4 },
        word,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('data')),
        fc.dictionary(word, tie('data')),
      ),
    }));
    fc.assert(
      fc.property(data, (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as unknown;
        expect(parse(toYaml(value))).toEqual(plain);
      }),
    );
  });

  it('is easy to read', () => {
    expect(toYaml({ items: [{ id: 'a-1', title: '数据库 日志', tags: ['x', '1'], none: [] }], nextCursor: null })).toBe(
      'items:\n  - id: a-1\n    title: 数据库 日志\n    tags:\n      - x\n      - "1"\n    none: []\nnextCursor: null\n',
    );
  });
});
