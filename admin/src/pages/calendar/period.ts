import { addDays, addMonths, daysFrom, firstOfMonth, mondayOf } from '../../features/pool/days.ts';
import type { CalendarViewName } from './search.ts';

const WEEK = 7;
const AGENDA_DAYS = 14;
/** A week of one account would leave the page empty, so that the weeks after it are shown too. */
const SINGLE_WEEKS = 4;

/** The days of a view: a week (four of a single account) or whole weeks from Monday, an agenda from its day. */
export function periodOf(view: CalendarViewName, from: string, isSingle = false): string[] {
  if (view === 'week') return daysFrom(mondayOf(from), isSingle ? SINGLE_WEEKS * WEEK : WEEK);
  if (view === 'agenda') return daysFrom(from, AGENDA_DAYS);
  const first = mondayOf(firstOfMonth(from));
  const last = addDays(mondayOf(addDays(addMonths(from, 1), -1)), WEEK - 1);
  return daysFrom(first, Math.round((Date.parse(last) - Date.parse(first)) / 86_400_000) + 1);
}

/** The day from which the next or previous period is shown. */
export function step(view: CalendarViewName, from: string, by: 1 | -1): string {
  if (view === 'month') return addMonths(from, by);
  return addDays(view === 'week' ? mondayOf(from) : from, by * (view === 'week' ? WEEK : AGENDA_DAYS));
}

/** The instants between which entries of these days lie in any time zone: UTC−12 to UTC+14. */
export function instantsOf(days: readonly string[]): { from: string; before: string } {
  const [first = '', last = ''] = [days[0], days.at(-1)];
  return {
    from: new Date(Date.parse(first) - 14 * 3_600_000).toISOString(),
    before: new Date(Date.parse(addDays(last, 1)) + 12 * 3_600_000).toISOString(),
  };
}
