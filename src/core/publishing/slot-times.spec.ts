import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Slot, slotTimes } from './slot-times.ts';

function take(count: number, times: Generator<Date, undefined>): Date[] {
  const taken: Date[] = [];
  for (let next = times.next(); next.done !== true && taken.length < count; next = times.next()) taken.push(next.value);
  return taken;
}

function first(count: number, slots: readonly Slot[], timeZone: string, after: string): string[] {
  return take(count, slotTimes(slots, timeZone, new Date(after))).map((time) => `${time.toISOString().slice(0, 16)}Z`);
}

/** Weekday and time of one slot, an instant, and the next three times: worked out by hand from the rules of each zone. */
const GOLDEN: [zone: string, change: string, weekday: number, time: string, after: string, expected: string[]][] = [
  // 28 March 2027, 02:00 → 03:00; 31 October 2027, 03:00 → 02:00
  ['Europe/Berlin', 'spring', 7, '02:30', '2027-03-20T00:00Z', ['2027-03-21T01:30Z', '2027-03-28T01:00Z', '2027-04-04T00:30Z']],
  ['Europe/Berlin', 'spring', 1, '09:00', '2027-03-21T12:00Z', ['2027-03-22T08:00Z', '2027-03-29T07:00Z', '2027-04-05T07:00Z']],
  ['Europe/Berlin', 'autumn', 7, '02:30', '2027-10-23T00:00Z', ['2027-10-24T00:30Z', '2027-10-31T00:30Z', '2027-11-07T01:30Z']],
  ['Europe/Berlin', 'autumn', 7, '09:00', '2027-10-23T00:00Z', ['2027-10-24T07:00Z', '2027-10-31T08:00Z', '2027-11-07T08:00Z']],
  // 14 March 2027, 02:00 → 03:00; 7 November 2027, 02:00 → 01:00
  ['America/New_York', 'spring', 7, '02:30', '2027-03-06T12:00Z', ['2027-03-07T07:30Z', '2027-03-14T07:00Z', '2027-03-21T06:30Z']],
  ['America/New_York', 'autumn', 7, '01:30', '2027-10-30T12:00Z', ['2027-10-31T05:30Z', '2027-11-07T05:30Z', '2027-11-14T06:30Z']],
  // 5 September 2027, 00:00 → 01:00; 4 April 2027, 00:00 → 3 April, 23:00
  ['America/Santiago', 'spring', 7, '00:30', '2027-08-28T12:00Z', ['2027-08-29T04:30Z', '2027-09-05T04:00Z', '2027-09-12T03:30Z']],
  ['America/Santiago', 'autumn', 6, '23:30', '2027-03-27T12:00Z', ['2027-03-28T02:30Z', '2027-04-04T02:30Z', '2027-04-11T03:30Z']],
  // 3 October 2027, 02:00 → 02:30; 4 April 2027, 02:00 → 01:30
  ['Australia/Lord_Howe', 'spring', 7, '02:15', '2027-09-25T00:00Z', ['2027-09-25T15:45Z', '2027-10-02T15:30Z', '2027-10-09T15:15Z']],
  ['Australia/Lord_Howe', 'autumn', 7, '01:45', '2027-03-27T00:00Z', ['2027-03-27T14:45Z', '2027-04-03T14:45Z', '2027-04-10T15:15Z']],
  // no change
  ['Asia/Kolkata', 'spring', 7, '02:30', '2027-03-27T00:00Z', ['2027-03-27T21:00Z', '2027-04-03T21:00Z', '2027-04-10T21:00Z']],
  ['Asia/Kolkata', 'autumn', 7, '02:30', '2027-10-30T00:00Z', ['2027-10-30T21:00Z', '2027-11-06T21:00Z', '2027-11-13T21:00Z']],
  ['Asia/Shanghai', 'spring', 7, '02:30', '2027-03-27T00:00Z', ['2027-03-27T18:30Z', '2027-04-03T18:30Z', '2027-04-10T18:30Z']],
  ['Asia/Shanghai', 'autumn', 7, '02:30', '2027-10-30T00:00Z', ['2027-10-30T18:30Z', '2027-11-06T18:30Z', '2027-11-13T18:30Z']],
];

describe('the times of slots', () => {
  it.each(GOLDEN)('%s, %s: weekday %i at %s', (timeZone, _change, weekday, time, after, expected) => {
    expect(first(3, [{ weekday, time }], timeZone, after)).toEqual(expected);
  });

  it('are one time for two slots in the hour that spring leaves out', () => {
    const slots = ['02:00', '02:30', '03:00', '03:30'].map((time) => ({ weekday: 7, time }));
    expect(first(2, slots, 'Europe/Berlin', '2027-03-27T12:00Z')).toEqual(['2027-03-28T01:00Z', '2027-03-28T01:30Z']);
  });

  it('do not come again in the second of the repeated hours', () => {
    const slots = [{ weekday: 7, time: '02:30' }];
    for (const after of ['2027-10-31T00:30Z', '2027-10-31T00:45Z', '2027-10-31T01:15Z'])
      expect(first(1, slots, 'Europe/Berlin', after)).toEqual(['2027-11-07T01:30Z']);
  });

  it('of a day that a zone leaves out are its first instant after it', () => {
    expect(first(2, [{ weekday: 5, time: '09:00' }], 'Pacific/Apia', '2011-12-29T12:00Z')).toEqual([
      '2011-12-30T10:00Z',
      '2012-01-05T19:00Z',
    ]);
  });

  it('are none without slots', () => {
    expect(first(1, [], 'UTC', '2027-01-01T00:00Z')).toEqual([]);
  });

  it('continue at any time of them: the next after each is the one that follows it', () => {
    const zone = fc.constantFrom('Europe/Berlin', 'America/Santiago', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Asia/Shanghai');
    const time = fc.constantFrom('00:00', '01:45', '02:00', '02:15', '02:30', '03:00', '12:00', '23:30');
    const slots = fc.array(fc.record({ weekday: fc.integer({ min: 1, max: 7 }), time }), { minLength: 1, maxLength: 6 });
    const start = fc.date({ min: new Date('2026-01-01'), max: new Date('2028-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(zone, slots, start, (timeZone, some, after) => {
        const times = take(20, slotTimes(some, timeZone, after));
        expect(times.every((at, i) => at > (times[i - 1] ?? after))).toBe(true);
        expect(times.map((_, i) => slotTimes(some, timeZone, times[i - 1] ?? after).next().value)).toEqual(times);
      }),
      { numRuns: 100 },
    );
  });
});

it('the slots of a day are in the order of time', () => {
  const slots = ['13:00', '09:00', '11:00'].map((time) => ({ weekday: 1, time }));
  const times = slotTimes(slots, 'UTC', new Date('2027-01-04T00:00:00Z'));
  expect([1, 2, 3].map(() => (times.next().value as Date).toISOString().slice(11, 16))).toEqual(['09:00', '11:00', '13:00']);
});
