import { describe, expect, it } from '@jest/globals';
import type { Line } from '../../live/log-lines.ts';
import { LogIndex, type Numbered, pagesOf } from './log-index.ts';

const time = (second: number): string => new Date(Date.UTC(2026, 10, 30) + second * 1000).toISOString();
const lineOf = (seq: number): Numbered => ({ key: `l${seq}`, seq, at: time(seq), level: 'info', message: `line ${seq}`, engine: false });
const engineAt = (second: number): Line => ({ key: `t${second}`, at: time(second), level: 'info', message: `at ${second}`, engine: true });
const known = (...seqs: number[]) => new Map(seqs.map((seq) => [seq, lineOf(seq)]));
const rowsOf = (index: LogIndex, count = index.length) =>
  Array.from({ length: count }, (_, at) => {
    const row = index.rowAt(at);
    return 'line' in row ? row.line.key : row.seq;
  });

describe('LogIndex', () => {
  it('puts the lines of the engine between those of the handler', () => {
    const index = new LogIndex(3, known(1, 2, 3), [engineAt(0), engineAt(0.5), engineAt(2.5), engineAt(9)]);
    expect(rowsOf(index)).toEqual(['t0', 't0.5', 1, 2, 't2.5', 3, 't9']);
    expect([1, 2, 3].map((seq) => index.indexOf(seq))).toEqual([2, 3, 5]);
    expect([index.seqFrom(0), index.seqFrom(4), index.seqFrom(6)]).toEqual([1, 3, 4]);
  });

  it('leaves out a line of the engine whose place is not known yet', () => {
    const tail = new LogIndex(100_000, known(99_999, 100_000), [engineAt(0), engineAt(5), engineAt(99_999.5), engineAt(200_000)]);
    expect(tail.length).toBe(100_002);
    expect([99_998, 99_999, 100_000, 100_001].map((at) => tail.rowAt(at))).toEqual([
      { seq: 99_999 },
      { line: engineAt(99_999.5) },
      { seq: 100_000 },
      { line: engineAt(200_000) },
    ]);
    const all = new LogIndex(100_000, known(1, 99_999, 100_000), [engineAt(0), engineAt(5)]);
    expect(rowsOf(all, 3)).toEqual(['t0', 1, 2]);
  });

  it('shows the lines of the engine alone while the handler has written none', () => {
    expect(rowsOf(new LogIndex(0, new Map(), [engineAt(0), engineAt(1)]))).toEqual(['t0', 't1']);
  });
});

it('reads the pages that hold the visible lines, and none past the end', () => {
  expect(pagesOf(1, 40, 100_000)).toEqual([0]);
  expect(pagesOf(480, 520, 100_000)).toEqual([0, 500]);
  expect(pagesOf(99_990, 100_040, 100_000)).toEqual([99_500]);
  expect(pagesOf(1, 10, 0)).toEqual([]);
});
