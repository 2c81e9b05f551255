import type { QueryClient } from '@tanstack/react-query';
import { accountsQuery } from '../../api/accounts.ts';
import { entriesQuery, unscheduledQuery } from '../../api/pool.ts';
import { sessionQuery } from '../../api/session.ts';
import { scopeOf, SMALL_SCREEN } from './scope.ts';
import type { CalendarSearch } from './search.ts';

const PERMISSIONS = ['accounts:read', 'content:read'] as const;

/** Reads what the page shows first into the cache, unless it is there. The page reports failures, because it reads it again. */
export async function prefetchCalendar(queries: QueryClient, search: CalendarSearch): Promise<void> {
  const permissions = queries.getQueryData(sessionQuery.queryKey)?.permissions ?? [];
  if (!PERMISSIONS.every((permission) => permissions.includes(permission))) return;
  await queries.prefetchQuery(accountsQuery);
  const accounts = queries.getQueryData(accountsQuery.queryKey);
  if (!accounts) return;
  const { view, filter } = scopeOf(search, accounts, matchMedia(SMALL_SCREEN).matches);
  await Promise.all([queries.prefetchQuery(entriesQuery(filter)), view !== 'agenda' && queries.prefetchQuery(unscheduledQuery)]);
}
