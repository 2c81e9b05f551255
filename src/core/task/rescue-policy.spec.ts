import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ExpiredLease, RescuePolicy } from './rescue-policy.ts';

const CONFIRM_MS = 5_000;
const MAX_GAP_MS = 8_000;

const lease = (beat = 0, epoch = 1, id = 'a'): ExpiredLease => ({ id, epoch, beat });

describe('RescuePolicy', () => {
  let policy: RescuePolicy;
  beforeEach(() => {
    policy = new RescuePolicy(CONFIRM_MS, MAX_GAP_MS);
  });

  it('rescues a lease at the first look that is 5 s after the first sighting', () => {
    expect([0, 2_000, 4_999, 5_000].map((now) => policy.look([lease()], now).length)).toEqual([0, 0, 0, 1]);
  });

  it.each([
    ['a heartbeat', lease(1)],
    ['another attempt', lease(0, 2)],
  ])('starts over after %s', (_, changed) => {
    policy.look([lease()], 0);
    expect(policy.look([changed], 5_000)).toEqual([]);
    expect(policy.look([changed], 10_000)).toEqual([changed]);
  });

  it('starts over when the lease was valid in between', () => {
    policy.look([lease()], 0);
    policy.look([], 2_500);
    expect(policy.look([lease()], 5_000)).toEqual([]);
  });

  it('starts over for a lease that could not be rescued, and for no other', () => {
    const both = [lease(), lease(0, 1, 'b')];
    policy.look(both, 0);
    expect(policy.look(both, 5_000)).toEqual(both);
    policy.confirmAnew([lease()]);
    expect(policy.look(both, 7_000)).toEqual([both[1]]);
    expect(policy.look(both, 12_000)).toEqual(both);
  });

  it('discards what it saw before a gap or before a reset', () => {
    policy.look([lease()], 0);
    expect(policy.look([lease()], 8_001)).toEqual([]);
    policy.reset();
    expect(policy.look([lease()], 13_001)).toEqual([]);
    expect(policy.look([lease()], 18_001)).toEqual([lease()]);
  });

  it('keeps what it saw before the longest permitted gap', () => {
    policy.look([lease()], 0);
    expect(policy.look([lease()], MAX_GAP_MS)).toEqual([lease()]);
  });

  it('rescues exactly the leases that were unchanged at every look for at least 5 s', () => {
    const leases = fc.uniqueArray(
      fc.record({ id: fc.constantFrom('a', 'b', 'c'), epoch: fc.integer({ min: 1, max: 2 }), beat: fc.integer({ min: 0, max: 1 }) }),
      { selector: ({ id }) => id },
    );
    const look = fc.record({ pauseMs: fc.integer({ min: 0, max: 10_000 }), leases, forget: fc.boolean() });
    fc.assert(
      fc.property(fc.array(look, { maxLength: 20 }), (looks) => {
        const tested = new RescuePolicy(CONFIRM_MS, MAX_GAP_MS);
        let now = 0;
        let seen: { at: number; leases: ExpiredLease[] }[] = [];
        for (const { pauseMs, leases: expired, forget } of looks) {
          if (forget || pauseMs > MAX_GAP_MS) seen = [];
          if (forget) tested.reset();
          now += pauseMs;
          seen.push({ at: now, leases: expired });
          const lasting = expired.filter((wanted) => {
            const has = (sight: { leases: ExpiredLease[] }) =>
              sight.leases.some((l) => l.id === wanted.id && l.epoch === wanted.epoch && l.beat === wanted.beat);
            const since = seen.slice(seen.findLastIndex((sight) => !has(sight)) + 1)[0];
            return since !== undefined && now - since.at >= CONFIRM_MS;
          });
          expect(tested.look(expired, now)).toEqual(lasting);
        }
      }),
    );
  });
});
