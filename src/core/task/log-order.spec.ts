import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countUpTo, inOrderOfTime } from './log-order.ts';

const line = (seq: number, ms: number) => ({ seq, timestamp: new Date(ms) });
const transition = (version: number, reason: string, ms: number) => ({ version, reason, at: new Date(ms) });
const names = (items: readonly ({ seq: number } | { version: number })[]) =>
  items.map((item) => ('seq' in item ? `l${item.seq}` : `t${item.version}`));

describe('inOrderOfTime', () => {
  it('puts a start before and an end after the lines of the same millisecond', () => {
    const transitions = [transition(1, 'submit', 5), transition(2, 'claim', 10), transition(3, 'complete', 20)];
    expect(names(inOrderOfTime([line(1, 10), line(2, 20)], transitions))).toEqual(['t1', 't2', 'l1', 'l2', 't3']);
  });

  it.each([
    ['claim', 9, ['t1', 'l1']],
    ['claim', 11, ['l1', 't1']],
    ['complete', 9, ['t1', 'l1']],
    ['complete', 11, ['l1', 't1']],
  ])('puts a %s at %i ms and a line at 10 ms in the order of time', (reason, ms, order) => {
    expect(names(inOrderOfTime([line(1, 10)], [transition(1, reason, ms)]))).toEqual(order);
  });

  it('keeps the order of each list for any clocks, and loses no entry', () => {
    const times = fc.array(fc.nat(20), { maxLength: 20 });
    fc.assert(
      fc.property(times, times, (a, b) => {
        const lines = a.map((ms, i) => line(i, ms));
        const transitions = b.map((ms, i) => transition(i, i % 2 ? 'claim' : 'complete', ms));
        const merged = inOrderOfTime(lines, transitions);
        expect(merged.filter((item) => 'seq' in item)).toEqual(lines);
        expect(merged.filter((item) => 'version' in item)).toEqual(transitions);
      }),
    );
  });

  it('gives the same result when pages are merged one at a time', () => {
    const steps = fc.array(fc.nat(3), { maxLength: 20 });
    fc.assert(
      fc.property(steps, steps, fc.integer({ min: 1, max: 5 }), (a, b, size) => {
        const rising = (gaps: number[]) => gaps.map((_, i) => gaps.slice(0, i + 1).reduce((sum, gap) => sum + gap, 0));
        const lines = rising(a).map((ms, i) => line(i, ms));
        const transitions = rising(b).map((ms, i) => transition(i, i % 2 ? 'claim' : 'complete', ms));
        const paged: ({ seq: number } | { version: number })[] = [];
        let known = 0;
        for (let from = 0; from <= lines.length; from += size) {
          const page = lines.slice(from, from + size);
          const last = page.at(-1);
          const more = page.length === size;
          const rest = transitions.slice(known);
          const shown = more && last ? rest.slice(0, countUpTo(rest, last)) : rest;
          known += shown.length;
          paged.push(...inOrderOfTime(page, shown));
        }
        expect(names(paged)).toEqual(names(inOrderOfTime(lines, transitions)));
      }),
    );
  });
});
