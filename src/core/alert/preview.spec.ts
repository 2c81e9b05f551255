import { describe, expect, it } from '@jest/globals';
import { DEFAULT_RULES } from './default-rules.ts';
import { METRIC_NAMES, METRICS } from './metric-catalogue.ts';
import { type CountedDay, dailyValue, previewDays } from './preview.ts';

const day = (date: number, failed: number, completed = 10, timeout = 0): CountedDay => ({
  day: `2026-11-${date}`,
  completed,
  failed,
  timeout,
  retried: 0,
  rescued: 0,
});
const ABOVE = (threshold: number) => ({ comparison: 'above', threshold }) as const;

describe('the preview of a rule', () => {
  it('counts runs of days, not days', () => {
    const failed = [9, 0, 9, 9, 0, 9, 0, 9]; // the newest first; the last one is only the day before
    const days = failed.map((count, i) => day(30 - i, count));
    const { firings, days: shown } = previewDays('daily_failures', ABOVE(5), days);
    expect([firings, shown.map(({ met }) => met)]).toEqual([3, [false, true, false, true, true, false, true]]);
    expect(shown.map((one) => one.day)[0]).toBe('2026-11-24');
  });

  it('has rates of a day and the day before, as GET /monitor/health', () => {
    expect(dailyValue('failure_rate', day(30, 2, 2), day(29, 0, 4))).toBe(25);
    expect(dailyValue('failure_rate', day(30, 2, 2, 1), day(29, 1, 2, 2))).toBe(60);
    expect(dailyValue('daily_failures', day(30, 2, 2, 1), day(29, 0))).toBe(3);
    expect(dailyValue('timeout_rate', day(30, 0, 3, 1), day(29, 0, 0))).toBe(25);
    expect(dailyValue('failure_rate', day(30, 0, 0), day(29, 0, 0))).toBeNull();
  });

  it('takes the day before each day, and counts a run that begins with the oldest day', () => {
    const days = [day(30, 0, 10), day(29, 10, 0), day(28, 10, 0)];
    expect(previewDays('failure_rate', ABOVE(60), days)).toEqual({
      firings: 1,
      days: [
        { day: '2026-11-29', value: 100, met: true },
        { day: '2026-11-30', value: 50, met: false },
      ],
    });
  });

  it('a day without ended tasks does not hold, for any condition', () => {
    expect(previewDays('failure_rate', { comparison: 'below', threshold: 50 }, [day(30, 0, 0), day(29, 0, 0)]).firings).toBe(0);
  });

  it('knows the value of each metric that claims a history, and of no other', () => {
    for (const name of METRIC_NAMES)
      expect([name, dailyValue(name, day(30, 1), day(29, 1)) !== null]).toEqual([name, METRICS[name].history === 'daily']);
  });
});

describe('the default rules', () => {
  it('have names of their own and the thresholds of the monitor', () => {
    expect(new Set(DEFAULT_RULES.map(({ name }) => name)).size).toBe(DEFAULT_RULES.length);
    const of = (name: string) => DEFAULT_RULES.find((rule) => rule.name === name)?.threshold;
    expect([of('failures-high'), of('timeouts-high'), of('backlog-high'), of('no-worker')]).toEqual([20, 10, 50, 1]);
    expect(DEFAULT_RULES.every(({ enabled, repeatSeconds }) => enabled && repeatSeconds === 14_400)).toBe(true);
    expect(DEFAULT_RULES.find(({ name }) => name === 'budget-exhausted')).toMatchObject({ comparison: 'at_least', threshold: 100 });
  });
});
