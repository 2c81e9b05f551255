import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { ENDED_STATUSES, type ExecutionsSearch, OPEN_STATUSES, type Status, windowOf } from '../pages/executions/search.ts';
import { call, onceKey } from './client.ts';
import { byCursor } from './page.ts';
import type {
  AcceptedExecution,
  ArtifactList,
  BlockersView,
  BulkBody,
  BulkFilter,
  BulkPreview,
  ExecutionPage,
  ExecutionReportView,
  ExecutionsChangeManyData,
  ExecutionsExplainData,
  ExecutionsGetData,
  ExecutionsGetReportData,
  ExecutionsListData,
  ExecutionsListTransitionsData,
  ExecutionsRetryData,
  ExecutionView,
  RetryBody,
  TransitionList,
} from './schema/types.gen.ts';

type ListQuery = NonNullable<ExecutionsListData['query']>;

export const listExecutions = (query: ListQuery, signal?: AbortSignal): Promise<ExecutionPage> =>
  call<ExecutionsListData, ExecutionPage>('GET', '/executions', { query, ...(signal && { signal }) });

/** An execution and when it was asked for: the answer contains what came before. */
export type Row = ExecutionView & { fetchedAt: number };

const PAGE = 100;
const OPEN_MAX = 200;
const EXPORT_PAGE = 200;
const iso = (ms: number): string => new Date(ms).toISOString();
const among = (all: readonly Status[], { status }: ExecutionsSearch): Status[] => all.filter((one) => status?.includes(one) ?? true);

export function conditionsOf({ taskName, queue, batchId }: ExecutionsSearch): Pick<ListQuery, 'taskName' | 'queue' | 'batchId'> {
  return { ...(taskName && { taskName }), ...(queue && { queue }), ...(batchId !== undefined && { batchId }) };
}

/** What has not ended belongs to every period. Running first, then in the order of the start. */
export function openQuery(search: ExecutionsSearch) {
  const conditions = conditionsOf(search);
  return queryOptions({
    queryKey: ['executions', 'open', conditions],
    queryFn: async ({ signal }): Promise<Row[]> => {
      const fetchedAt = Date.now();
      const { items } = await listExecutions({ limit: OPEN_MAX, status: [...OPEN_STATUSES], ...conditions }, signal);
      const rank = ({ status }: ExecutionView) => (OPEN_STATUSES as readonly string[]).indexOf(status);
      return items.map((item) => ({ ...item, fetchedAt })).toSorted((a, b) => rank(a) - rank(b) || a.runAt.localeCompare(b.runAt));
    },
    placeholderData: (previous) => previous,
  });
}

/** By page; it is read again only when the reader asks, so that rows do not move while they are read. */
export function endedQuery(search: ExecutionsSearch) {
  const { status, since, until } = search;
  const conditions = conditionsOf(search);
  return infiniteQueryOptions({
    ...byCursor,
    queryKey: ['executions', 'ended', { status, since, until, ...conditions }],
    queryFn: async ({ pageParam, signal }) => {
      const { from, to, fixed } = windowOf(search, Date.now());
      const statuses = among(ENDED_STATUSES, search);
      if (statuses.length === 0) return { items: [] as Row[], nextCursor: null, fetchedAt: Date.now() };
      const fetchedAt = Date.now();
      const query = { limit: PAGE, status: statuses, ...conditions, since: iso(from), ...(fixed && { until: iso(to) }) };
      const page = await listExecutions({ ...query, ...(pageParam !== undefined && { cursor: pageParam }) }, signal);
      return { items: page.items.map((item): Row => ({ ...item, fetchedAt })), nextCursor: page.nextCursor, fetchedAt };
    },
    placeholderData: (previous) => previous,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** A page of everything that the filter shows: what has not ended, whenever it was submitted, and what ended in the period. */
export async function exportPage(search: ExecutionsSearch, cursor: string | undefined, signal: AbortSignal): Promise<ExecutionPage> {
  const conditions = conditionsOf(search);
  const { from, to, fixed } = windowOf(search, Date.now());
  // The cursor says which of the two lists is read.
  const [list = 'open', at] = cursor?.split(' ') ?? [];
  const isOpen = list === 'open' && !fixed;
  const status = among(isOpen ? OPEN_STATUSES : ENDED_STATUSES, search);
  const time = isOpen ? {} : { since: iso(from), ...(fixed && { until: iso(to) }) };
  const query = { limit: EXPORT_PAGE, status, ...conditions, ...time, ...(at !== undefined && { cursor: at }) };
  const { items, nextCursor } = status.length === 0 ? { items: [], nextCursor: null } : await listExecutions(query, signal);
  if (nextCursor !== null) return { items, nextCursor: `${isOpen ? 'open' : 'ended'} ${nextCursor}` };
  return { items, nextCursor: isOpen ? 'ended' : null };
}

const one = (executionId: string) => ({ path: { executionId } });

export const executionQuery = (executionId: string) =>
  queryOptions({
    queryKey: ['executions', 'one', executionId],
    queryFn: async ({ signal }): Promise<Row> => {
      const fetchedAt = Date.now();
      const view = await call<ExecutionsGetData, ExecutionView>('GET', '/executions/{executionId}', { ...one(executionId), signal });
      return { ...view, fetchedAt };
    },
  });

export const reportQuery = (executionId: string) =>
  queryOptions({
    queryKey: ['executions', 'report', executionId],
    queryFn: ({ signal }) =>
      call<ExecutionsGetReportData, ExecutionReportView>('GET', '/executions/{executionId}/report', { ...one(executionId), signal }),
  });

export const blockersQuery = (executionId: string) =>
  queryOptions({
    queryKey: ['executions', 'why', executionId],
    queryFn: ({ signal }) =>
      call<ExecutionsExplainData, BlockersView>('GET', '/executions/{executionId}/why', { ...one(executionId), signal }),
  });

export const transitionsQuery = (executionId: string) =>
  queryOptions({
    queryKey: ['executions', 'audit', executionId],
    queryFn: ({ signal }) =>
      call<ExecutionsListTransitionsData, TransitionList>('GET', '/executions/{executionId}/audit', { ...one(executionId), signal }),
  });

interface ArtifactsOperation {
  url: '/executions/{executionId}/artifacts';
  path: { executionId: string };
}

export const artifactsQuery = (executionId: string) =>
  queryOptions({
    queryKey: ['executions', 'artifacts', executionId],
    queryFn: ({ signal }) =>
      call<ArtifactsOperation, ArtifactList>('GET', '/executions/{executionId}/artifacts', { ...one(executionId), signal }),
  });

export const retryExecution = (executionId: string, body: RetryBody): Promise<ExecutionView> =>
  call<ExecutionsRetryData, ExecutionView>('POST', '/executions/{executionId}/retry', { ...one(executionId), body, headers: onceKey() });

export type BulkAction = BulkBody['action'];

/** The chosen executions, or all that match a filter. */
export type BulkScope = { readonly ids: string[] } | { readonly filter: BulkFilter };

interface Change {
  readonly action: BulkAction;
  readonly scope: BulkScope;
  readonly priority?: number;
}

const bodyOf = ({ action, scope, priority }: Change): BulkBody => ({ action, ...scope, ...(priority !== undefined && { priority }) });

/** How many executions a change would reach, before it is made. */
export const previewBulk = (change: Change): Promise<BulkPreview> =>
  call<ExecutionsChangeManyData, BulkPreview>('POST', '/executions/bulk', { body: { ...bodyOf(change), preview: true } });

/** Answers the execution that makes the change. */
export const runBulk = (change: Change): Promise<AcceptedExecution> =>
  call<ExecutionsChangeManyData, AcceptedExecution>('POST', '/executions/bulk', { body: bodyOf(change), headers: onceKey() });
