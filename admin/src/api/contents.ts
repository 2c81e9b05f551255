import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call, ifMatch } from './client.ts';
import { byCursor } from './page.ts';
import type {
  ContentCountList,
  ContentDiff,
  ContentPage,
  ContentReaders,
  ContentsApproveData,
  ContentsCountData,
  ContentsDiffData,
  ContentsGetData,
  ContentsListData,
  ContentsListReviewsData,
  ContentsPublishData,
  ContentsRejectData,
  ContentsReturnData,
  ContentsRewriteData,
  ContentsSetPresenceData,
  ContentsSubmitData,
  ContentsUndoData,
  ContentsUpdateData,
  ContentTaskView,
  ContentView,
  ContentWithReaders,
  PoolEntryList,
  ReturnBody,
  ReviewHistory,
  ReviewQueuePage,
  ReviewsListData,
  UpdateContentBody,
} from './schema/types.gen.ts';

export type Content = ContentWithReaders;
/** What an act needs to know of the content: its id, and the version that was read. */
export type ReadVersion = Pick<ContentView, 'id' | 'version'>;
export type ReviewStatus = ContentView['reviewStatus'];
export const REVIEW_STATUSES = ['pending_review', 'draft', 'approved', 'rejected'] as const satisfies readonly ReviewStatus[];
export const KINDS = ['article', 'digest', 'data', 'brief', 'sample'] as const satisfies readonly ContentView['kind'][];
export type ReturnReason = ReturnBody['reasons'][number];

const QUEUE_PAGE = 100;
const LIST_PAGE = 50;
const EXPORT_PAGE = 200;
const COUNT_EVERY_MS = 30_000;

export interface QueueFilter {
  q?: string | undefined;
  accountId?: string | undefined;
}

const given = <T extends object>(query: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as never;

/** It is read again only when the reader asks or decides, so that the queue does not move while it is read. */
export const reviewQueueQuery = (filter: QueueFilter) =>
  infiniteQueryOptions({
    ...byCursor,
    queryKey: ['contents', 'queue', filter],
    queryFn: ({ pageParam, signal }) => {
      const query = given({ ...filter, sort: 'risk' as const, limit: QUEUE_PAGE, cursor: pageParam });
      return call<ReviewsListData, ReviewQueuePage>('GET', '/reviews', { query, signal });
    },
    placeholderData: (previous) => previous,
  });

export interface ContentFilter {
  reviewStatus?: ReviewStatus[] | undefined;
  accountId?: string | undefined;
  kind?: (typeof KINDS)[number][] | undefined;
}

export const contentsQuery = (filter: ContentFilter) =>
  infiniteQueryOptions({
    ...byCursor,
    queryKey: ['contents', 'list', filter],
    queryFn: ({ pageParam, signal }) => {
      const query = given({ ...filter, limit: LIST_PAGE, cursor: pageParam });
      return call<ContentsListData, ContentPage>('GET', '/contents', { query, signal });
    },
    placeholderData: (previous) => previous,
  });

export const exportPage = (filter: ContentFilter, cursor: string | undefined, signal: AbortSignal): Promise<ContentPage> =>
  call<ContentsListData, ContentPage>('GET', '/contents', { query: given({ ...filter, limit: EXPORT_PAGE, cursor }), signal });

export const contentCountsQuery = (filter: Omit<ContentFilter, 'reviewStatus'> = {}) =>
  queryOptions({
    queryKey: ['contents', 'counts', filter],
    queryFn: ({ signal }) => call<ContentsCountData, ContentCountList>('GET', '/contents/counts', { query: given(filter), signal }),
    refetchInterval: COUNT_EVERY_MS,
  });

export const countOf = (counts: ContentCountList | undefined, status: ReviewStatus): number | undefined =>
  counts?.items.find((item) => item.status === status)?.count;

export const contentQuery = (id: string) =>
  queryOptions({
    queryKey: ['contents', 'one', id],
    queryFn: ({ signal }) => call<ContentsGetData, Content>('GET', '/contents/{id}', { path: { id }, signal }),
  });

export const reviewHistoryQuery = (id: string) =>
  queryOptions({
    queryKey: ['contents', 'reviews', id],
    queryFn: ({ signal }) => call<ContentsListReviewsData, ReviewHistory>('GET', '/contents/{id}/reviews', { path: { id }, signal }),
  });

/** From the version before to this one, unless another is given. */
export const diffQuery = (id: string, to: number, from?: number) =>
  queryOptions({
    queryKey: ['contents', 'diff', id, to, from],
    queryFn: ({ signal }) =>
      call<ContentsDiffData, ContentDiff>('GET', '/contents/{id}/diff', { path: { id }, query: given({ to, from }), signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

const read = ({ id, version }: ReadVersion) => ({ path: { id }, headers: ifMatch(version) });

export const approveContent = (content: ReadVersion): Promise<ContentView> =>
  call<ContentsApproveData, ContentView>('POST', '/contents/{id}/approve', { ...read(content), body: {} });

export const returnContent = (content: ReadVersion, body: ReturnBody): Promise<ContentView> =>
  call<ContentsReturnData, ContentView>('POST', '/contents/{id}/return', { ...read(content), body });

export const rejectContent = (content: ReadVersion, body: ReturnBody): Promise<ContentView> =>
  call<ContentsRejectData, ContentView>('POST', '/contents/{id}/reject', { ...read(content), body });

/** Takes back the own approval or return of the last ten seconds. */
export const undoReview = (content: ReadVersion): Promise<ContentView> =>
  call<ContentsUndoData, ContentView>('POST', '/contents/{id}/undo', read(content));

export const submitContent = (content: ReadVersion): Promise<ContentView> =>
  call<ContentsSubmitData, ContentView>('POST', '/contents/{id}/submit', { ...read(content), body: {} });

export const rewriteContent = (content: ReadVersion): Promise<ContentTaskView> =>
  call<ContentsRewriteData, ContentTaskView>('POST', '/contents/{id}/rewrite', { ...read(content), body: {} });

export const updateContent = (content: ReadVersion, body: UpdateContentBody): Promise<ContentView> =>
  call<ContentsUpdateData, ContentView>('PATCH', '/contents/{id}', { ...read(content), body });

export const publishContent = (id: string): Promise<PoolEntryList> =>
  call<ContentsPublishData, PoolEntryList>('POST', '/contents/{id}/publish', { path: { id }, body: {} });

export const setPresence = (id: string): Promise<ContentReaders> =>
  call<ContentsSetPresenceData, ContentReaders>('PUT', '/contents/{id}/presence', { path: { id } });

/** The signed link as an address of this origin: it begins with the public address, which the reader may not reach. */
export function previewOf({ previewUrl }: Pick<ContentView, 'previewUrl'>): string {
  const { pathname, search } = new URL(previewUrl, location.href);
  return pathname + search;
}
