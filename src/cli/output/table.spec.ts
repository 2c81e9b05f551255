import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { renderTable, truncate } from './table.ts';

const words = fc.string({ unit: fc.constantFrom('a', ' ', '中', '文', '👍', 'é') });

describe('truncate', () => {
  it('never gets wider than asked and keeps what fits', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 30 }), (text, width) => {
        const short = truncate(text, width);
        expect(stringWidth(short)).toBeLessThanOrEqual(width);
        expect(short === text).toBe(stringWidth(text) <= width);
      }),
    );
  });

  it('does not cut a Chinese character in half', () => {
    expect(truncate('数据库日志', 6)).toBe('数据…');
  });
});

describe('renderTable', () => {
  const columns = [
    { title: 'ID', flexible: false },
    { title: 'Title', flexible: true },
    { title: 'Kind', flexible: false },
  ];
  const options = { width: 60, headers: true, paint: (_: number | 'title', text: string) => text };

  it('fits the width and aligns the columns', () => {
    const table = renderTable(
      columns,
      [
        ['1', 'x'.repeat(100), 'a'],
        ['22', '中文', 'b'],
      ],
      options,
    );
    const lines = [`ID  Title${' '.repeat(47)}Kind`, `1   ${'x'.repeat(49)}…  a`, `22  中文${' '.repeat(48)}b`, ''];
    expect(table).toBe(lines.join('\n'));
  });

  it('prefers too wide over a shortened id', () => {
    const id = 'i'.repeat(80);
    expect(renderTable(columns, [[id, 'title', 'k']], options)).toContain(id);
  });
});
