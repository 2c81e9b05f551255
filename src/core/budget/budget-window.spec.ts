import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dayOf, localTimeOf } from '../publishing/slots.ts';
import { BUDGET_PERIODS, windowAt } from './budget-window.ts';

const ZONES = [
  'UTC',
  'Asia/Shanghai',
  'Europe/Berlin',
  'America/New_York',
  'America/Havana', // spring: 00:00 does not exist; autumn: 00:00 exists twice
  'Asia/Beirut', // spring: 00:00 does not exist
  'Australia/Lord_Howe', // changes by 30 minutes
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
  'Asia/Kathmandu',
];
const time = fc.date({ min: new Date('2024-01-01T00:00:00Z'), max: new Date('2030-12-31T00:00:00Z'), noInvalidDate: true });
const HOUR = 3_600_000;

const span = (now: string, period: 'day' | 'week' | 'month', zone: string) => {
  const { start, end } = windowAt(new Date(now), period, zone);
  return [start.toISOString(), end.toISOString()];
};

const isFirstDay = {
  day: (first: string, today: string) => first === today,
  week: (first: string) => new Date(`${first}T00:00:00Z`).getUTCDay() === 1,
  month: (first: string) => first.endsWith('-01'),
};

describe('the window of a budget', () => {
  it('contains the time, joins its neighbours, and starts on the first day of its period', () => {
    fc.assert(
      fc.property(time, fc.constantFrom(...BUDGET_PERIODS), fc.constantFrom(...ZONES), (now, period, zone) => {
        const window = windowAt(now, period, zone);
        expect(window.start <= now && now < window.end).toBe(true);
        expect(windowAt(window.start, period, zone)).toEqual(window);
        expect(windowAt(new Date(window.end.getTime() - 1), period, zone)).toEqual(window);
        expect(windowAt(window.end, period, zone).start).toEqual(window.end);
        // The instant before belongs to the day before.
        const day = dayOf(window.start, zone);
        expect(dayOf(new Date(window.start.getTime() - 1), zone) < day).toBe(true);
        expect(isFirstDay[period](day, dayOf(now, zone))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('is as long as the clock says', () => {
    fc.assert(
      fc.property(time, fc.constantFrom(...ZONES), (now, zone) => {
        const { start, end } = windowAt(now, 'day', zone);
        const hours = (end.getTime() - start.getTime()) / HOUR;
        expect(hours >= 23 && hours <= 25).toBe(true);
        const local = localTimeOf(start, zone).slice(11);
        expect(['00:00', '01:00']).toContain(local);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['2027-03-28T10:00:00Z', 'day', 'Europe/Berlin', '2027-03-27T23:00:00.000Z', '2027-03-28T22:00:00.000Z'],
    ['2027-10-31T10:00:00Z', 'day', 'Europe/Berlin', '2027-10-30T22:00:00.000Z', '2027-10-31T23:00:00.000Z'],
    ['2027-03-14T12:00:00Z', 'day', 'America/Havana', '2027-03-14T05:00:00.000Z', '2027-03-15T04:00:00.000Z'],
    ['2026-11-29T23:59:59Z', 'week', 'UTC', '2026-11-23T00:00:00.000Z', '2026-11-30T00:00:00.000Z'],
    ['2026-11-29T16:00:00Z', 'week', 'Asia/Shanghai', '2026-11-29T16:00:00.000Z', '2026-12-06T16:00:00.000Z'],
    ['2026-12-31T23:30:00Z', 'month', 'Europe/Berlin', '2026-12-31T23:00:00.000Z', '2027-01-31T23:00:00.000Z'],
    ['2028-02-29T12:00:00Z', 'month', 'UTC', '2028-02-01T00:00:00.000Z', '2028-03-01T00:00:00.000Z'],
  ] as const)('of %s by %s in %s is %s to %s', (now, period, zone, start, end) => {
    expect(span(now, period, zone)).toEqual([start, end]);
  });
});
