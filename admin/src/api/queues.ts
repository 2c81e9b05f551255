import { queryOptions } from '@tanstack/react-query';
import { call, onceKey } from './client.ts';
import type {
  BulkPreview,
  QueueList,
  QueuesDrainData,
  QueuesListData,
  QueuesPauseData,
  QueuesResumeData,
  QueuesSetStrategyData,
  QueueView,
  StrategyBody,
} from './schema/types.gen.ts';

/** A queue and when it was asked for: only later events change it. */
export type Queue = QueueView & { fetchedAt: number };

export const queuesQuery = queryOptions({
  queryKey: ['queues'],
  queryFn: async ({ signal }): Promise<{ items: Queue[] }> => {
    const fetchedAt = Date.now();
    const { items } = await call<QueuesListData, QueueList>('GET', '/queues', { signal });
    return { items: items.map((item) => ({ ...item, fetchedAt })) };
  },
  refetchInterval: 10_000,
});

export const pauseQueue = (name: string): Promise<QueueView> =>
  call<QueuesPauseData, QueueView>('POST', '/queues/{name}/pause', { path: { name } });

export const resumeQueue = (name: string): Promise<QueueView> =>
  call<QueuesResumeData, QueueView>('POST', '/queues/{name}/resume', { path: { name } });

export const previewDrain = (name: string): Promise<BulkPreview> =>
  call<QueuesDrainData, BulkPreview>('POST', '/queues/{name}/drain', { path: { name }, body: { preview: true } });

export const drainQueue = (name: string): Promise<unknown> =>
  call<QueuesDrainData, unknown>('POST', '/queues/{name}/drain', { path: { name }, body: {}, headers: onceKey() });

export const setStrategy = (name: string, strategy: NonNullable<StrategyBody['strategy']>): Promise<unknown> =>
  call<QueuesSetStrategyData, unknown>('PUT', '/queues/{name}/strategy', { path: { name }, body: { strategy } });
