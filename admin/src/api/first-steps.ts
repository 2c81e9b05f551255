import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import type { PoolEntryPage, PoolListData, TopicPage, TopicsListData } from './schema/types.gen.ts';

const FIRST_EVERY_MS = 15_000;

/** Whether any topic was ever added. */
export const anyTopicQuery = queryOptions({
  queryKey: ['topics', 'any'],
  queryFn: async ({ signal }): Promise<boolean> => {
    const { items } = await call<TopicsListData, TopicPage>('GET', '/topics', { query: { limit: 1 }, signal });
    return items.length > 0;
  },
  staleTime: 60_000,
});

/** Whether anything was ever published. */
export const anyPublicationQuery = queryOptions({
  queryKey: ['pool', 'any'],
  // A publication happens without the reader; after the first one nothing more is asked.
  refetchInterval: ({ state }) => (state.data === true ? false : FIRST_EVERY_MS),
  queryFn: async ({ signal }): Promise<boolean> => {
    const query = { status: ['published' as const], limit: 1 };
    const { items } = await call<PoolListData, PoolEntryPage>('GET', '/pool', { query, signal });
    return items.length > 0;
  },
  staleTime: 60_000,
});
