import { describe, expect, it } from '@jest/globals';
import { nextCallAt, nextProbeSeconds } from './retry-schedule.ts';

const NOW = Date.parse('2027-01-01T00:00:00Z');
const call = (attempts: number, retryAt: Date | null = null) => nextCallAt({ attempts, permanent: false, retryAt }, NOW);

describe('the next call', () => {
  it('follows after a pause that doubles from 30 s to an hour', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7].map((attempts) => ((call(attempts).retryAt?.getTime() ?? 0) - NOW) / 1_000);
    expect(pauses).toEqual([30, 60, 120, 240, 480, 960, 1_920]);
  });

  it('is not made after the eighth, or where it would fail again', () => {
    expect(call(8)).toEqual({ permanent: true, retryAt: null });
    expect(nextCallAt({ attempts: 1, permanent: true }, NOW)).toEqual({ permanent: true, retryAt: null });
    expect(nextCallAt({ attempts: 1 }, NOW)).toEqual({ permanent: true, retryAt: null });
  });

  it('is not made before the time that the channel asked for', () => {
    const asked = new Date(NOW + 7_200_000);
    expect(call(1, asked)).toEqual({ permanent: false, retryAt: asked });
    expect(call(1, new Date(NOW + 1_000)).retryAt).toEqual(new Date(NOW + 30_000));
  });
});

it('a channel that cannot tell is asked after 10 s, then less often, up to an hour', () => {
  expect([0, 100, 600, 36_000, 1e6].map(nextProbeSeconds)).toEqual([10, 10, 60, 3_600, 3_600]);
});
