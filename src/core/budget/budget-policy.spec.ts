import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type BudgetState, decideCall, isNearlySpent } from './budget-policy.ts';

const start = new Date('2026-11-29T00:00:00Z');
const day = { start, end: new Date('2026-11-30T00:00:00Z') };
const month = { start: new Date('2026-11-01T00:00:00Z'), end: new Date('2026-12-01T00:00:00Z') };
const budget = (changes: Partial<BudgetState> = {}): BudgetState => ({
  id: 'b',
  currency: 'USD',
  amountMicros: 1_000,
  warnPercent: 80,
  window: day,
  spentMicros: 0,
  reservedMicros: 0,
  ...changes,
});
const usd = (micros: number) => ({ micros, currency: 'USD' });

describe('a call', () => {
  it('is granted exactly when it fits into every budget', () => {
    const amounts = fc.nat(2_000);
    const budgets = fc.array(fc.record({ amountMicros: amounts, spentMicros: amounts, reservedMicros: amounts }), { maxLength: 4 });
    fc.assert(
      fc.property(fc.nat(2_000), budgets, (cost, given) => {
        const states = given.map((one) => budget(one));
        const fits = states.every((one) => one.spentMicros + one.reservedMicros + cost <= one.amountMicros);
        expect(decideCall(usd(cost), states).kind === 'granted').toBe(fits);
      }),
    );
  });

  it('of an unknown cost, or of a cost in another currency, is refused as soon as a budget covers it', () => {
    expect(decideCall(null, [])).toEqual({ kind: 'granted' });
    expect(decideCall(null, [budget()])).toMatchObject({ kind: 'unpriced' });
    expect(decideCall({ micros: 1, currency: 'CNY' }, [budget()])).toMatchObject({ kind: 'unpriced', budget: { currency: 'USD' } });
  });

  it('waits for the window that opens last', () => {
    const spent = { spentMicros: 1_000 };
    const states = [budget({ id: 'day', ...spent }), budget({ id: 'month', window: month, ...spent }), budget({ id: 'free' })];
    expect(decideCall(usd(1), states)).toMatchObject({ kind: 'exceeded', budget: { id: 'month' }, retryAt: month.end });
  });

  it('waits for no window when the calls that have not ended may leave enough', () => {
    expect(decideCall(usd(200), [budget({ spentMicros: 800, reservedMicros: 200 })])).toMatchObject({ kind: 'exceeded', retryAt: null });
    expect(decideCall(usd(201), [budget({ spentMicros: 800, reservedMicros: 200 })])).toMatchObject({ retryAt: day.end });
    const states = [budget({ id: 'busy', reservedMicros: 1_000 }), budget({ id: 'spent', spentMicros: 1_000 })];
    expect(decideCall(usd(1), states)).toMatchObject({ budget: { id: 'spent' }, retryAt: day.end });
  });

  it('of no cost passes a budget of 0, which stops all others', () => {
    expect(decideCall(usd(0), [budget({ amountMicros: 0 })]).kind).toBe('granted');
    expect(decideCall(usd(1), [budget({ amountMicros: 0 })]).kind).toBe('exceeded');
  });
});

it('a budget is nearly spent from its percentage on, without its reservations', () => {
  expect([799, 800, 801].map((spentMicros) => isNearlySpent(budget({ spentMicros })))).toEqual([false, true, true]);
  expect(isNearlySpent(budget({ reservedMicros: 1_000 }))).toBe(false);
  expect(isNearlySpent(budget({ amountMicros: 0 }))).toBe(false);
});
