import { Injectable } from '@nestjs/common';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import type { FrozenPackage } from '../publish-package.ts';
import { SELECT_FEED, SELECT_FEED_ENTRY, SELECT_FEED_VERSIONS, UPSERT_FEED_ENTRY } from './feed-entry.sql.ts';
import type { FeedEntry } from './render-feed.ts';

export interface StoredFeedEntry extends FeedEntry {
  readonly hash: string;
}

/** One entry of a feed, without its text. */
export interface FeedVersion extends Pick<StoredFeedEntry, 'hash' | 'publishedAt' | 'updatedAt'> {
  readonly contentId: string;
}

/** Readers show the newest entries; a feed of everything would grow without bound. */
const MAX_ENTRIES = 50;

/** The entries of the feeds of all accounts. */
@Injectable()
export class FeedStore {
  private readonly sql: SqlExecutor;

  constructor(pools: Pools) {
    this.sql = executorOf(pools.api);
  }

  async put({ package: content, hash }: FrozenPackage): Promise<void> {
    await this.sql.query(UPSERT_FEED_ENTRY, [content.accountId, content.contentId, JSON.stringify(content), hash]);
  }

  async find(accountId: string, contentId: string): Promise<StoredFeedEntry | undefined> {
    const [entry] = await this.sql.query<StoredFeedEntry>(SELECT_FEED_ENTRY, [accountId, contentId]);
    return entry;
  }

  /** Newest first. */
  list(accountId: string): Promise<StoredFeedEntry[]> {
    return this.sql.query<StoredFeedEntry>(SELECT_FEED, [accountId, MAX_ENTRIES]);
  }

  /** The entries that `list` returns. */
  versions(accountId: string): Promise<FeedVersion[]> {
    return this.sql.query<FeedVersion>(SELECT_FEED_VERSIONS, [accountId, MAX_ENTRIES]);
  }
}
