import { expect, it } from '@jest/globals';
import type { PoolEntryView } from '../../api/pool.ts';
import { inMoveOrder, shiftLocal, shiftPlan } from './shift.ts';

const entryOf = (id: string, scheduledLocal: string, accountId = 'a'): PoolEntryView =>
  ({ id, accountId, scheduledLocal }) as PoolEntryView;
const DAY = 24 * 60;
const accounts = [{ id: 'a', publishing: { dailyQuota: 2, minGapMinutes: 60, blackoutDays: ['2026-12-05'] } }];
const nowOf = () => '2026-12-01T08:00';
const conflictsOf = (chosen: PoolEntryView[], entries: PoolEntryView[], minutes: number) =>
  shiftPlan(chosen, minutes, { accounts, entries, nowOf }).map(({ at, conflicts }) => [at, ...conflicts]);

it('keeps the time of day when it moves by days', () => {
  expect([shiftLocal('2026-10-24T09:30', DAY), shiftLocal('2026-12-31T23:30', 60), shiftLocal('2026-12-01T00:15', -30)]).toEqual([
    '2026-10-25T09:30',
    '2027-01-01T00:30',
    '2026-11-30T23:45',
  ]);
});

it('names the rules of the account that a move would break', () => {
  const one = entryOf('1', '2026-12-02T09:00');
  const two = entryOf('2', '2026-12-03T09:30');
  const three = entryOf('3', '2026-12-03T18:00');
  expect(conflictsOf([one], [one, two, three], DAY)).toEqual([['2026-12-03T09:00', 'crowded', 'quota']]);
  expect(conflictsOf([one], [one], -2 * DAY)).toEqual([['2026-11-30T09:00', 'past']]);
  expect(conflictsOf([two], [two], 2 * DAY)).toEqual([['2026-12-05T09:30', 'blackout']]);
  expect(conflictsOf([one], [one, entryOf('4', '2026-12-03T09:00', 'b')], DAY)).toEqual([['2026-12-03T09:00']]);
});

it('does not count the old times of entries that move too', () => {
  const row = [entryOf('1', '2026-12-02T09:00'), entryOf('2', '2026-12-03T09:00'), entryOf('3', '2026-12-03T12:00')];
  expect(conflictsOf(row, row, DAY).flatMap(([, ...conflicts]) => conflicts)).toEqual([]);
  const shifted = shiftPlan(row, DAY, { accounts, entries: row, nowOf });
  expect(inMoveOrder(shifted, DAY).map(({ entry }) => entry.id)).toEqual(['3', '2', '1']);
  expect(inMoveOrder(shifted, -DAY).map(({ entry }) => entry.id)).toEqual(['1', '2', '3']);
});
