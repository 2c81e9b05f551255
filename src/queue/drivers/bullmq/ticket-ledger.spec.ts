import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TicketLedger } from './ticket-ledger.ts';

describe('TicketLedger', () => {
  it('owes the tickets of what was claimed without them', () => {
    const ledger = new TicketLedger();
    expect(ledger.endClaim(ledger.beginClaim(), 7, 10)).toBe(0);
    expect(ledger.fetched(5, 5)).toBe(0);
    expect([ledger.owed, ledger.atHand]).toEqual([2, 0]);
    expect(ledger.fetched(5, 5)).toBe(3);
    expect([ledger.owed, ledger.atHand]).toEqual([0, 3]);
  });

  it('rings again for the rest when every slot is taken, and for nothing when nothing more was ready', () => {
    const ledger = new TicketLedger();
    ledger.fetched(50, 50);
    expect(ledger.endClaim(ledger.beginClaim(), 10, 10)).toBe(40);
    ledger.fetched(50, 50);
    expect(ledger.endClaim(ledger.beginClaim(), 10, 60)).toBe(0);
    expect([ledger.owed, ledger.atHand]).toEqual([0, 0]);
  });

  it('keeps what is fetched during a claim for the next one', () => {
    const ledger = new TicketLedger();
    const seen = ledger.beginClaim();
    ledger.fetched(4, 4);
    expect([ledger.endClaim(seen, 0, 10), ledger.atHand]).toEqual([0, 4]);
  });

  it('takes a ticket that proves stale for one it owes', () => {
    const ledger = new TicketLedger();
    ledger.endClaim(ledger.beginClaim(), 3, 10);
    expect(ledger.fetched(2, 0)).toBe(2);
    expect([ledger.endClaim(ledger.beginClaim(), 0, 10), ledger.owed]).toEqual([0, 1]);
  });

  it('leaves tickets for all tasks that are ready, in whatever order it fetches and claims', () => {
    const step = fc.record({
      kind: fc.constantFrom('submit' as const, 'fetch' as const, 'claim' as const),
      count: fc.integer({ min: 1, max: 60 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const ledger = new TicketLedger();
        const tickets: number[] = [];
        let ready = 0;
        for (const { kind, count } of steps) {
          if (kind === 'submit') {
            ready += count;
            for (let left = count; left > 0; left -= 50) tickets.push(Math.min(50, left));
          } else if (kind === 'fetch') {
            const ticket = tickets.shift();
            if (ticket === undefined) ledger.drained();
            else ledger.fetched(ticket, Math.min(ticket, count - 1));
          } else {
            const claimed = Math.min(ready, count);
            ready -= claimed;
            const rest = ledger.endClaim(ledger.beginClaim(), claimed, count);
            if (rest > 0) tickets.push(rest);
          }
          const told = tickets.reduce((sum, ids) => sum + ids, ledger.atHand);
          expect(told - ledger.owed).toBeGreaterThanOrEqual(ready);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
