import { dayOf, timeOfLocal } from '../publishing/slots.ts';

export const BUDGET_PERIODS = ['day', 'week', 'month'] as const;
export type BudgetPeriod = (typeof BUDGET_PERIODS)[number];

/** `start` belongs to the window, `end` to the next one. */
export interface BudgetWindow {
  readonly start: Date;
  readonly end: Date;
}

const DAY_MS = 86_400_000;

/**
 * The day, week or month of the time zone that contains `now`. A week starts on Monday. A window starts at midnight, or at the first
 * time after it when a clock change leaves midnight out, so the windows of a time zone leave no gap and do not overlap.
 */
export function windowAt(now: Date, period: BudgetPeriod, timeZone: string): BudgetWindow {
  const [first, next] = bounds(dayOf(now, timeZone), period);
  return { start: midnightOf(first, timeZone), end: midnightOf(next, timeZone) };
}

/** The first days of the period that contains `day`, and of the next one, as `YYYY-MM-DD`. */
function bounds(day: string, period: BudgetPeriod): [first: string, next: string] {
  const date = new Date(`${day}T00:00:00Z`);
  if (period === 'month') {
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
    return [isoDay(new Date(Date.UTC(year, month, 1))), isoDay(new Date(Date.UTC(year, month + 1, 1)))];
  }
  const sinceMonday = period === 'week' ? (date.getUTCDay() + 6) % 7 : 0;
  const first = date.getTime() - sinceMonday * DAY_MS;
  return [isoDay(new Date(first)), isoDay(new Date(first + (period === 'week' ? 7 : 1) * DAY_MS))];
}

const isoDay = (date: Date): string => date.toISOString().slice(0, 10);

function midnightOf(day: string, timeZone: string): Date {
  const midnight = timeOfLocal(`${day}T00:00`, timeZone);
  if (midnight === null) throw new Error(`the day ${day} of the time zone ${timeZone} has no start`);
  return midnight;
}
