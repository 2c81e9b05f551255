import { describe, expect, it } from '@jest/globals';
import { csvOf, readAll } from './csv.ts';

describe('csvOf', () => {
  it('begins with a byte order mark and ends lines as spreadsheets expect', () => {
    expect(csvOf(['标题', 'n'], [['茶', 1]])).toBe('\uFEFF标题,n\r\n茶,1\r\n');
  });

  it('makes formulas harmless, also those of wide signs, and leaves numbers alone', () => {
    const cells = ['=1+1', '+8613800000000', '-1', '@SUM(A1)', '＝A1', '\tx', -1, 0, true, null, undefined, 'a-b'];
    expect(csvOf([], [cells]).split('\r\n')[1]).toBe("'=1+1,'+8613800000000,'-1,'@SUM(A1),'＝A1,'\tx,-1,0,true,,,a-b");
  });

  it('quotes what would break a line', () => {
    expect(csvOf([], [['a,b', 'say "x"', 'two\nlines', { a: 1 }]]).split('\uFEFF\r\n')[1]).toBe(
      '"a,b","say ""x""","two\nlines","{""a"":1}"\r\n',
    );
  });
});

describe('readAll', () => {
  const pages: Record<string, { items: number[]; nextCursor: string | null }> = {
    '': { items: [1, 2], nextCursor: 'b' },
    b: { items: [3, 4], nextCursor: 'c' },
    c: { items: [5], nextCursor: null },
  };
  const asked: (string | undefined)[] = [];
  const read = (cursor: string | undefined) => {
    asked.push(cursor);
    return Promise.resolve(pages[cursor ?? ''] as (typeof pages)['']);
  };

  it('reads every page once and says how far it is', async () => {
    const progress: number[] = [];
    const { signal } = new AbortController();
    const all = await readAll(read, { signal, onRead: (rows) => progress.push(rows) });
    expect(all).toEqual({ rows: [1, 2, 3, 4, 5], isCut: false });
    expect([asked, progress]).toEqual([
      [undefined, 'b', 'c'],
      [2, 4, 5],
    ]);
  });

  it('stops at the most rows, and when it is cancelled', async () => {
    const { signal } = new AbortController();
    expect(await readAll(read, { signal, onRead: () => undefined, most: 3 })).toEqual({ rows: [1, 2, 3], isCut: true });
    const stop = new AbortController();
    await expect(readAll(read, { signal: stop.signal, onRead: () => stop.abort() })).rejects.toThrow(/abort/i);
  });
});
