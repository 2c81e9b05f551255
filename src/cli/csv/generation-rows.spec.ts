import { describe, expect, it } from '@jest/globals';
import { readCsvRows } from './csv-table.ts';
import { readGenerationRows } from './generation-rows.ts';

const read = (text: string) => readGenerationRows(readCsvRows(text));
const faults = (text: string) => read(text).errors.map(({ line, column, detail }) => `${line} ${column}: ${detail}`);

describe('readGenerationRows', () => {
  it('reads the five columns in any order, with the line of each row', () => {
    const text = 'topic,account_id,auto_approve,priority,keywords\r\n"Two\r\nlines",notes,TRUE,high,"a, b；c"\r\n\r\nTides,blog,,,\r\n';
    expect(read(text)).toEqual({
      errors: [],
      unusable: false,
      rows: [
        { line: 2, account: 'notes', topic: 'Two\nlines', keywords: ['a', 'b', 'c'], priority: 8, autoApprove: true },
        { line: 5, account: 'blog', topic: 'Tides', keywords: [], priority: undefined, autoApprove: undefined },
      ],
    });
  });

  it('reads Chinese headers, and tabs as Excel writes them into UTF-16', () => {
    expect(read('账号\t主题\t关键词\t优先级\t自动审核\nnotes\t潮汐\t月、海\t10\t否\n').rows).toEqual([
      { line: 2, account: 'notes', topic: '潮汐', keywords: ['月', '海'], priority: 10, autoApprove: false },
    ]);
  });

  it('names each fault with its line and column', () => {
    const text = `account_id,topic,keywords,priority,auto_approve\n,Tides,,,\nnotes,,,11,maybe\nnotes,ok,,,\nnotes,${'x'.repeat(301)},,low,\nnotes,a,b,c,no,e\n`;
    expect(faults(text)).toEqual([
      '2 account_id: is empty',
      '3 topic: is empty',
      '3 priority: is "11", not 1 to 10 or low, medium, high, urgent',
      '3 auto_approve: is "maybe", not true or false',
      '5 topic: has 301 characters, at most 300 are allowed',
      '6 null: has 6 cells for 5 columns: put a cell with a comma into quotation marks',
      '6 priority: is "c", not 1 to 10 or low, medium, high, urgent',
    ]);
    expect(read(text).rows.map(({ line }) => line)).toEqual([4]);
  });

  it.each([
    ['', '1 null: the file is empty: its first line names the columns'],
    ['account_id,topic\n', '2 null: there are no lines after the header'],
    ['acount_id,topic\na,b\n', '1 acount_id: is no column: did you mean account_id?'],
    ['account_id,topic,topic\na,b,c\n', '1 topic: is there twice'],
    ['topic\na\n', '1 account_id: is missing in the first line'],
  ])('cannot use %j', (text, fault) => {
    expect(faults(text)[0]).toBe(fault);
    expect(read(text).unusable).toBe(true);
  });
});
