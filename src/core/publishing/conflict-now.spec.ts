import { expect, it } from '@jest/globals';
import { planOf } from './publishing.ts';
import { conflictNow } from './slots.ts';

const NOW = new Date('2027-01-01T12:00:00.000Z');
const conflict = (publishing: Parameters<typeof planOf>[0], sent: Date[]) => conflictNow(planOf(publishing, 'UTC'), NOW, sent);

it('two entries are published in the same millisecond by an account without a minimum gap', () => {
  expect(conflict({}, [NOW])).toBeNull();
  expect(conflict({ minGapMinutes: 1 }, [NOW])).toBe('min_gap');
  expect(conflict({ minGapMinutes: 1 }, [new Date(NOW.getTime() - 60_000)])).toBeNull();
  expect(conflict({ dailyQuota: 1 }, [NOW])).toBe('daily_quota');
});
