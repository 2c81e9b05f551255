import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Call {
  from: number;
  count: number;
  at: number;
  accepted: boolean;
}
interface Ledger {
  callWriter: (folder: string) => { store(call: Call): void; close(): void };
  startWriter: (folder: string) => (n: number, at: number) => void;
}
interface Figures {
  perSecond: number;
  lastThird: number;
  p99: number;
  accepted: number;
  notDone: number;
  unsure: number;
  twice: number;
  recoveries: (number | null)[];
}
interface Crash {
  at: number;
  back: number;
}

const load = (file: string): Promise<unknown> => import(String(new URL(`../../bench/parts/pressure/${file}`, import.meta.url)));
const { callWriter, startWriter } = (await load('ledger.mjs')) as Ledger;
const { figuresOf } = (await load('figures.mjs')) as {
  figuresOf: (cell: { folder: string; start: number; end: number; events: Crash[] }) => Figures;
};
const { verdictOf } = (await load('verdict.mjs')) as {
  verdictOf: (
    row: Pick<Figures, 'perSecond' | 'lastThird' | 'notDone' | 'recoveries'>,
    clean?: { perSecond: number },
  ) => { missed: string[] };
};

describe('the figures of npm run bench -- pressure', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pressure-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Calls of ten tasks each at 0, 1,000 and 2,000 ms; the second was not accepted. Each task starts 50 ms later. */
  function record({ without = [] as number[], again = [] as number[] }): void {
    const calls = callWriter(folder);
    const started = startWriter(folder);
    for (const [i, accepted] of [true, false, true].entries()) {
      const at = i * 1_000;
      calls.store({ from: i * 10, count: 10, at, accepted });
      for (let n = i * 10; n < i * 10 + 10; n++) if (!without.includes(n)) started(n, at + 50);
    }
    calls.close();
    for (const n of again) started(n, 2_900);
  }

  it('counts each task once, with those that were not run, ran twice, or ran though their call failed', () => {
    record({ without: [3, 4, 15], again: [1, 20, 21] });
    const figures = figuresOf({ folder, start: 0, end: 3_000, events: [] });
    expect(figures).toMatchObject({ accepted: 20, notDone: 2, twice: 3, unsure: 9, perSecond: 9, lastThird: 10 });
    expect(figures.p99).toBe(Infinity);
  });

  it('measures the wait from the call, and only of calls within the measured time', () => {
    record({ without: [3] });
    expect(figuresOf({ folder, start: 500, end: 3_000, events: [] }).p99).toBe(50);
  });

  it('measures recovery to the first start after the crash was over', () => {
    record({});
    const events = [
      { at: 500, back: 900 },
      { at: 900, back: 1_500 },
      { at: 2_500, back: 2_600 },
    ];
    expect(figuresOf({ folder, start: 0, end: 3_000, events }).recoveries).toEqual([0.55, 1.15, null]);
  });

  it('ignores the incomplete last record of a killed process', () => {
    record({});
    const [file = ''] = readdirSync(folder).filter((name) => name.startsWith('starts-'));
    appendFileSync(join(folder, file), Buffer.alloc(5));
    expect(figuresOf({ folder, start: 0, end: 3_000, events: [] })).toMatchObject({ accepted: 20, notDone: 0, twice: 0 });
  });

  it('judges throughput of the cell and of its last third, recovery and lost tasks', () => {
    const clean = { perSecond: 1_000 };
    const row = { perSecond: 800, lastThird: 800, notDone: 0, recoveries: [5] };
    expect(verdictOf(row, clean).missed).toEqual([]);
    expect(verdictOf({ ...row, lastThird: 799 }, clean).missed).toEqual(['throughput']);
    expect(verdictOf({ ...row, recoveries: [1, null] }, clean).missed).toEqual(['recovery']);
    expect(verdictOf({ ...row, recoveries: [5.1], notDone: 1 }, clean).missed).toEqual(['recovery', 'lost']);
    expect(verdictOf(row).missed).toEqual([]);
  });
});
