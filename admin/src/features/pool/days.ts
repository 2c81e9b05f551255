import { readerZone } from '../../i18n/reader-zone.ts';

/** Days are ISO dates and local times are `YYYY-MM-DDTHH:MM`, as the API has them: neither has a time zone that could shift it. */
const DAY_MS = 86_400_000;

export const addDays = (day: string, by: number): string => new Date(Date.parse(day) + by * DAY_MS).toISOString().slice(0, 10);

/** 1 is Monday, 7 is Sunday. */
export const weekdayOf = (day: string): number => new Date(day).getUTCDay() || 7;

export const mondayOf = (day: string): string => addDays(day, 1 - weekdayOf(day));

export const firstOfMonth = (day: string): string => `${day.slice(0, 7)}-01`;

/** The first day of the month that is `by` months away. */
export function addMonths(day: string, by: number): string {
  const first = new Date(firstOfMonth(day));
  first.setUTCMonth(first.getUTCMonth() + by);
  return first.toISOString().slice(0, 10);
}

export const daysFrom = (first: string, count: number): string[] => Array.from({ length: count }, (_, index) => addDays(first, index));

export const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));

const formats = new Map<string, Intl.DateTimeFormat>();

/** The present day of a time zone; of the reader unless one is given. */
export const todayIn = (timeZone = readerZone()): string => localOf(Date.now(), timeZone).slice(0, 10);

export const isThisYear = (local: string): boolean => local.slice(0, 4) === todayIn().slice(0, 4);

/** The local time of a time zone, as `YYYY-MM-DDTHH:MM`. */
export function localOf(at: number, timeZone: string): string {
  const known = formats.get(timeZone);
  const format = known ?? new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  if (!known) formats.set(timeZone, format);
  return format.format(at).replace(' ', 'T');
}
