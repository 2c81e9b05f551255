import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import type { PoolEntryPage, PoolListData, TopicPage, TopicsListData } from './schema/types.gen.ts';

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
  queryFn: async ({ signal }): Promise<boolean> => {
    const query = { status: ['published' as const], limit: 1 };
    const { items } = await call<PoolListData, PoolEntryPage>('GET', '/pool', { query, signal });
    return items.length > 0;
  },
  staleTime: 60_000,
});
