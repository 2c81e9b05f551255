import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isOpen, type LimitState, roomOf } from './limit.ts';

const state = (given: Partial<LimitState>): LimitState => ({
  key: 'k',
  maxRunning: null,
  rateCount: null,
  ratePeriodMs: null,
  tokens: null,
  elapsedMs: null,
  ...given,
});

describe('the room of a key', () => {
  it('is what its limit leaves beside what runs', () => {
    expect(roomOf(state({ maxRunning: 3 }), 1).slots).toBe(2);
  });

  it('is none when more run than a lowered limit allows', () => {
    const room = roomOf(state({ maxRunning: 3 }), 5);
    expect(room.slots).toBe(0);
    expect(isOpen(room)).toBe(false);
  });

  it('fills its bucket with time, as far as it holds', () => {
    const rate = { rateCount: 10, ratePeriodMs: 1_000 };
    expect(roomOf(state({ ...rate, tokens: 0, elapsedMs: 250 }), 0)).toMatchObject({ passes: 2, tokens: 2.5, nextPassMs: 50 });
    expect(roomOf(state({ ...rate, tokens: 4, elapsedMs: 60_000 }), 0)).toMatchObject({ passes: 10, tokens: 10 });
  });

  it('takes nothing away when the clock goes back', () => {
    expect(roomOf(state({ rateCount: 10, ratePeriodMs: 1_000, tokens: 3, elapsedMs: -5_000 }), 0).passes).toBe(3);
  });

  it('lets no more start than the bucket held at first and what flowed into it since', () => {
    const rates = fc.record({ rateCount: fc.integer({ min: 1, max: 50 }), ratePeriodMs: fc.integer({ min: 1, max: 5_000 }) });
    const claims = fc.array(fc.record({ after: fc.integer({ min: 0, max: 2_000 }), wanted: fc.integer({ min: 0, max: 30 }) }));
    fc.assert(
      fc.property(rates, claims, (rate, all) => {
        let tokens = rate.rateCount;
        let started = 0;
        let passed = 0;
        for (const { after, wanted } of all) {
          const room = roomOf(state({ ...rate, tokens, elapsedMs: after }), 0);
          const taken = Math.min(wanted, room.passes);
          tokens = Math.max(0, (room.tokens ?? 0) - taken);
          started += taken;
          passed += after;
          expect(started).toBeLessThanOrEqual(rate.rateCount + (passed * rate.rateCount) / rate.ratePeriodMs + 1e-6);
        }
      }),
    );
  });
});
