import { expect, it } from '@jest/globals';
import { slotsOf, timesOf } from './slots-text.ts';

it('reads the times of each weekday, and writes them back in order', () => {
  const slots = slotsOf((weekday) => (weekday === 1 ? ' 18:30，08:00 ' : ''));
  expect(slots).toEqual([
    { weekday: 1, time: '18:30' },
    { weekday: 1, time: '08:00' },
  ]);
  expect(timesOf(slots ?? [], 1)).toBe('08:00 18:30');
  expect(timesOf(undefined, 1)).toBe('');
});

it.each(['8:00', '24:00', '08:60', 'noon'])('refuses %s', (text) => {
  expect(slotsOf(() => text)).toBeNull();
});
