import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LONGEST_POLL_PAUSE_MS, pollPauseMs } from './poll-pause.ts';

describe('pollPauseMs', () => {
  it('is the usual pause when none was asked for', () => {
    expect([null, undefined, Number.NaN].map((asked) => pollPauseMs(asked, 20))).toEqual([20, 20, 20]);
  });

  it('is what was asked for, from one second to one hour', () => {
    fc.assert(fc.property(fc.integer({ min: 1_000, max: LONGEST_POLL_PAUSE_MS }), (asked) => expect(pollPauseMs(asked, 1)).toBe(asked)));
  });

  it('is never shorter or longer', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (asked) => {
        const pause = pollPauseMs(asked, 1);
        expect(pause >= 1_000 && pause <= LONGEST_POLL_PAUSE_MS).toBe(true);
      }),
    );
  });
});
