import { Injectable } from '@nestjs/common';
import { type PoolStatus, type PoolTransitionName, poolSourcesOf } from '../../core/publishing/pool.ts';
import { localTimeOf } from '../../core/publishing/slots.ts';
import { PRIORITY_WORDS } from '../../core/task/priority.ts';
import { executorOf, inTransaction, Pools, type SqlExecutor, type TransactionEnd } from '../../platform/database/pools.ts';
import { versionChanged } from '../../platform/http/etag.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { isUuid } from '../../platform/http/uuid.ts';
import type { AccountLimit } from '../accounts/account.service.ts';
import { CHANGE_ENTRY, COUNT_ENTRIES, SELECT_ENTRIES, SELECT_ENTRY, SELECT_ENTRY_HISTORY, SETTLE_ABSENT } from './pool.sql.ts';
import { type EnqueueWish, PoolEnqueueService } from './pool-enqueue.service.ts';
import type { PoolCounts, PoolEntry, PoolHistoryEntry } from './pool-entry.ts';
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

interface Change {
  readonly action: PoolTransitionName;
  readonly to: PoolStatus;
  readonly actor: string;
  readonly note?: string | null;
  readonly time?: { readonly at: Date; readonly local: string } | null;
  readonly priority?: number | null;
}

/** The publish pool: which content is published on which channel, and when. The publish boundary is in publish-content.handler.ts. */
@Injectable()
export class PublishPoolService {
  private readonly sql: SqlExecutor;

  constructor(
    private readonly pools: Pools,
    private readonly enqueues: PoolEnqueueService,
    private readonly publications: PublicationRepository,
  ) {
    this.sql = executorOf(pools.api);
  }

  async get(id: string, within: AccountLimit, sql: SqlExecutor = this.sql): Promise<PoolEntry> {
    const [entry] = isUuid(id) ? await sql.query<PoolEntry>(SELECT_ENTRY, [id, within]) : [];
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

  async counts(accountId: string | undefined, within: AccountLimit): Promise<PoolCounts> {
    const [counts] = await this.sql.query<PoolCounts>(COUNT_ENTRIES, [accountId ?? null, within]);
    return counts as PoolCounts;
  }

  /** Moves a pending entry to another time or priority. A time that breaks a rule of the account is rejected with the next free one. */
  async move(entry: PoolEntry, { at, priority }: EnqueueWish, actor: string, end?: TransactionEnd): Promise<PoolEntry> {
    const work = async (tx: SqlExecutor): Promise<PoolEntry> => {
      const account = await this.enqueues.lockAccount(tx, entry.accountId);
      const time = at === undefined ? null : await this.enqueues.timeAt(tx, account, entry.accountId, at, entry.id);
      await this.change(tx, entry, { action: 'move', to: 'pending', actor, time, priority: priority ?? null });
      return this.get(entry.id, null, tx);
    };
    return inTransaction(this.pools.api, work, end);
  }

  /** Makes a pending entry due now. The gap and the quota of the account still hold it back. */
  async publishNow(entry: PoolEntry, actor: string): Promise<PoolEntry> {
    return inTransaction(this.pools.api, async (tx) => {
      const { now, timeZone } = await this.enqueues.lockAccount(tx, entry.accountId);
      const time = { at: now, local: localTimeOf(now, timeZone) };
      await this.change(tx, entry, { action: 'move', to: 'pending', actor, time, priority: PRIORITY_WORDS.urgent, note: 'publish now' });
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
