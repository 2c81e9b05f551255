import { expect, it } from '@jest/globals';
import { planOf } from './publishing.ts';

it('an account publishes at any time, ten times a day, unless it says otherwise', () => {
  expect(planOf({}, 'UTC')).toEqual({ timeZone: 'UTC', slots: [], minGapMinutes: 0, dailyQuota: 10, blackoutDays: [] });
  const given = { slots: [{ weekday: 1, time: '09:00' }], minGapMinutes: 5, dailyQuota: null, blackoutDays: ['2027-01-01'] };
  expect(planOf({ ...given, autoPublish: true }, 'UTC')).toEqual({ timeZone: 'UTC', ...given });
});
