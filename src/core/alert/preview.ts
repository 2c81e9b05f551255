import { type Condition, holds } from './condition.ts';
import type { MetricName } from './metric-catalogue.ts';

/** Of the statistics of days. */
export interface CountedDay {
  readonly day: string;
  readonly completed: number;
  readonly failed: number;
  readonly timeout: number;
  readonly retried: number;
  readonly rescued: number;
}

export interface PreviewDay {
  readonly day: string;
  /** Null when nothing ended. */
  readonly value: number | null;
  readonly met: boolean;
}

export interface RulePreview {
  /** Runs of days on which the condition holds. */
  readonly firings: number;
  /** The oldest first. */
  readonly days: readonly PreviewDay[];
}

type DailyValue = (day: CountedDay, before: CountedDay) => number | null;

const rate =
  (bad: (day: CountedDay) => number): DailyValue =>
  (day, before) => {
    const ended = [day, before].reduce((sum, { completed, failed, timeout }) => sum + completed + failed + timeout, 0);
    return ended === 0 ? null : (100 * (bad(day) + bad(before))) / ended;
  };

const DAILY: Partial<Record<MetricName, DailyValue>> = {
  failure_rate: rate(({ failed, timeout }) => failed + timeout),
  timeout_rate: rate(({ timeout }) => timeout),
  daily_failures: ({ failed, timeout }) => failed + timeout,
  daily_retries: ({ retried }) => retried,
  daily_rescues: ({ rescued }) => rescued,
};

/** What the metric was at the end of a day; null for a metric without a history, or when nothing ended. */
export function dailyValue(metric: MetricName, day: CountedDay, before: CountedDay): number | null {
  return DAILY[metric]?.(day, before) ?? null;
}

/** How often a condition would have begun to hold. `days`: the newest first, with one day before the first that counts. */
export function previewDays(metric: MetricName, condition: Condition, days: readonly CountedDay[]): RulePreview {
  const shown = days.slice(0, -1).map((day, i) => {
    const value = dailyValue(metric, day, days[i + 1] as CountedDay);
    return { day: day.day, value, met: value !== null && holds(condition, value) };
  });
  const oldestFirst = shown.toReversed();
  // Stryker disable next-line ArithmeticOperator: a run has one first and one last day
  return { firings: oldestFirst.filter(({ met }, i) => met && oldestFirst[i - 1]?.met !== true).length, days: oldestFirst };
}
