import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { describeTrigger } from './describe.ts';
import { jitterOf, nextDue, nextDues, type Timing } from './trigger.ts';

const timing = (changes: Partial<Timing>): Timing => ({
  trigger: { type: 'every', everyMs: 5_000, anchorAt: '2026-01-01T00:00:00Z' },
  timeZone: 'UTC',
  startsAt: null,
  endsAt: null,
  ...changes,
});
const at = (text: string) => new Date(`2026-01-01T${text}Z`);

describe('the next due time', () => {
  it('of every n is a multiple from the anchor, whenever it is asked for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000, max: 10_000_000 }), fc.integer({ min: -1_000_000, max: 100_000_000 }), (everyMs, after) => {
        const anchor = Date.UTC(2026, 0);
        const trigger = { type: 'every', everyMs, anchorAt: '2026-01-01T00:00:00Z' } as const;
        const next = (nextDue(timing({ trigger }), new Date(anchor + after)) as Date).getTime() - anchor;
        expect(next % everyMs).toBe(0);
        expect(next > after && (next - everyMs <= after || next === 0)).toBe(true);
      }),
    );
  });

  it('of once is that time, and then none', () => {
    const once = timing({ trigger: { type: 'once', at: '2026-01-01T10:00:00Z' } });
    expect(nextDue(once, at('09:00:00'))).toEqual(at('10:00:00'));
    expect(nextDue(once, at('10:00:00'))).toBeNull();
  });

  it('is not before the start, and before the end', () => {
    const bounded = timing({ startsAt: at('00:00:10'), endsAt: at('00:00:20') });
    expect(nextDues(bounded, at('00:00:00'), 9)).toEqual([at('00:00:10'), at('00:00:15')]);
  });
});

describe('the jitter', () => {
  it('is within its limit and always the same', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.date({ noInvalidDate: true }), fc.integer({ min: 0, max: 3_600_000 }), (id, due, limit) => {
        const jitter = jitterOf(id, due, limit);
        expect(jitter >= 0 && jitter <= limit && jitter === jitterOf(id, new Date(due), limit)).toBe(true);
      }),
    );
  });

  it('spreads schedules that are due at once', () => {
    const due = at('00:00:00');
    const buckets = new Set(Array.from({ length: 1_000 }, (_, i) => Math.floor(jitterOf(`schedule-${i}`, due, 59_999) / 1_000)));
    expect(buckets.size).toBe(60);
  });
});

describe('a trigger in words', () => {
  it.each([
    [
      { type: 'cron', expression: '0 9 * * 1-5' } as const,
      'At 09:00, Monday through Friday (Asia/Shanghai)',
      '在09:00, 星期一至星期五（Asia/Shanghai）',
    ],
    [{ type: 'every', everyMs: 60_000, anchorAt: '' } as const, 'Every minute', '每 1 分钟'],
    [{ type: 'every', everyMs: 5_400_000, anchorAt: '' } as const, 'Every 90 minutes', '每 90 分钟'],
    [
      { type: 'once', at: '2026-11-23T01:00:00Z' } as const,
      'Once, at 2026-11-23 09:00:00 (Asia/Shanghai)',
      '仅一次，2026-11-23 09:00:00（Asia/Shanghai）',
    ],
  ])('%j', (trigger, en, zh) => {
    expect(describeTrigger(trigger, 'Asia/Shanghai')).toEqual({ en, zh });
  });
});
