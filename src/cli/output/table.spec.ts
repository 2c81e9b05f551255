import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { truncate, wrap } from './fit-text.ts';
import { renderTable } from './table.ts';

const words = fc.string({ unit: fc.constantFrom('a', ' ', '中', '文', '👍', 'é') });

describe('truncate', () => {
  it('never exceeds the width and keeps what fits', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 30 }), (text, width) => {
        const short = truncate(text, width);
        expect(stringWidth(short)).toBeLessThanOrEqual(width);
        expect(short === text).toBe(stringWidth(text) <= width);
      }),
    );
  });

  it('ends with a whole word where possible', () => {
    expect(truncate('How a task survives a crash', 14)).toBe('How a task…');
    expect(truncate('internationalisation', 8)).toBe('interna…');
  });

  it('does not cut a Chinese character', () => {
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
    const { text: table } = renderTable(
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

  it('exceeds the width instead of shortening an id', () => {
    const id = 'i'.repeat(80);
    expect(renderTable(columns, [[id, 'title', 'k']], options).text).toContain(id);
  });

  it('drops the column of the highest rank when shortened texts still do not fit, and names it', () => {
    const ranked = [...columns, { title: 'Created', flexible: false, dropRank: 103 }, { title: 'Step', flexible: false, dropRank: 4 }];
    const row = ['0123456789ab', 'a title of some length', 'digest', '2026-11-28 17:47:29', 'outline'];
    const { text, dropped } = renderTable(ranked, [row], { ...options, width: 60 });
    expect(dropped).toEqual(['Created']);
    expect(text.split('\n')[1]).toBe('0123456789ab  a title of some length  digest  outline');
    expect(renderTable(ranked, [row], { ...options, width: 45 }).dropped).toEqual(['Created', 'Step']);
  });

  it('drops columns without a value before others', () => {
    const some = [
      { title: 'ID', flexible: false },
      { title: 'Step', flexible: false, dropRank: 4 },
      { title: 'Created', flexible: false, dropRank: 103 },
    ];
    const rows = ['a', 'b'].map((id) => [id, '–', '2026-11-23 09:00:00']);
    expect(renderTable(some, rows, { ...options, width: 25 }).dropped).toEqual(['Step']);
    const started = [...rows, ['c', 'draft', '2026-11-23 09:00:00']];
    expect(renderTable(some, started, { ...options, width: 25 }).dropped).toEqual(['Created']);
  });

  it('wraps a sentence', () => {
    const wide = [
      { title: 'Code', flexible: false },
      { title: 'What', flexible: true, wrap: true },
    ];
    const { text } = renderTable(wide, [['delay', 'Not before ten o clock in the morning']], { ...options, width: 30 });
    expect(text).toBe(['Code   What', 'delay  Not before ten o clock', '       in the morning', ''].join('\n'));
  });
});

describe('wrap', () => {
  it('loses only white space, and no line exceeds the width', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 2, max: 30 }), (text, width) => {
        const lines = wrap(text, width).split('\n');
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});
