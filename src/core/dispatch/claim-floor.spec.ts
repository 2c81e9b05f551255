import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ClaimFloor, type ClaimTiming } from './claim-floor.ts';

const ALL = Number.NEGATIVE_INFINITY;
const MANY = 50_000;

function floorAfter(claims: readonly ClaimTiming[], deadRows = MANY): ClaimFloor {
  const floor = new ClaimFloor();
  for (const claim of claims) if (floor.claimed(claim)) floor.counted(deadRows);
  return floor;
}

describe('a claim floor', () => {
  it('is not used while full scans are fast, and dead rows need not be counted', () => {
    const floor = new ClaimFloor();
    expect(floor.next(0)).toBeUndefined();
    expect(floor.claimed({ from: undefined, lowest: undefined, tookMs: 24, nowMs: 24 })).toBe(false);
    expect([floor.next(24), floor.isActive]).toEqual([undefined, false]);
  });

  it('is not used when full scans are slow without dead rows', () => {
    const floor = floorAfter([{ from: undefined, lowest: undefined, tookMs: 100, nowMs: 100 }], MANY - 1);
    expect(floor.next(100)).toBeUndefined();
  });

  it('is a second below the lowest rank that the last claim took, once a full scan was slow', () => {
    const claims: ClaimTiming[] = [{ from: undefined, lowest: undefined, tookMs: 100, nowMs: 100 }];
    expect([floorAfter(claims).next(100), floorAfter(claims).isActive]).toEqual([ALL, true]);
    claims.push({ from: ALL, lowest: 1_000, tookMs: 100, nowMs: 200 });
    expect(floorAfter(claims).next(200)).toBe(999);
    claims.push({ from: 999, lowest: 1_007, tookMs: 1, nowMs: 201 });
    expect(floorAfter(claims).next(201)).toBe(1_006);
    claims.push({ from: 1_006, lowest: undefined, tookMs: 1, nowMs: 202 });
    expect(floorAfter(claims).next(202)).toBe(1_006);
  });

  it('asks for the dead rows after a full scan from 25 ms on, and not after another claim', () => {
    const floor = floorAfter([{ from: ALL, lowest: 1_000, tookMs: 25, nowMs: 100 }]);
    expect(floor.claimed({ from: 999, lowest: 1_000, tookMs: 100, nowMs: 200 })).toBe(false);
    expect(floor.claimed({ from: ALL, lowest: 1_000, tookMs: 25, nowMs: 1_200 })).toBe(true);
    expect(floor.isActive).toBe(true);
  });

  it('stays after a full scan that found nothing', () => {
    const floor = floorAfter([
      { from: ALL, lowest: 1_000, tookMs: 100, nowMs: 100 },
      { from: ALL, lowest: undefined, tookMs: 100, nowMs: 1_100 },
    ]);
    expect(floor.next(1_100)).toBe(999);
  });

  it.each([
    [100, 900],
    [5_000, 10_000],
  ])('is left out again after a full scan of %d ms and %d ms', (tookMs, pauseMs) => {
    const floor = floorAfter([{ from: ALL, lowest: 1_000, tookMs, nowMs: 0 }]);
    expect([floor.next(pauseMs - 1), floor.next(pauseMs)]).toEqual([999, ALL]);
  });

  it('ends when a full scan is fast', () => {
    const floor = floorAfter([
      { from: ALL, lowest: 1_000, tookMs: 100, nowMs: 100 },
      { from: ALL, lowest: 1_001, tookMs: 24, nowMs: 2_000 },
    ]);
    expect(floor.next(2_000)).toBeUndefined();
  });

  it('is used for less than nine durations of a full scan after it, and 10 s, whatever claims took', () => {
    const claims = fc.array(
      fc.record({
        pauseMs: fc.nat(4_000),
        tookMs: fc.nat(2_000),
        lowest: fc.option(fc.nat(1_000), { nil: undefined }),
        dead: fc.nat(100_000),
      }),
    );
    fc.assert(
      fc.property(claims, (steps) => {
        const floor = new ClaimFloor();
        let nowMs = 0;
        let fullScan = { endedAt: 0, tookMs: 0 };
        for (const { pauseMs, tookMs, lowest, dead } of steps) {
          nowMs += pauseMs;
          const from = floor.next(nowMs);
          const isFullScan = from === undefined || from === ALL;
          expect(isFullScan || nowMs - fullScan.endedAt < Math.min(9 * fullScan.tookMs, 10_000)).toBe(true);
          nowMs += tookMs;
          if (isFullScan) fullScan = { endedAt: nowMs, tookMs };
          if (floor.claimed({ from, lowest, tookMs, nowMs })) floor.counted(dead);
        }
      }),
    );
  });
});
