import { expect, it } from '@jest/globals';
import { addMonths, localOf, mondayOf } from './days.ts';
import { gapsOn, nextFree, timeOn } from './slots.ts';

const MONDAY = '2026-11-30';
const TUESDAY = '2026-12-01';
const daily = (time: string) => [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, time }));
const plan = { publishing: { slots: [...daily('09:00'), ...daily('18:30')] } };
const NOW = `${MONDAY}T08:00`;

it('finds the slots of a day that have no entry and are not past', () => {
  expect(gapsOn(plan, MONDAY, [`${MONDAY}T09:00`], NOW)).toEqual(['18:30']);
  expect(gapsOn(plan, MONDAY, [], `${MONDAY}T09:00`)).toEqual(['18:30']);
  expect(gapsOn(plan, TUESDAY, [`${MONDAY}T09:00`], NOW)).toEqual(['09:00', '18:30']);
});

it('keeps the gap to entries of the day before and after', () => {
  const at = (time: string) => ({ publishing: { slots: daily(time), minGapMinutes: 60 } });
  expect(gapsOn(at('00:10'), TUESDAY, [`${MONDAY}T23:30`], NOW)).toEqual([]);
  expect(gapsOn(at('00:30'), TUESDAY, [`${MONDAY}T23:30`], NOW)).toEqual(['00:30']);
  expect(gapsOn(at('23:50'), TUESDAY, ['2026-12-02T00:20'], NOW)).toEqual([]);
});

it('obeys the quota, the gap and the days without publications', () => {
  const publishing = plan.publishing;
  expect(gapsOn({ publishing: { ...publishing, dailyQuota: 1 } }, MONDAY, [], NOW)).toEqual(['09:00']);
  expect(gapsOn({ publishing: { ...publishing, dailyQuota: 1 } }, MONDAY, [`${MONDAY}T10:00`], NOW)).toEqual([]);
  expect(gapsOn({ publishing: { ...publishing, minGapMinutes: 61 } }, MONDAY, [`${MONDAY}T10:00`], NOW)).toEqual(['18:30']);
  expect(gapsOn({ publishing: { ...publishing, blackoutDays: [MONDAY] } }, MONDAY, [], NOW)).toEqual([]);
});

it('previews the next free slots, each once', () => {
  const quota = { publishing: { ...plan.publishing, dailyQuota: 1 } };
  expect(nextFree(plan, [`${MONDAY}T09:00`], NOW, 3)).toEqual([`${MONDAY}T18:30`, `${TUESDAY}T09:00`, `${TUESDAY}T18:30`]);
  expect(nextFree(quota, [], NOW, 2)).toEqual([`${MONDAY}T09:00`, `${TUESDAY}T09:00`]);
  expect(nextFree({ publishing: {} }, [], NOW, 2)).toEqual([]);
});

it('puts a content on a day without a free slot at noon', () => {
  expect(timeOn(plan, MONDAY, [], NOW)).toBe('09:00');
  expect(timeOn({ publishing: {} }, MONDAY, [], NOW)).toBe('12:00');
});

it('counts in weeks and months over their ends, and in the time zone of the account', () => {
  expect([mondayOf('2026-12-06'), mondayOf(MONDAY), addMonths('2026-12-31', 2), addMonths('2026-03-31', -1)]).toEqual([
    MONDAY,
    MONDAY,
    '2027-02-01',
    '2026-02-01',
  ]);
  expect(localOf(Date.parse('2026-11-30T20:05:00Z'), 'Asia/Shanghai')).toBe('2026-12-01T04:05');
});
