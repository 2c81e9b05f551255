import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { afterDeath, type DeathRecord, NO_DEATHS, type RestartDecision } from './restart-policy.ts';

function deaths(lives: number[]): RestartDecision[] {
  const decisions: RestartDecision[] = [];
  let record: DeathRecord = NO_DEATHS;
  for (const livedMs of lives) {
    const decision = afterDeath(record, livedMs);
    decisions.push(decision);
    if (decision.kind === 'give-up') break;
    record = decision.record;
  }
  return decisions;
}

const delays = (decisions: RestartDecision[]) => decisions.map((decision) => (decision.kind === 'restart' ? decision.delayMs : 'give-up'));

describe('restart policy', () => {
  it('doubles the delay from 0.1 s to 10 s and stops at the tenth rapid death', () => {
    expect(delays(deaths(Array<number>(12).fill(1_000)))).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000, 'give-up']);
  });

  it('resets after 30 s of life', () => {
    expect(delays(deaths([0, 0, 0, 29_999, 30_000, 0, 0]))).toEqual([100, 200, 400, 800, 100, 100, 200]);
  });

  it('never stops restarting a process that lives 30 s each time', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 30_000, max: 10 ** 9 }), { maxLength: 50 }), (lives) => {
        expect(delays(deaths(lives))).toEqual(lives.map(() => 100));
      }),
    );
  });

  it('stops exactly after ten short lives in a row, and waits 0.1 to 10 s otherwise', () => {
    const life = fc.oneof(fc.integer({ min: 0, max: 29_999 }), fc.integer({ min: 30_000, max: 60_000 }));
    fc.assert(
      fc.property(fc.array(life, { maxLength: 60 }), (lives) => {
        const waits = delays(deaths(lives));
        waits.forEach((wait, index) => {
          const lastTen = lives.slice(Math.max(0, index - 9), index + 1);
          expect(wait === 'give-up').toBe(lastTen.length === 10 && lastTen.every((livedMs) => livedMs < 30_000));
        });
        expect(waits.filter((wait) => wait !== 'give-up').every((wait) => Number(wait) >= 100 && Number(wait) <= 10_000)).toBe(true);
      }),
    );
  });
});
