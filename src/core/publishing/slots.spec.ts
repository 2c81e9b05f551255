import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { conflictOf, dayOf, localTimeOf, nextFreeSlot, type PublishPlan, timeOfLocal } from './slots.ts';

const plan = (more: Partial<PublishPlan> = {}): PublishPlan => ({
  timeZone: 'Europe/Berlin',
  slots: [],
  minGapMinutes: 0,
  dailyQuota: null,
  blackoutDays: [],
  ...more,
});
const at = (iso: string) => new Date(iso);
const next = (rules: Partial<PublishPlan>, after: string, taken: string[] = []) =>
  nextFreeSlot(plan(rules), at(after), taken.map(at))?.toISOString() ?? null;

const SUNDAY_0230 = { slots: [{ weekday: 7, time: '02:30' }] };
const SUNDAY_0900 = { slots: [{ weekday: 7, time: '09:00' }] };

describe('the next free slot', () => {
  it('keeps its local time over both clock changes', () => {
    expect(next(SUNDAY_0900, '2027-03-27T12:00:00Z')).toBe('2027-03-28T07:00:00.000Z');
    expect(next(SUNDAY_0900, '2027-03-20T12:00:00Z')).toBe('2027-03-21T08:00:00.000Z');
    expect(next(SUNDAY_0900, '2027-10-30T12:00:00Z')).toBe('2027-10-31T08:00:00.000Z');
  });

  it('in the hour that spring leaves out is the first minute after it', () => {
    expect(next(SUNDAY_0230, '2027-03-27T12:00:00Z')).toBe('2027-03-28T01:00:00.000Z');
  });

  it('in the hour that autumn repeats is used once', () => {
    const first = next(SUNDAY_0230, '2027-10-30T12:00:00Z') as string;
    expect(first).toBe('2027-10-31T00:30:00.000Z');
    expect(next(SUNDAY_0230, first, [first])).toBe('2027-11-07T01:30:00.000Z');
  });

  it.each([
    ['Pacific/Kiritimati', '2026-12-31T19:00:00.000Z', '2027-01-01'], // UTC+14
    ['Pacific/Pago_Pago', '2027-01-01T20:00:00.000Z', '2027-01-01'], // UTC-11
  ])('is on the day of %s', (timeZone, expected, day) => {
    const time = next({ timeZone, slots: [{ weekday: 5, time: '09:00' }] }, '2026-12-30T00:00:00Z') as string;
    expect([time, dayOf(at(time), timeZone)]).toEqual([expected, day]);
  });

  it('is the given time without slots and rules', () => {
    expect(next({}, '2027-01-01T10:07:00Z')).toBe('2027-01-01T10:07:00.000Z');
  });

  it('keeps the gap, the quota and the blackout days', () => {
    expect(next({ minGapMinutes: 60 }, '2027-01-01T10:00:00Z', ['2027-01-01T10:30:00Z'])).toBe('2027-01-01T11:30:00.000Z');
    expect(next({ dailyQuota: 1 }, '2027-01-01T10:00:00Z', ['2027-01-01T08:00:00Z'])).toBe('2027-01-01T23:00:00.000Z');
    expect(next({ blackoutDays: ['2027-01-01', '2027-01-02'] }, '2027-01-01T10:00:00Z')).toBe('2027-01-02T23:00:00.000Z');
  });

  it('is the given time where that is one', () => {
    expect(next(SUNDAY_0900, '2027-03-28T07:00:00Z')).toBe('2027-03-28T07:00:00.000Z');
  });

  it('is the first end of a gap, in any order of the publications', () => {
    expect(next({ minGapMinutes: 60 }, '2027-01-01T10:00:00Z', ['2027-01-01T12:00:00Z', '2027-01-01T10:00:00Z'])).toBe(
      '2027-01-01T11:00:00.000Z',
    );
  });

  it('is searched for 366 days, the last time included', () => {
    const slots = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, time: '00:00' }));
    const found = (minGapMinutes: number) =>
      next({ timeZone: 'UTC', slots, minGapMinutes }, '2027-01-01T00:00:00Z', ['2027-01-01T00:00:00Z']);
    expect([found(366 * 1_440), found(366 * 1_440 + 1)]).toEqual(['2028-01-02T00:00:00.000Z', null]);
  });

  it('is null when the rules allow none', () => {
    expect(next({ dailyQuota: 0 }, '2027-01-01T10:00:00Z')).toBeNull();
  });

  it('breaks no rule, and the next one is later', () => {
    const time = fc.date({ min: at('2027-01-01T00:00:00Z'), max: at('2027-12-31T00:00:00Z'), noInvalidDate: true });
    const slots = fc.array(
      fc.record({ weekday: fc.integer({ min: 1, max: 7 }), time: fc.constantFrom('00:00', '02:30', '09:00', '13:45', '23:59') }),
      { maxLength: 4 },
    );
    const rules = fc.record({
      timeZone: fc.constantFrom('Europe/Berlin', 'Asia/Shanghai', 'America/New_York', 'Pacific/Kiritimati'),
      slots,
      minGapMinutes: fc.constantFrom(0, 30, 1_440),
      dailyQuota: fc.constantFrom(null, 1, 3),
      blackoutDays: fc.array(fc.constantFrom('2027-03-28', '2027-06-01', '2027-06-02'), { maxLength: 2 }),
    });
    fc.assert(
      fc.property(rules, time, fc.array(time, { maxLength: 6 }), (some, after, taken) => {
        const found = nextFreeSlot(some, after, taken);
        if (found === null) return;
        expect(found.getTime()).toBeGreaterThanOrEqual(after.getTime() - 999);
        expect(conflictOf(some, found, taken)).toBeNull();
        const again = nextFreeSlot(some, found, [...taken, found]);
        expect(again?.getTime() ?? Number.POSITIVE_INFINITY).toBeGreaterThan(found.getTime());
      }),
      { numRuns: 60 },
    );
  });
});

it('a conflict is the first rule that a time breaks', () => {
  const time = at('2027-01-01T10:00:00Z');
  const taken = [at('2027-01-01T09:30:00Z'), at('2027-01-02T10:00:00Z')];
  const conflict = (rules: Partial<PublishPlan>) => conflictOf(plan(rules), time, taken);
  expect([conflict({ blackoutDays: ['2027-01-01'] }), conflict({ blackoutDays: ['2027-01-02'] })]).toEqual(['blackout', null]);
  expect([0, 1, 2].map((dailyQuota) => conflict({ dailyQuota }))).toEqual(['daily_quota', 'daily_quota', null]);
  expect([30, 31].map((minGapMinutes) => conflict({ minGapMinutes }))).toEqual([null, 'min_gap']);
});

describe('a local time', () => {
  it('is that of an instant', () => {
    expect(timeOfLocal('2027-01-01T10:30', 'Asia/Shanghai')).toEqual(at('2027-01-01T02:30:00Z'));
    expect(localTimeOf(at('2027-01-01T02:30:59Z'), 'Asia/Shanghai')).toBe('2027-01-01T10:30');
  });

  it.each([
    '',
    'soon',
    '2027-02-30T10:00',
    '2027-13-01T10:00',
    '2027-01-01',
    '2027-01-01T10:00:00',
    ' 2027-01-01T10:00',
    '+012345-01-01T00',
  ])('%j is none', (text) => expect(timeOfLocal(text, 'UTC')).toBeNull());
});
