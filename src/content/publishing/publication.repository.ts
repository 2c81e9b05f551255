import { Injectable } from '@nestjs/common';
import { newId } from '../../platform/ids/new-id.ts';
import type { AssetReader, ChannelMode, PublishOutcome } from '../../channels/channel.ts';
import type { FrozenPackage, PublishPackage } from '../../channels/publish-package.ts';
import type { PoolStatus } from '../../core/publishing/pool.ts';
import type { Publishing } from '../../core/publishing/publishing.ts';
import { executorOf, inTransaction, Pools, type SqlExecutor, type TransactionClient } from '../../platform/database/pools.ts';
import {
  BEGIN_ENTRY,
  HOLD_ENTRY,
  INSERT_ASSET,
  LOCK_ENTRY,
  RECORD_ABSENT,
  RECORD_NOT_SENT,
  RECORD_PUBLISHED,
  RECORD_UNKNOWN,
  SELECT_ASSET,
  SELECT_FIRST_SLUG,
  SELECT_INTENT_OF_VERSION,
  SELECT_OPEN_INTENT,
  SELECT_PUBLISHED_INTENT,
  SELECT_RECENT_PUBLICATIONS,
  SET_LABEL_STATE,
  STORE_INTENT,
} from './boundary.sql.ts';

/** Why an entry waits or failed, for the editor. */
export interface PoolProblem {
  readonly code: string;
  readonly message: string;
  /** JSON pointer into the configuration of the channel. */
  readonly pointer?: string | null;
}

/** An entry with the facts that decide whether its task may publish it. */
export interface LockedEntry {
  readonly id: string;
  readonly accountId: string;
  readonly contentId: string;
  readonly channelId: string;
  readonly status: PoolStatus;
  readonly attempts: number;
  /** Null until the page was searched for the AI label. */
  readonly labelState: string | null;
  readonly externalUrl: string | null;
  readonly scheduledAt: Date;
  /** Time of the database. */
  readonly now: Date;
  readonly publishing: Publishing;
  readonly timeZone: string;
  readonly accountPublishes: boolean;
  readonly channelKind: string;
  readonly channelConfig: { readonly mode: ChannelMode };
  readonly channelEnabled: boolean;
  readonly version: number;
  readonly packageHash: string;
  readonly approved: boolean;
}

/** One call of a channel that was stored before it was made. */
export interface Intent {
  readonly id: string;
  readonly package: PublishPackage;
  readonly hash: string;
  /** Counts the calls. */
  readonly sends: number;
  readonly sentAt: Date;
}

export interface Publication {
  readonly outcome: PublishOutcome;
  readonly externalId: string;
  readonly externalUrl: string | null;
  readonly warnings?: readonly string[];
}

/** How an outcome became known. */
export interface Evidence {
  readonly by: 'answer' | 'probe';
  readonly actor: string;
}

/** The rows of the publish boundary. Each method is one transaction. */
@Injectable()
export class PublicationRepository implements AssetReader {
  private readonly sql: SqlExecutor;

  constructor(private readonly pools: Pools) {
    this.sql = executorOf(pools.api);
  }

  transaction<T>(work: (tx: TransactionClient) => Promise<T>): Promise<T> {
    return inTransaction(this.pools.api, work);
  }

  async lock(tx: TransactionClient, entryId: string): Promise<LockedEntry | undefined> {
    return (await tx.query<LockedEntry>(LOCK_ENTRY, [entryId]))[0];
  }

  async openIntent(tx: TransactionClient, entryId: string): Promise<Intent | undefined> {
    return (await tx.query<Intent>(SELECT_OPEN_INTENT, [entryId]))[0];
  }

  async publishedIntent(tx: TransactionClient, entryId: string): Promise<Intent | undefined> {
    return (await tx.query<Intent>(SELECT_PUBLISHED_INTENT, [entryId]))[0];
  }

  async recentPublications(tx: TransactionClient, { accountId, id }: LockedEntry): Promise<Date[]> {
    return (await tx.query<{ at: Date }>(SELECT_RECENT_PUBLICATIONS, [accountId, id])).map(({ at }) => at);
  }

  /** Stores the intent and marks the entry. Undefined when this version was already sent by another entry. */
  async begin(
    tx: TransactionClient,
    entry: LockedEntry,
    { package: frozen, hash }: FrozenPackage,
    actor: string,
  ): Promise<Intent | undefined> {
    const values = [newId(), entry.id, entry.contentId, entry.channelId, entry.version, JSON.stringify(frozen), hash];
    const [intent] = await tx.query<Intent>(STORE_INTENT, values);
    if (intent) await tx.query(BEGIN_ENTRY, [entry.id, actor]);
    return intent;
  }

  async outcomeOfVersion(
    tx: TransactionClient,
    { contentId, channelId, version }: LockedEntry,
  ): Promise<{ outcome: string | null; externalUrl: string | null } | undefined> {
    return (
      await tx.query<{ outcome: string | null; externalUrl: string | null }>(SELECT_INTENT_OF_VERSION, [contentId, channelId, version])
    )[0];
  }

  async hold(entryId: string, problem: PoolProblem, seconds: number, executor = this.sql): Promise<void> {
    await executor.query(HOLD_ENTRY, [entryId, JSON.stringify(problem), seconds]);
  }

  /** Changes nothing when the entry or the intent was settled otherwise. */
  async published(
    entryId: string,
    intent: Intent,
    { outcome, externalId, externalUrl, warnings = [] }: Publication,
    { by, actor }: Evidence,
  ): Promise<void> {
    const values = [entryId, intent.id, outcome, externalId, externalUrl, JSON.stringify(warnings), by, 'publish', actor, null];
    await this.sql.query(RECORD_PUBLISHED, values);
  }

  /** A person found the text at the channel. The external id is the address of the page, or the id of the intent without an address. */
  async settledByPerson(entryId: string, externalUrl: string | null, actor: string, note: string | null): Promise<void> {
    await this.transaction(async (tx) => {
      const intent = await this.openIntent(tx, entryId);
      if (!intent) return;
      const values = [entryId, intent.id, 'published', externalUrl ?? intent.id, externalUrl, '[]', actor, 'settle', actor, note];
      await tx.query(RECORD_PUBLISHED, values);
    });
  }

  async notSent(
    entryId: string,
    intent: Intent,
    problem: PoolProblem,
    next: { permanent: boolean; retryAt: Date | null },
    actor: string,
  ): Promise<void> {
    const values = [entryId, intent.id, intent.sends, JSON.stringify(problem), next.permanent, next.retryAt, actor];
    await this.sql.query(RECORD_NOT_SENT, values);
  }

  async unknown(entryId: string, problem: PoolProblem, actor: string, probeAfterSeconds: number, executor = this.sql): Promise<void> {
    await executor.query(RECORD_UNKNOWN, [entryId, JSON.stringify(problem), actor, probeAfterSeconds]);
  }

  /** False while the last call may still take effect. */
  async absent(entryId: string, intent: Intent, settleAfterSeconds: number, actor: string): Promise<boolean> {
    const values = [entryId, intent.id, intent.sends, settleAfterSeconds, actor];
    return (await this.sql.query(RECORD_ABSENT, values)).length > 0;
  }

  async setLabelState(entryId: string, state: string): Promise<void> {
    await this.sql.query(SET_LABEL_STATE, [entryId, state]);
  }

  /** Of the first publication of a content, if there was one. */
  async firstSlug(contentId: string): Promise<string | undefined> {
    return (await this.sql.query<{ slug: string }>(SELECT_FIRST_SLUG, [contentId]))[0]?.slug;
  }

  async storeAsset(sha256: string, bytes: Uint8Array): Promise<void> {
    await this.sql.query(INSERT_ASSET, [sha256, bytes]);
  }

  async read(sha256: string): Promise<Uint8Array> {
    const [asset] = await this.sql.query<{ bytes: Buffer }>(SELECT_ASSET, [sha256]);
    if (!asset) throw new Error(`the asset ${sha256} of a frozen package is missing`);
    return asset.bytes;
  }
}
