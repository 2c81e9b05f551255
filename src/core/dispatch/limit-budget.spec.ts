import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hasCapacity, type LimitState, limitBudgetOf } from './limit-budget.ts';

const state = (given: Partial<LimitState>): LimitState => ({
  key: 'k',
  maxRunning: null,
  rateCount: null,
  ratePeriodMs: null,
  tokens: null,
  elapsedMs: null,
  ...given,
});

describe('the budget of a key', () => {
  it.each([{}, { rateCount: 5 }, { ratePeriodMs: 1_000 }])('is unlimited without a limit and a whole rate: %j', (given) => {
    expect(limitBudgetOf(state(given), 3)).toEqual({
      key: 'k',
      slots: Number.POSITIVE_INFINITY,
      tokens: Number.POSITIVE_INFINITY,
      bucketTokens: null,
      nextTokenMs: null,
    });
  });

  it('is the limit less the running tasks', () => {
    expect(limitBudgetOf(state({ maxRunning: 3 }), 1).slots).toBe(2);
  });

  it('is 0 when more tasks run than a lowered limit allows', () => {
    const budget = limitBudgetOf(state({ maxRunning: 3 }), 5);
    expect(budget.slots).toBe(0);
    expect(hasCapacity(budget)).toBe(false);
  });

  it('refills its bucket over time, up to its size', () => {
    const rate = { rateCount: 10, ratePeriodMs: 1_000 };
    expect(limitBudgetOf(state({ ...rate, tokens: 0, elapsedMs: 250 }), 0)).toMatchObject({
      tokens: 2,
      bucketTokens: 2.5,
      nextTokenMs: 50,
    });
    expect(limitBudgetOf(state({ ...rate, tokens: 4, elapsedMs: 60_000 }), 0)).toMatchObject({ tokens: 10, bucketTokens: 10 });
  });

  it('loses no tokens when the clock goes back', () => {
    expect(limitBudgetOf(state({ rateCount: 10, ratePeriodMs: 1_000, tokens: 3, elapsedMs: -5_000 }), 0).tokens).toBe(3);
  });

  it('starts no more tasks than the initial tokens plus the refill', () => {
    const rates = fc.record({ rateCount: fc.integer({ min: 1, max: 50 }), ratePeriodMs: fc.integer({ min: 1, max: 5_000 }) });
    const claims = fc.array(fc.record({ after: fc.integer({ min: 0, max: 2_000 }), wanted: fc.integer({ min: 0, max: 30 }) }));
    fc.assert(
      fc.property(rates, claims, (rate, all) => {
        let tokens = rate.rateCount;
        let started = 0;
        let passed = 0;
        for (const { after, wanted } of all) {
          const budget = limitBudgetOf(state({ ...rate, tokens, elapsedMs: after }), 0);
          const taken = Math.min(wanted, budget.tokens);
          tokens = Math.max(0, (budget.bucketTokens ?? 0) - taken);
          started += taken;
          passed += after;
          expect(started).toBeLessThanOrEqual(rate.rateCount + (passed * rate.rateCount) / rate.ratePeriodMs + 1e-6);
        }
      }),
    );
  });
});
