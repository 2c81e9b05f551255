import { queryOptions } from '@tanstack/react-query';
import { call, ifMatch } from './client.ts';
import type {
  ContentPage,
  ContentsListData,
  ContentsPublishData,
  ContentSummary,
  EntryNoteBody,
  MoveEntryBody,
  PoolEntryList,
  PoolEntryPage,
  PoolEntryView,
  PoolGetData,
  PoolHistory,
  PoolListData,
  PoolListHistoryData,
  PoolMoveData,
  PoolPublishNowData,
  PoolPullData,
  PoolRestoreData,
  PoolRetryData,
  PoolSettleData,
  PublishBody,
  SettleBody,
} from './schema/types.gen.ts';

export type { PoolEntryView } from './schema/types.gen.ts';
export type EntryStatus = PoolEntryView['status'];

const PAGE = 200;
/** 2,000 entries: more than a screen shows. The answer says when there are more. */
const MOST_PAGES = 10;

type PoolFilter = NonNullable<PoolListData['query']>;

export interface Entries {
  items: PoolEntryView[];
  /** More entries exist than were read. */
  truncated: boolean;
}

async function readAll(filter: PoolFilter, signal: AbortSignal, isEnough = (_last: PoolEntryView) => false): Promise<Entries> {
  const items: PoolEntryView[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const next = await exportPage(filter, cursor, signal);
    items.push(...next.items);
    const last = items.at(-1);
    if (next.nextCursor === null || (last && isEnough(last))) return { items, truncated: false };
    cursor = next.nextCursor;
  }
  return { items, truncated: true };
}

export const exportPage = (filter: PoolFilter, cursor: string | undefined, signal: AbortSignal): Promise<PoolEntryPage> =>
  call<PoolListData, PoolEntryPage>('GET', '/pool', { query: { ...filter, limit: PAGE, cursor }, signal });

/** Entries of a period: the rows of the calendar. */
export const entriesQuery = (filter: PoolFilter) =>
  queryOptions({
    queryKey: ['pool', 'entries', filter],
    queryFn: ({ signal }) => readAll(filter, signal),
    refetchInterval: 60_000,
  });

export const entryQuery = (id: string) =>
  queryOptions({
    queryKey: ['pool', 'one', id],
    queryFn: ({ signal }) => call<PoolGetData, PoolEntryView>('GET', '/pool/{id}', { path: { id }, signal }),
  });

export const entryHistoryQuery = (id: string) =>
  queryOptions({
    queryKey: ['pool', 'history', id],
    queryFn: ({ signal }) => call<PoolListHistoryData, PoolHistory>('GET', '/pool/{id}/history', { path: { id }, signal }),
  });

const UNSCHEDULED = 100;

/**
 * Approved contents that have no entry in the pool. An entry is newer than its content, so the newest entries are read only as far as
 * the oldest of these contents.
 */
export const unscheduledQuery = queryOptions({
  queryKey: ['pool', 'unscheduled'],
  queryFn: async ({ signal }): Promise<ContentSummary[]> => {
    const query = { reviewStatus: ['approved' as const], limit: UNSCHEDULED };
    const { items } = await call<ContentsListData, ContentPage>('GET', '/contents', { query, signal });
    const oldest = items.at(-1)?.createdAt;
    if (oldest === undefined) return [];
    const entries = await readAll({}, signal, ({ createdAt }) => createdAt < oldest);
    const taken = new Set(entries.items.filter(({ status }) => status !== 'pulled').map(({ contentId }) => contentId));
    return items.filter(({ id, kind }) => !taken.has(id) && kind !== 'brief' && kind !== 'sample');
  },
  refetchInterval: 60_000,
});

const of = ({ id, version }: Pick<PoolEntryView, 'id' | 'version'>) => ({ path: { id }, headers: ifMatch(version) });
type Entry = Pick<PoolEntryView, 'id' | 'version'>;

export const moveEntry = (entry: Entry, body: MoveEntryBody): Promise<PoolEntryView> =>
  call<PoolMoveData, PoolEntryView>('PATCH', '/pool/{id}', { ...of(entry), body });

export const publishNow = (entry: Entry): Promise<PoolEntryView> =>
  call<PoolPublishNowData, PoolEntryView>('POST', '/pool/{id}/publish-now', of(entry));

export const pullEntry = (entry: Entry, body: EntryNoteBody = {}): Promise<PoolEntryView> =>
  call<PoolPullData, PoolEntryView>('POST', '/pool/{id}/pull', { ...of(entry), body });

export const restoreEntry = (entry: Entry): Promise<PoolEntryView> =>
  call<PoolRestoreData, PoolEntryView>('POST', '/pool/{id}/restore', of(entry));

export const retryEntry = (entry: Entry): Promise<PoolEntryView> =>
  call<PoolRetryData, PoolEntryView>('POST', '/pool/{id}/retry', { ...of(entry), body: {} });

export const settleEntry = (entry: Entry, body: SettleBody): Promise<PoolEntryView> =>
  call<PoolSettleData, PoolEntryView>('POST', '/pool/{id}/settle', { ...of(entry), body });

/** Without a time the server takes the next free slot. */
export const schedule = (contentId: string, body: PublishBody): Promise<PoolEntryList> =>
  call<ContentsPublishData, PoolEntryList>('POST', '/contents/{id}/publish', { path: { id: contentId }, body });
