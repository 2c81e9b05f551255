import type { EntryStatus } from '../../api/pool.ts';
import type { AccountView, PoolListData } from '../../api/schema/types.gen.ts';
import { todayIn } from '../../features/pool/days.ts';
import { instantsOf, periodOf } from './period.ts';
import type { CalendarSearch, CalendarViewName } from './search.ts';

/** Screens on which the agenda is the default view. */
export const SMALL_SCREEN = '(max-width: 760px)';

/** Pulled entries have left the calendar. */
const SHOWN: EntryStatus[] = ['pending', 'publishing', 'published', 'failed', 'outcome_unknown'];

/** The days and accounts that an address shows, and the entries that they need. */
export interface CalendarScope {
  view: CalendarViewName;
  from: string;
  days: readonly string[];
  /** Accounts that can be chosen. */
  active: AccountView[];
  shown: AccountView[];
  filter: NonNullable<PoolListData['query']>;
}

export function scopeOf(search: CalendarSearch, accounts: readonly AccountView[], isSmall: boolean): CalendarScope {
  const view = search.view ?? (isSmall ? 'agenda' : 'week');
  const from = search.from ?? todayIn();
  const active = accounts.filter(({ status }) => status !== 'archived');
  const shown = active.filter(({ id }) => search.accountId === undefined || id === search.accountId);
  const days = periodOf(view, from, shown.length === 1);
  return { view, from, days, active, shown, filter: { ...instantsOf(days), status: SHOWN, accountId: search.accountId } };
}
