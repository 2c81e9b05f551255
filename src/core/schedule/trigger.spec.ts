import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { describeTrigger } from './describe.ts';
import { cronTimes, jitterOf, nextDue, nextDues, type Timing, type Trigger } from './trigger.ts';

const timing = (changes: Partial<Timing>): Timing => ({
  trigger: { type: 'every', everyMs: 5_000, anchorAt: '2026-01-01T00:00:00Z' },
  timeZone: 'UTC',
  startsAt: null,
  endsAt: null,
  ...changes,
});
const at = (text: string) => new Date(`2026-01-01T${text}Z`);

const slotsTrigger = (slots: [weekday: number, time: string][], leadMinutes: number): Trigger => ({
  type: 'slots',
  accountId: 'a',
  leadMinutes,
  slots: slots.map(([weekday, time]) => ({ weekday, time })),
  blackoutDays: [],
});

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
    expect(nextDues(timing({}), at('00:00:00'), 2)).toEqual([at('00:00:05'), at('00:00:10')]);
  });
});

describe('due times of other triggers', () => {
  it('are those of a cron expression, which is parsed once', () => {
    const daily = timing({ trigger: { type: 'cron', expression: '0 9 * * *' }, timeZone: 'Asia/Shanghai' });
    expect(nextDues(daily, at('00:00:00'), 2)).toEqual([at('01:00:00'), new Date('2026-01-02T01:00:00Z')]);
    const parsed = cronTimes('0 9 * * *');
    expect(cronTimes('1 9 * * *')).not.toBe(parsed);
    expect(cronTimes('0 9 * * *')).toBe(parsed);
    for (let i = 0; i < 1_000; i++) cronTimes(`${i % 60} ${i % 24} ${(i % 28) + 1} * ${i % 7}`);
    for (let i = 0; i < 1_000; i++) cronTimes(`${i % 60} ${Math.floor(i / 60)} 1 1 *`);
    expect(cronTimes('0 9 * * *')).not.toBe(parsed);
  });

  it('are so long before the slots of an account, but not before those of its blackout days', () => {
    const slots = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, time: '09:00' }));
    const trigger = { type: 'slots', accountId: 'a', leadMinutes: 90, slots, blackoutDays: ['2026-01-02'] } as const;
    const dues = nextDues(timing({ trigger }), at('07:29:59'), 2);
    expect(dues).toEqual([at('07:30:00'), new Date('2026-01-03T07:30:00Z')]);
    expect(nextDue(timing({ trigger: { ...trigger, slots: [] } }), at('07:30:00'))).toBeNull();
  });

  it('exist before 1970 too', () => {
    const trigger = { type: 'every', everyMs: 5_000, anchorAt: '1969-01-01T00:00:00Z' } as const;
    expect(nextDue(timing({ trigger }), new Date(-1))).toEqual(new Date(0));
  });
});

describe('the jitter', () => {
  it('is nothing without a limit, and reaches its limit', () => {
    const jitters = (limit: number) => new Set(Array.from({ length: 100 }, (_, i) => jitterOf(`schedule-${i}`, at('00:00:00'), limit)));
    expect([jitters(0), jitters(1)]).toEqual([new Set([0]), new Set([0, 1])]);
  });

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
    [slotsTrigger([], 0), 'Never: the account has no publishing slots', '从不：账号没有发布时段'],
    [
      slotsTrigger(
        [
          [5, '14:00'],
          [3, '09:00'],
          [1, '09:00'],
          [3, '09:00'],
        ],
        0,
      ),
      'At the publishing slots of the account: Mon, Wed 09:00; Fri 14:00 (Asia/Shanghai)',
      '在账号的发布时段：周一、周三 09:00；周五 14:00（Asia/Shanghai）',
    ],
    [
      slotsTrigger(
        [1, 2, 3, 4, 5].map((hour) => [7, `0${hour}:00`]),
        1,
      ),
      '1 minute before the publishing slots of the account: Sun 01:00; Sun 02:00; Sun 03:00; Sun 04:00; Sun 05:00 (Asia/Shanghai)',
      '在账号的发布时段之前 1 分钟：周日 01:00；周日 02:00；周日 03:00；周日 04:00；周日 05:00（Asia/Shanghai）',
    ],
    [
      slotsTrigger(
        [1, 2, 3, 4, 5, 6].map((hour) => [7, `0${hour}:00`]),
        120,
      ),
      '2 hours before the publishing slots of the account: Sun 01:00; Sun 02:00; Sun 03:00; Sun 04:00; Sun 05:00; … (Asia/Shanghai)',
      '在账号的发布时段之前 2 小时：周日 01:00；周日 02:00；周日 03:00；周日 04:00；周日 05:00；…（Asia/Shanghai）',
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
