import { infiniteQueryOptions } from '@tanstack/react-query';
import { call, ifMatch, onceKey } from './client.ts';
import { byCursor } from './page.ts';
import type {
  ContentTasksCreateData,
  ContentTaskView,
  CreateTopicBody,
  ImportTopicsBody,
  SuggestionsView,
  SuggestTopicsBody,
  TopicImportView,
  TopicPage,
  TopicsCreateData,
  TopicsDeleteData,
  TopicsImportData,
  TopicsListData,
  TopicsRejectData,
  TopicsRestoreData,
  TopicsSuggestData,
  TopicView,
} from './schema/types.gen.ts';

export type TopicFilter = Pick<NonNullable<TopicsListData['query']>, 'accountId' | 'status' | 'series'>;

const PAGE = 100;

export const topicsQuery = (filter: TopicFilter) =>
  infiniteQueryOptions({
    ...byCursor,
    queryKey: ['topics', filter],
    queryFn: ({ pageParam, signal }) =>
      call<TopicsListData, TopicPage>('GET', '/topics', { query: { ...filter, limit: PAGE, cursor: pageParam }, signal }),
    refetchInterval: 30_000,
  });

export const createTopic = (body: CreateTopicBody): Promise<TopicView> => call<TopicsCreateData, TopicView>('POST', '/topics', { body });

export const importTopics = (body: ImportTopicsBody): Promise<TopicImportView> =>
  call<TopicsImportData, TopicImportView>('POST', '/topics/import', { body });

export const suggestTopics = (body: SuggestTopicsBody): Promise<SuggestionsView> =>
  call<TopicsSuggestData, SuggestionsView>('POST', '/topics/suggest', { body });

const of = ({ id, version }: TopicView) => ({ path: { id }, headers: ifMatch(version) });

export const rejectTopic = (topic: TopicView): Promise<TopicView> =>
  call<TopicsRejectData, TopicView>('POST', '/topics/{id}/reject', { ...of(topic), body: {} });

export const restoreTopic = (topic: TopicView): Promise<TopicView> =>
  call<TopicsRestoreData, TopicView>('POST', '/topics/{id}/restore', of(topic));

export const deleteTopic = (topic: TopicView): Promise<unknown> => call<TopicsDeleteData, unknown>('DELETE', '/topics/{id}', of(topic));

/** Requests a content about the topic, for its own account or for another. */
export const generateTopic = ({ title, keywords }: TopicView, accountId: string): Promise<ContentTaskView> =>
  call<ContentTasksCreateData, ContentTaskView>('POST', '/content-tasks', {
    body: { accountId, topic: title, ...(keywords.length > 0 && { keywords }) },
    headers: onceKey(),
  });
