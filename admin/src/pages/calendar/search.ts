import { present, type RawSearch, textOf, wordOf } from '../../app/search-params.ts';
import { isDay } from '../../features/pool/days.ts';

export const VIEWS = ['week', 'month', 'agenda'] as const;
export type CalendarViewName = (typeof VIEWS)[number];

export interface CalendarSearch {
  /** A day of the period that is shown. */
  from?: string;
  view?: CalendarViewName;
  accountId?: string;
  /** The open entry. */
  sel?: string;
}

export function calendarSearch(raw: RawSearch): CalendarSearch {
  const from = textOf(raw.from);
  return present({
    from: from !== undefined && isDay(from) ? from : undefined,
    view: wordOf(raw.view, VIEWS),
    accountId: textOf(raw.accountId),
    sel: textOf(raw.sel),
  }) as CalendarSearch;
}
