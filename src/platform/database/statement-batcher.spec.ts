import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { runInTrace } from '../telemetry/tracing/trace-scope.ts';
import { type SpanOptions, useTracing } from '../telemetry/tracing/tracing.ts';
import { StatementBatcher } from './statement-batcher.ts';

describe('StatementBatcher', () => {
  afterEach(() => {
    jest.useRealTimers();
    useTracing(undefined);
  });

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

  it('links the span of a statement to the recorded spans of its rows', async () => {
    const started: SpanOptions[] = [];
    const span = { traceContext: null, setName: () => undefined, set: () => undefined, fail: () => undefined, end: () => undefined };
    useTracing({
      start: (_name, options) => {
        started.push(options);
        return span;
      },
      stop: () => Promise.resolve(),
    });
    const batcher = new StatementBatcher<number, number>({ span: 'insert', run: (rows) => Promise.resolve(rows) });
    const contextOf = (n: number, flags: string) => `00-${`${n}`.repeat(32)}-${`${n}`.repeat(16)}-${flags}`;
    const add = (n: number, flags: string) => runInTrace({ traceContext: contextOf(n, flags) }, () => batcher.add(n));
    await Promise.all([add(1, '00'), add(2, '01'), add(3, '01'), batcher.add(4)]);
    await batcher.add(5);
    const links = [contextOf(2, '01'), contextOf(3, '01')];
    expect(started).toEqual([{ kind: 'client', parent: links[0], links, attributes: { 'db.operation.batch.size': 4 } }]);
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

  it.each(['55P03', '40P01', '25006'])('never splits a batch that fails for the passing reason %s', async (code) => {
    const batches: number[] = [];
    const passing = Object.assign(new Error('a passing reason'), { code });
    const batcher = new StatementBatcher<number, number>({
      run: (rows) => {
        batches.push(rows.length);
        return Promise.reject(passing);
      },
    });
    const settled = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => batcher.add(n)));
    expect(settled).toEqual(Array.from({ length: 20 }, () => ({ status: 'rejected', reason: passing })));
    expect(batches).toEqual([20]);
  });

  it('rejects the rest of a split batch when the database goes away meanwhile', async () => {
    const batches: number[][] = [];
    const lost = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const bad = new Error('unlucky');
    const batcher = new StatementBatcher<number, number>({
      run: (rows) => {
        batches.push(rows);
        if (rows.includes(2)) return Promise.reject(rows.length > 1 ? bad : lost);
        return Promise.resolve(rows);
      },
    });
    const settled = await Promise.allSettled([1, 2, 3].map((n) => batcher.add(n)));
    expect(settled.map((one) => (one.status === 'rejected' ? one.reason : one.value))).toEqual([1, lost, lost]);
    expect(batches).toEqual([[1, 2, 3], [1], [2], [2]]);
  });

  it('rejects each of 200 rows within 2.5 s while every connection takes 2 s to fail', async () => {
    jest.useFakeTimers();
    const batcher = new StatementBatcher<number, number>({
      repeatMs: 2_000,
      maxRows: 20,
      run: () => new Promise((_, no) => setTimeout(() => no(new Error('timeout exceeded when trying to connect')), 2_000)),
    });
    const waits: Promise<number>[] = [];
    for (let n = 0; n < 200; n++) {
      const since = performance.now();
      waits.push(
        batcher.add(n).then(
          () => Number.NaN,
          () => performance.now() - since,
        ),
      );
      if (n % 20 === 19) await jest.advanceTimersByTimeAsync(150);
    }
    await jest.advanceTimersByTimeAsync(10_000);
    expect(Math.max(...(await Promise.all(waits)))).toBeLessThanOrEqual(2_500);
  });

  it('repeats a batch while its oldest row may wait, and then answers', async () => {
    let tries = 0;
    const batcher = new StatementBatcher<number, number>({
      repeatMs: 2_000,
      run: (rows) => (++tries < 4 ? Promise.reject(new Error('Connection terminated unexpectedly')) : Promise.resolve(rows)),
    });
    expect(await Promise.all([1, 2].map((n) => batcher.add(n)))).toEqual([1, 2]);
    expect(tries).toBe(4);
  });

  it('ends a batch before it exceeds 8 MB, and sends a larger row alone', async () => {
    const batches: number[][] = [];
    const batcher = new StatementBatcher<number, number>({
      sizeOf: (megabytes) => megabytes * 1_048_576,
      run: (rows) => {
        batches.push(rows);
        return Promise.resolve(rows);
      },
    });
    const sizes = [3, 3, 3, 9, 4, 4, 1];
    expect(await Promise.all(sizes.map((size) => batcher.add(size)))).toEqual(sizes);
    expect(batches).toEqual([[3, 3], [3], [9], [4, 4], [1]]);
  });

  it('lets a bad row fail alone', async () => {
    const batcher = new StatementBatcher<number, number>({
      run: (rows) => (rows.includes(13) ? Promise.reject(new Error('unlucky')) : Promise.resolve(rows)),
    });
    const settled = await Promise.allSettled([12, 13, 14].map((n) => batcher.add(n)));
    expect(settled.map((s) => s.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});
