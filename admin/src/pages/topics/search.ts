import { manyOf, present, type RawSearch, textOf, wordsOf } from '../../app/search-params.ts';

export const STATUSES = ['open', 'reserved', 'used', 'rejected', 'expired'] as const;
export type TopicStatus = (typeof STATUSES)[number];

export interface TopicsSearch {
  accountId?: string;
  /** Without one: what is open. */
  status?: TopicStatus[];
  sel?: string;
}

export const topicsSearch = (raw: RawSearch): TopicsSearch =>
  present({ accountId: textOf(raw.accountId), status: wordsOf(manyOf(raw.status), STATUSES), sel: textOf(raw.sel) }) as TopicsSearch;
