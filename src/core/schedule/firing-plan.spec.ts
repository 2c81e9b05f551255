import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MISFIRE_POLICIES, type MisfirePolicy, ON_TIME_MS, planFirings, skippedRange } from './firing-plan.ts';
import { decideOverlap, LONGEST_QUEUE, OVERLAP_POLICIES } from './overlap.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.UTC(2026, 0, 1, 12);
const plan = (misfire: MisfirePolicy, everyMs: number, lateMs: number, catchUpMs = HOUR) => {
  const next = (after: Date) => new Date(START + (Math.floor((after.getTime() - START) / everyMs) + 1) * everyMs);
  return planFirings({ due: new Date(START), now: new Date(START + lateMs), misfire, catchUpMs, next, delayOf: () => 0 });
};
const seconds = (times: readonly Date[]) => times.map((time) => (time.getTime() - START) / 1_000);

describe('due times that have come', () => {
  it.each(MISFIRE_POLICIES)('fire each while they are on time, with misfire %s', (misfire) => {
    const { fire, skipped, nextDue } = plan(misfire, 1_000, 3_500);
    expect([seconds(fire), skipped, nextDue]).toEqual([[0, 1, 2, 3], [], new Date(START + 4_000)]);
  });

  it('skip: misfires do not fire', () => {
    const { fire, skipped } = plan('skip', 10 * MINUTE, 35 * MINUTE);
    expect([fire, skipped.map(({ reason }) => reason)]).toEqual([[], Array(4).fill('misfire_skip')]);
  });

  it('last: the newest one fires', () => {
    const { fire, skipped } = plan('last', 10 * MINUTE, 35 * MINUTE);
    expect([seconds(fire), skipped.map(({ reason }) => reason)]).toEqual([[1_800], Array(3).fill('superseded')]);
  });

  it('last: no misfire fires beside one that is on time', () => {
    expect(seconds(plan('last', 10 * MINUTE, 30 * MINUTE).fire)).toEqual([1_800]);
  });

  it('all: those within the window fire', () => {
    const { fire, skipped } = plan('all', 10 * MINUTE, 85 * MINUTE);
    expect([seconds(fire), skipped.map(({ reason }) => reason)]).toEqual([
      [1_800, 2_400, 3_000, 3_600, 4_200, 4_800],
      Array(3).fill('outside_window'),
    ]);
  });

  it('all: at most the newest 100', () => {
    const { fire, skipped } = plan('all', 10_000, HOUR);
    expect([fire.length, fire.at(-1), skipped]).toEqual([
      100,
      new Date(START + HOUR),
      [{ dueAt: new Date(START), reason: 'misfire_limit', untilAt: fire[0], count: 261 }],
    ]);
  });

  it.each(MISFIRE_POLICIES)('of a year are planned quickly, with misfire %s', (misfire) => {
    const cpu = process.threadCpuUsage();
    const { fire, skipped, nextDue } = plan(misfire, 1_000, 365 * 24 * HOUR);
    const { user } = process.threadCpuUsage(cpu);
    expect([fire.length <= 100, skipped[0]?.count, nextDue]).toEqual([true, null, new Date(START + 365 * 24 * HOUR + 1_000)]);
    expect(user).toBeLessThan(2_000_000);
  });

  it('are on time up to 10 s late, and within the window up to its end', () => {
    expect([plan('skip', HOUR, ON_TIME_MS), plan('skip', HOUR, ON_TIME_MS + 1)].map(({ fire }) => fire.length)).toEqual([1, 0]);
    expect([plan('all', HOUR, HOUR), plan('all', HOUR, HOUR + 1)].map(({ fire }) => fire.length)).toEqual([2, 1]);
    expect(plan('all', 1_000, ON_TIME_MS).fire).toHaveLength(11);
  });

  it.each([
    ['skip', HOUR, 'misfire_skip'],
    ['all', 98_999, 'outside_window'],
    ['all', 99_000, 'misfire_limit'],
    ['last', HOUR, 'superseded'],
  ] as const)('that are older than the newest 100 are skipped, with misfire %s and a window of %i ms: %s', (misfire, window, reason) => {
    expect(plan(misfire, 1_000, HOUR, window).skipped[0]).toMatchObject({ dueAt: new Date(START), reason });
  });

  it('fire after their delay, and are late from then on', () => {
    const delayed = (lateMs: number, misfire: MisfirePolicy = 'skip') =>
      planFirings({
        due: new Date(START),
        now: new Date(START + lateMs),
        misfire,
        catchUpMs: HOUR,
        next: () => null,
        delayOf: () => 5_000,
      });
    expect(delayed(4_999)).toEqual({ fire: [], skipped: [], nextDue: new Date(START) });
    expect(delayed(5_000)).toEqual({ fire: [new Date(START)], skipped: [], nextDue: null });
    expect([15_000, 15_001].map((lateMs) => delayed(lateMs).fire.length)).toEqual([1, 0]);
  });

  it('are counted up to 1,000 in a range, which has no end when it is one due time', () => {
    const until = (seconds: number) => {
      const next = (after: Date) => new Date(after.getTime() + 1_000);
      return skippedRange(new Date(START), new Date(START + seconds * 1_000), next, 'paused');
    };
    const dueAt = new Date(START);
    expect(until(1)).toEqual({ dueAt, reason: 'paused', untilAt: null, count: 1 });
    expect(until(1_000)).toEqual({ dueAt, reason: 'paused', untilAt: new Date(START + 1_000_000), count: 1_000 });
    expect(until(1_001).count).toBeNull();
    expect(skippedRange(dueAt, new Date(START + HOUR), () => null, 'paused').count).toBe(1);
  });

  it('are each fired or recorded once', () => {
    const policies = fc.constantFrom(...MISFIRE_POLICIES);
    fc.assert(
      fc.property(
        policies,
        fc.integer({ min: 1, max: 600 }),
        fc.integer({ min: 0, max: 9_000 }),
        fc.integer({ min: 0, max: 9_000 }),
        (misfire, every, late, window) => {
          const { fire, skipped, nextDue } = plan(misfire, every * 1_000, late * 1_000, window * 1_000);
          const counted = skipped.reduce((sum, { count }) => sum + (count ?? 0), 0);
          const expected = Math.floor(late / every) + 1;
          const isCounted = skipped.every(({ count }) => count !== null);
          expect(isCounted ? fire.length + counted : expected).toBe(expected);
          expect(fire.length).toBeLessThanOrEqual(100);
          expect(nextDue).toEqual(new Date(START + expected * every * 1_000));
          const oldest = START + late * 1_000 - Math.max(window * 1_000, ON_TIME_MS);
          expect(fire.every((due) => due.getTime() >= oldest)).toBe(true);
        },
      ),
    );
  });
});

describe('firings while a task of the schedule runs', () => {
  const ids = () => {
    let n = 0;
    return () => `new-${(n += 1)}`;
  };

  it('skip: fires when no task is unfinished, and then once', () => {
    expect(decideOverlap('skip', ['a'], ['old'], ids())).toEqual({
      fire: [],
      skipped: [{ firing: 'a', reason: 'still_running' }],
      cancel: [],
    });
    const { fire, skipped } = decideOverlap('skip', ['a', 'b'], [], ids());
    expect([fire.map(({ firing }) => firing), skipped.map(({ firing }) => firing)]).toEqual([['a'], ['b']]);
  });

  it('queue: each waits for the one before it', () => {
    const { fire, cancel } = decideOverlap('queue', ['a', 'b'], ['oldest', 'older', 'old'], ids());
    expect(cancel).toEqual([]);
    expect(decideOverlap('queue', ['a'], [], ids()).fire[0]?.waitsFor).toBeNull();
    expect(fire.map(({ taskId, waitsFor }) => [taskId, waitsFor])).toEqual([
      ['new-1', 'old'],
      ['new-2', 'new-1'],
    ]);
  });

  it('queue: holds at most 100', () => {
    const live = Array.from({ length: LONGEST_QUEUE - 1 }, (_, i) => `old-${i}`);
    const { fire, skipped } = decideOverlap('queue', ['a', 'b'], live, ids());
    expect([fire.length, skipped]).toEqual([1, [{ firing: 'b', reason: 'queue_full' }]]);
  });

  it('allow: fires all', () => {
    expect(decideOverlap('allow', ['a', 'b'], ['old'], ids())).toEqual({
      fire: [
        { firing: 'a', taskId: 'new-1', waitsFor: null },
        { firing: 'b', taskId: 'new-2', waitsFor: null },
      ],
      skipped: [],
      cancel: [],
    });
  });

  it('cancel_previous: the newest replaces what runs', () => {
    const { fire, skipped, cancel } = decideOverlap('cancel_previous', ['a', 'b'], ['old'], ids());
    expect([fire.map(({ firing }) => firing), skipped, cancel]).toEqual([['b'], [{ firing: 'a', reason: 'superseded' }], ['old']]);
    expect(decideOverlap('cancel_previous', [], ['old'], ids()).cancel).toEqual([]);
  });

  it('each firing has one decision', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...OVERLAP_POLICIES),
        fc.array(fc.nat(), { maxLength: 120 }),
        fc.array(fc.uuid(), { maxLength: 120 }),
        (policy, firings, live) => {
          const { fire, skipped } = decideOverlap(policy, firings, live, ids());
          expect(fire.length + skipped.length).toBe(firings.length);
        },
      ),
    );
  });
});
