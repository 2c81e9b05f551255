import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { earlierId, idWindow, timeOfId } from './id-window.ts';

const HOUR = 3_600_000;
const anyMs = fc.integer({ min: Date.UTC(1971, 0), max: Date.UTC(2999, 0) });

describe('the ids of a time', () => {
  it('contain each task whose clocks differ by less than an hour', () => {
    fc.assert(
      fc.property(
        anyMs,
        fc.integer({ min: 0, max: 400 * HOUR }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: -HOUR + 1, max: HOUR - 1 }),
        (start, length, share, difference) => {
          const submitted = start + Math.floor(share * length);
          const id = uuidv7({ msecs: submitted + difference });
          const { fromId = '', beforeId = '' } = idWindow({ since: new Date(start), until: new Date(start + length) });
          expect([fromId <= id, id < beforeId]).toEqual([true, true]);
        },
      ),
    );
  });

  it('leave out what is two hours outside', () => {
    const { fromId = '', beforeId = '' } = idWindow({
      since: new Date(10 * HOUR),
      until: new Date(30 * HOUR),
      finishedUntil: new Date(20 * HOUR),
    });
    expect(uuidv7({ msecs: 8 * HOUR }) < fromId).toBe(true);
    expect(uuidv7({ msecs: 22 * HOUR }) < beforeId).toBe(false);
  });

  it('are bounded', () => {
    expect(idWindow({})).toEqual({});
    expect(idWindow({ since: new Date(-5) })).toEqual({ fromId: '00000000-0000-0000-0000-000000000000' });
    expect(idWindow({ until: new Date(8.64e15) })).toEqual({ beforeId: 'ffffffff-ffff-0000-0000-000000000000' });
  });

  it('have the time of their submission', () => {
    fc.assert(fc.property(anyMs, (msecs) => expect(timeOfId(uuidv7({ msecs }))).toBe(msecs)));
  });
});

it('a page ends before the cursor and before the time', () => {
  expect([
    earlierId('b', 'a'),
    earlierId('a', 'b'),
    earlierId(undefined, 'a'),
    earlierId('a', undefined),
    earlierId(undefined, undefined),
  ]).toEqual(['a', 'a', 'a', 'a', undefined]);
});
