import { describe, expect, it } from '@jest/globals';
import { StatementBatcher } from './statement-batcher.ts';

describe('StatementBatcher', () => {
  it('sends rows of one turn together and answers each its own', async () => {
    const batches: number[][] = [];
    const batcher = new StatementBatcher<number, string>({
      run: (rows) => {
        batches.push(rows);
        return Promise.resolve(rows.map((n) => `#${n}`));
      },
    });
    expect(await Promise.all([1, 2, 3].map((n) => batcher.add(n)))).toEqual(['#1', '#2', '#3']);
    expect(batches).toEqual([[1, 2, 3]]);
  });

  it('keeps to its bounds and loses no row', async () => {
    let inFlight = 0;
    let most = 0;
    const batcher = new StatementBatcher<number, number>({
      maxRows: 10,
      maxInFlight: 2,
      run: async (rows) => {
        most = Math.max(most, ++inFlight);
        expect(rows.length).toBeLessThanOrEqual(10);
        await new Promise((ok) => setImmediate(ok));
        inFlight--;
        return rows;
      },
    });
    const wanted = Array.from({ length: 95 }, (_, i) => i);
    expect(await Promise.all(wanted.map((n) => batcher.add(n)))).toEqual(wanted);
    expect(most).toBe(2);
  });

  it('lets a bad row fail alone', async () => {
    const batcher = new StatementBatcher<number, number>({
      run: (rows) => (rows.includes(13) ? Promise.reject(new Error('unlucky')) : Promise.resolve(rows)),
    });
    const settled = await Promise.allSettled([12, 13, 14].map((n) => batcher.add(n)));
    expect(settled.map((s) => s.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});
