import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { type PoolStatus, type PoolTransitionName, poolSourcesOf } from '../../core/publishing/pool.ts';
import { planOf, type Publishing } from '../../core/publishing/publishing.ts';
import { conflictOf, localTimeOf, nextFreeSlot, timeOfLocal } from '../../core/publishing/slots.ts';
import { executorOf, inTransaction, Pools, type SqlExecutor, type TransactionClient } from '../../platform/database/pools.ts';
import { versionChanged } from '../../platform/http/etag.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { isUuid } from '../../platform/http/uuid.ts';
import type { AccountLimit } from '../accounts/account.service.ts';
import type { Content } from '../contents/content.entity.ts';
import type { AccountChannel } from './account-channel.service.ts';
import { SELECT_INTENT_OF_VERSION } from './boundary.sql.ts';
import {
  CHANGE_ENTRY,
  INSERT_ENTRY,
  LOCK_ACCOUNT,
  SELECT_ENTRIES,
  SELECT_ENTRY,
  SELECT_ENTRY_HISTORY,
  SELECT_LIVE_ENTRY,
  SELECT_TAKEN_TIMES,
  SETTLE_ABSENT,
} from './pool.sql.ts';
import type { PoolEntry, PoolHistoryEntry } from './pool-entry.ts';
import { PublicationRepository } from './publication.repository.ts';

export interface EntryFilter {
  readonly accountId?: string;
  readonly within: AccountLimit;
  readonly contentId?: string;
  readonly statuses?: readonly PoolStatus[];
  readonly from?: Date;
  readonly before?: Date;
  readonly beforeId?: string;
  readonly limit: number;
}

export interface EnqueueWish {
  /** A local time in the time zone of the account, `YYYY-MM-DDTHH:MM`. Default: the next free slot. */
  readonly at?: string;
  readonly priority?: number;
}

interface LockedAccount {
  readonly publishing: Publishing;
  readonly timeZone: string;
  readonly status: string;
  readonly now: Date;
}

interface Change {
  readonly action: PoolTransitionName;
  readonly to: PoolStatus;
  readonly actor: string;
  readonly note?: string | null;
  readonly time?: { readonly at: Date; readonly local: string } | null;
  readonly priority?: number | null;
}

const DEFAULT_PRIORITY = 5;

/** The publish pool: which content is published on which channel, and when. The publish boundary is in publish-content.handler.ts. */
@Injectable()
export class PublishPoolService {
  private readonly sql: SqlExecutor;

  constructor(
    private readonly pools: Pools,
    private readonly publications: PublicationRepository,
  ) {
    this.sql = executorOf(pools.api);
  }

  async get(id: string, within: AccountLimit): Promise<PoolEntry> {
    const [entry] = isUuid(id) ? await this.sql.query<PoolEntry>(SELECT_ENTRY, [id, within]) : [];
    if (!entry)
      throw ProblemError.notFound('pool_entry_not_found', `There is no pool entry "${id.slice(0, 100)}".`, {
        detail: 'GET /pool lists all.',
      });
    return entry;
  }

  /** Newest first. */
  list({ accountId, within, contentId, statuses, from, before, beforeId, limit }: EntryFilter): Promise<PoolEntry[]> {
    const values = [accountId, within, contentId, statuses, from, before, beforeId].map((value) => value ?? null);
    return this.sql.query<PoolEntry>(SELECT_ENTRIES, [...values, limit]);
  }

  history(entry: PoolEntry): Promise<PoolHistoryEntry[]> {
    return this.sql.query<PoolHistoryEntry>(SELECT_ENTRY_HISTORY, [entry.id]);
  }

  /** Adds the content to the channels, all or none. A lock of the account serialises the assignment of its slots. */
  async enqueue(
    content: Content,
    channels: readonly AccountChannel[],
    { at, priority = DEFAULT_PRIORITY }: EnqueueWish,
    actor: string,
  ): Promise<PoolEntry[]> {
    const ids = await inTransaction(this.pools.api, async (tx) => {
      const account = await this.lockAccount(tx, content.accountId);
      if (account.status === 'archived')
        throw ProblemError.conflict('account_archived', 'The account is archived and publishes nothing.', { detail: 'Activate it first.' });
      const added = [];
      for (const channel of channels) added.push(await this.add(tx, account, content, channel, at, priority, actor));
      return added;
    });
    return Promise.all(ids.map((id) => this.get(id, null)));
  }

  /** Moves a pending entry to another time or priority. A time that breaks a rule of the account is rejected with the next free one. */
  async move(entry: PoolEntry, { at, priority }: EnqueueWish, actor: string): Promise<PoolEntry> {
    return inTransaction(this.pools.api, async (tx) => {
      const account = await this.lockAccount(tx, entry.accountId);
      const time = at === undefined ? null : await this.timeAt(tx, account, entry.accountId, at, entry.id);
      await this.change(tx, entry, { action: 'move', to: 'pending', actor, time, priority: priority ?? null });
    }).then(() => this.get(entry.id, null));
  }

  /** Makes a pending entry due now. The gap and the quota of the account still hold it back. */
  async publishNow(entry: PoolEntry, actor: string): Promise<PoolEntry> {
    return inTransaction(this.pools.api, async (tx) => {
      const { now, timeZone } = await this.lockAccount(tx, entry.accountId);
      const time = { at: now, local: localTimeOf(now, timeZone) };
      await this.change(tx, entry, { action: 'move', to: 'pending', actor, time, priority: 1, note: 'publish now' });
    }).then(() => this.get(entry.id, null));
  }

  async pull(entry: PoolEntry, actor: string, note: string | null): Promise<PoolEntry> {
    await this.change(this.sql, entry, { action: 'pull', to: 'pulled', actor, note });
    return this.get(entry.id, null);
  }

  /** Restores the entry at its scheduled time, or now when that time has passed. */
  async restore(entry: PoolEntry, actor: string): Promise<PoolEntry> {
    await this.change(this.sql, entry, { action: 'restore', to: 'pending', actor });
    return this.get(entry.id, null);
  }

  /** Sends a failed entry again, or one with an unknown outcome after a person has checked that the channel does not have the text. */
  async retry(entry: PoolEntry, actor: string, note: string | null): Promise<PoolEntry> {
    await inTransaction(this.pools.api, async (tx) => {
      await this.change(tx, entry, { action: 'retry', to: 'pending', actor, note });
      await tx.query(SETTLE_ABSENT, [entry.id, actor]);
    });
    return this.get(entry.id, null);
  }

  /** Settles an unknown outcome with what a person found at the channel. */
  async settle(
    entry: PoolEntry,
    { published, externalUrl, note }: { published: boolean; externalUrl?: string; note?: string },
    actor: string,
  ): Promise<PoolEntry> {
    if (entry.status !== 'outcome_unknown') throw wrongState('settle', entry.status);
    if (!published) return this.retry(entry, actor, note ?? 'not found at the channel');
    await this.publications.settledByPerson(entry.id, externalUrl ?? null, actor, note ?? null);
    return this.get(entry.id, null);
  }

  private async lockAccount(tx: TransactionClient, accountId: string): Promise<LockedAccount> {
    const [account] = await tx.query<LockedAccount>(LOCK_ACCOUNT, [accountId]);
    if (!account) throw ProblemError.notFound('account_not_found', 'The account does not exist.');
    return account;
  }

  private async add(
    tx: TransactionClient,
    account: LockedAccount,
    content: Content,
    channel: AccountChannel,
    at: string | undefined,
    priority: number,
    actor: string,
  ): Promise<string> {
    const [sent] = await tx.query<{ outcome: string | null }>(SELECT_INTENT_OF_VERSION, [content.id, channel.id, content.version]);
    if (sent && sent.outcome !== 'not_sent')
      throw ProblemError.conflict(
        'already_published',
        `Version ${content.version} of the content was sent to the channel "${channel.name}" already.`,
        {
          detail: 'Edit the content to publish a new version.',
        },
      );
    const time = await this.timeAt(tx, account, content.accountId, at, null);
    const values = [uuidv7(), content.accountId, content.id, channel.id, priority, time.at, time.local, account.timeZone, actor];
    const [added] = await tx.query<{ id: string }>(INSERT_ENTRY, values);
    if (added) return added.id;
    const [live] = await tx.query<{ id: string; status: PoolStatus }>(SELECT_LIVE_ENTRY, [content.id, channel.id]);
    throw ProblemError.conflict('already_in_pool', `The content is in the pool of the channel "${channel.name}" already.`, {
      detail: `Move, pull or retry the entry ${live?.id ?? ''}, which is ${live?.status ?? 'live'}.`,
    });
  }

  /** The requested time, or the next free slot. */
  private async timeAt(
    tx: TransactionClient,
    { publishing, timeZone, now }: LockedAccount,
    accountId: string,
    local: string | undefined,
    moving: string | null,
  ): Promise<{ at: Date; local: string }> {
    const plan = planOf(publishing, timeZone);
    const taken = (await tx.query<{ at: Date }>(SELECT_TAKEN_TIMES, [accountId, moving])).map((row) => row.at);
    const free = nextFreeSlot(plan, now, taken);
    const suggestion =
      free === null ? 'No slot is free within a year.' : `The next free slot is ${localTimeOf(free, timeZone)} (${timeZone}).`;
    if (local === undefined) {
      if (free === null)
        throw ProblemError.conflict('no_free_slot', 'The account has no free slot within a year.', {
          detail: 'Change its slots, quota or blackout days.',
        });
      return { at: free, local: localTimeOf(free, timeZone) };
    }
    const wanted = timeOfLocal(local, timeZone);
    if (wanted === null) throw invalidTime('is no time of the calendar', suggestion);
    if (wanted.getTime() < now.getTime() - 60_000) throw invalidTime('is in the past', suggestion);
    const conflict = conflictOf(plan, wanted, taken);
    if (conflict !== null)
      throw ProblemError.conflict('slot_taken', `${local} breaks the rule "${conflict}" of the account.`, {
        detail: suggestion,
        errors: [{ pointer: '/at', code: conflict, detail: suggestion }],
      });
    return { at: wanted, local };
  }

  private async change(
    executor: SqlExecutor,
    entry: PoolEntry,
    { action, to, actor, note = null, time = null, priority = null }: Change,
  ): Promise<void> {
    const values = [
      entry.id,
      entry.version,
      to,
      action,
      actor,
      note,
      poolSourcesOf(action),
      time?.at ?? null,
      time?.local ?? null,
      priority,
    ];
    const [facts] = await executor.query<{ status: PoolStatus; revision: number; changed: boolean }>(CHANGE_ENTRY, values);
    if (!facts || facts.changed) return;
    if (facts.revision !== entry.version) throw versionChanged(facts.revision);
    throw wrongState(action, facts.status);
  }
}

function wrongState(action: PoolTransitionName, status: PoolStatus): ProblemError {
  return ProblemError.conflict('pool_entry_state', `The entry is ${status}, so "${action}" is not possible.`, {
    detail: `"${action}" needs an entry that is ${poolSourcesOf(action).join(' or ')}.`,
  });
}

function invalidTime(detail: string, suggestion: string): ProblemError {
  return ProblemError.unprocessable('invalid_time', `The time ${detail}.`, {
    detail: suggestion,
    errors: [{ pointer: '/at', code: 'invalid_time', detail }],
  });
}
