import { decodeRankCursor, type Page, rankPage } from '../platform/http/paging.ts';
import type { Firing } from './schedule.ts';

const LIST = 'firings';

/** A page of the history of one schedule, by due time. The query asked for one row more than `limit`. */
export function firingPage<View>(scheduleId: string, rows: readonly Firing[], limit: number, toView: (firing: Firing) => View): Page<View> {
  const keyed = rows.map((firing) => ({ id: scheduleId, firing }));
  return rankPage(
    LIST,
    keyed,
    limit,
    ({ firing }) => firing.dueAt.getTime(),
    ({ firing }) => toView(firing),
  );
}

/** The page holds earlier due times; null for the first page. @throws {ProblemError} 400 `invalid_cursor` */
export function decodeFiringCursor(scheduleId: string, cursor: string | undefined): Date | null {
  const last = decodeRankCursor(LIST, cursor);
  return last === undefined || last.id !== scheduleId ? null : new Date(last.rank);
}
