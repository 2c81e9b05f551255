import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvLine } from './csv-line.ts';

/** A reader of one RFC 4180 line, written from the grammar and not from the writer. */
function readLine(line: string): string[] {
  const cells = `,${line.slice(0, -2)}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^",]*))/g);
  return [...cells].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '');
}

describe('csvLine', () => {
  it('reads back as the same text, with an apostrophe before formulas', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '＝', '＠', '"', ',', '\r', '\n', '\t', "'", 'a', '中') }), {
          minLength: 1,
        }),
        (cells) => {
          expect(readLine(csvLine(cells))).toEqual(cells.map((cell) => (/^[=+\-@＝＠\t\r\n]/.test(cell) ? `'${cell}` : cell)));
        },
      ),
    );
  });

  it('writes numbers unchanged, null as nothing, objects as JSON', () => {
    expect(csvLine([-1.5, null, undefined, true, { a: [1, 2] }])).toBe('-1.5,,,true,"{""a"":[1,2]}"\r\n');
  });
});
