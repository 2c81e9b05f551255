import { describe, expect, it, jest } from '@jest/globals';
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

  it('fails all rows at once in an outage, after one more try of the batch', async () => {
    const batches: number[] = [];
    const lost = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const batcher = new StatementBatcher<number, number>({
      run: (rows) => {
        batches.push(rows.length);
        return Promise.reject(lost);
      },
    });
    const settled = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => batcher.add(n)));
    expect(settled).toEqual(Array.from({ length: 20 }, () => ({ status: 'rejected', reason: lost })));
    expect(batches).toEqual([20, 20]);
  });

  it('answers all rows by the second try when only a connection was lost', async () => {
    let tries = 0;
    const batcher = new StatementBatcher<number, number>({
      run: (rows) => (++tries === 1 ? Promise.reject(new Error('Connection terminated unexpectedly')) : Promise.resolve(rows)),
    });
    expect(await Promise.all([1, 2, 3].map((n) => batcher.add(n)))).toEqual([1, 2, 3]);
    expect(tries).toBe(2);
  });

  it('lets the rows left share the error of their batch after 10 s of tries one by one', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    let tries = 0;
    const locked = Object.assign(new Error('canceling statement due to lock timeout'), { code: '55P03' });
    const batcher = new StatementBatcher<number, number>({
      run: async () => {
        tries += 1;
        jest.advanceTimersByTime(4_000);
        throw locked;
      },
    });
    const settled = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => batcher.add(n)));
    jest.useRealTimers();
    expect(settled.every(({ status }) => status === 'rejected')).toBe(true);
    expect(tries).toBe(1 + 3);
  });

  it('lets a bad row fail alone', async () => {
    const batcher = new StatementBatcher<number, number>({
      run: (rows) => (rows.includes(13) ? Promise.reject(new Error('unlucky')) : Promise.resolve(rows)),
    });
    const settled = await Promise.allSettled([12, 13, 14].map((n) => batcher.add(n)));
    expect(settled.map((s) => s.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});
