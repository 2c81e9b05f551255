import { queryOptions } from '@tanstack/react-query';
import { type ExecutionsSearch, periodOf, PERIODS } from '../pages/executions/search.ts';
import { ApiError, call } from './client.ts';
import { conditionsOf } from './executions.ts';
import type { ExecutionCounts, ExecutionsCountData, MonitorGetThroughputData, ThroughputView } from './schema/types.gen.ts';

export interface Bucket {
  completed: number;
  failed: number;
}

export interface Throughput {
  readonly from: number;
  /** Milliseconds of a bar. */
  readonly step: number;
  /** Empty when the server has no numbers for these conditions, or does not show them to the caller. */
  readonly buckets: readonly Bucket[];
  /** By status, of those that were submitted in the period. */
  readonly counts: Readonly<Record<string, number>>;
  /** Statuses whose number is an estimate. */
  readonly approximate: ReadonlySet<string>;
}

/** Minutes of a bar, by period. */
const STEPS = { '15m': 1, '1h': 1, '24h': 15, '7d': 120 } as const;
const MINUTE_MS = 60_000;
/** The server counts by one task and one queue: more combinations than this are not asked for. */
const MAX_REQUESTS = 6;

async function loadThroughput(search: ExecutionsSearch, signal: AbortSignal): Promise<Throughput> {
  const period = periodOf(search);
  const step = STEPS[period];
  const since = new Date(Math.floor((Date.now() - PERIODS[period]) / (step * MINUTE_MS)) * step * MINUTE_MS).toISOString();
  const counting = call<ExecutionsCountData, ExecutionCounts>('GET', '/executions/counts', {
    query: { since, ...conditionsOf(search) },
    signal,
  });
  const charts = await Promise.all(selectionsOf(search).map((one) => loadChart({ ...one, since, step: `PT${step}M` }, signal)));
  const { items } = await counting;
  return {
    from: Date.parse(charts[0]?.since ?? since),
    step: step * MINUTE_MS,
    buckets: sumOf(charts),
    counts: Object.fromEntries(items.map(({ status, count }) => [status, count])),
    approximate: new Set(items.filter(({ approx }) => approx).map(({ status }) => status)),
  };
}

type Selection = Pick<NonNullable<MonitorGetThroughputData['query']>, 'taskName' | 'queue'>;

/** One for each combination of task and queue; none when there are too many, or for a batch, which the server does not count. */
export function selectionsOf({ taskName, queue, batchId }: ExecutionsSearch): Selection[] {
  const names = taskName?.length ? taskName.map((name) => ({ taskName: name })) : [{}];
  const queues = queue?.length ? queue.map((name) => ({ queue: name })) : [{}];
  const all = names.flatMap((one) => queues.map((other) => ({ ...one, ...other })));
  return batchId !== undefined || all.length > MAX_REQUESTS ? [] : all;
}

/** Undefined when the caller may not see numbers of the whole installation. */
async function loadChart(query: NonNullable<MonitorGetThroughputData['query']>, signal: AbortSignal): Promise<ThroughputView | undefined> {
  try {
    return await call<MonitorGetThroughputData, ThroughputView>('GET', '/monitor/throughput', { query, signal });
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return undefined;
    throw error;
  }
}

/** Exported for its test. */
export function sumOf(charts: readonly (Pick<ThroughputView, 'items'> | undefined)[]): Bucket[] {
  const known = charts.filter((chart) => chart !== undefined);
  const length = Math.max(0, ...known.map(({ items }) => items.length));
  return Array.from({ length }, (_, i) => ({
    completed: known.reduce((sum, { items }) => sum + (items[i]?.completed ?? 0), 0),
    failed: known.reduce((sum, { items }) => sum + (items[i]?.failed ?? 0) + (items[i]?.timeout ?? 0), 0),
  }));
}

export function throughputQuery(search: ExecutionsSearch) {
  return queryOptions({
    queryKey: ['executions', 'throughput', { ...conditionsOf(search), period: periodOf(search) }],
    queryFn: ({ signal }) => loadThroughput(search, signal),
    refetchInterval: 15_000,
    placeholderData: (previous) => previous,
  });
}
