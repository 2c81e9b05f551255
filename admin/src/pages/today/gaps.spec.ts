import { expect, it } from '@jest/globals';
import { findGaps } from './gaps.ts';

/** A Monday, 10:00 in Shanghai. */
const NOW = Date.parse('2026-11-30T02:00:00Z');
const slots = [
  { weekday: 1, time: '09:00' },
  { weekday: 2, time: '09:00' },
  { weekday: 3, time: '07:00' },
];
const account = { id: 'a', name: 'Tea', status: 'active' as const, timeZone: 'Asia/Shanghai', publishing: { slots } };
const entry = (scheduledAt: string, status: 'pending' | 'pulled' = 'pending') => ({ accountId: 'a', scheduledAt, status });
const days = (...input: Parameters<typeof findGaps>) => findGaps(...input).map(({ day }) => day);

it('finds the days with a slot and without an entry; the slot of this morning is past', () => {
  expect(days([account], [], NOW)).toEqual(['2026-12-01', '2026-12-02']);
});

it('reads entries in the time zone of the account, and none that was pulled', () => {
  const entries = [entry('2026-11-30T23:30:00Z'), entry('2026-12-01T23:00:00Z', 'pulled')];
  expect(days([account], entries, NOW)).toEqual(['2026-12-02']);
});

it('leaves out blackout days, paused accounts and accounts without slots', () => {
  const publishing = { slots, blackoutDays: ['2026-12-01'] };
  expect(days([{ ...account, publishing }], [], NOW)).toEqual(['2026-12-02']);
  expect(
    days(
      [
        { ...account, status: 'paused' },
        { ...account, publishing: {} },
      ],
      [],
      NOW,
    ),
  ).toEqual([]);
});
