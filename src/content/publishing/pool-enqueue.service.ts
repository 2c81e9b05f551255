import { Injectable } from '@nestjs/common';
import { newId } from '../../platform/ids/new-id.ts';
import type { PoolStatus } from '../../core/publishing/pool.ts';
import { planOf, type Publishing } from '../../core/publishing/publishing.ts';
import { conflictOf, localTimeOf, nextFreeSlot, timeOfLocal } from '../../core/publishing/slots.ts';
import { isForReaders } from '../../core/review/for-readers.ts';
import { executorOf, inTransaction, Pools, type SqlExecutor, type TransactionClient } from '../../platform/database/pools.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { currentTraceContext } from '../../platform/telemetry/tracing/trace-scope.ts';
import { Logger } from '../../platform/telemetry/logger.ts';
import type { Content } from '../contents/content.entity.ts';
import type { AccountChannel } from './account-channel.service.ts';
import { SELECT_INTENT_OF_VERSION } from './boundary.sql.ts';
import type { PoolEntry } from './pool-entry.ts';
import { INSERT_ENTRY, LOCK_ACCOUNT, SELECT_CHANNELS_TO_ADD, SELECT_ENTRY, SELECT_LIVE_ENTRY, SELECT_TAKEN_TIMES } from './pool.sql.ts';

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

interface EntryTime {
  readonly at: Date;
  /** Of the time zone of the account. */
  readonly local: string;
}

type AddedContent = Pick<Content, 'id' | 'accountId' | 'version'>;
type TargetChannel = Pick<AccountChannel, 'id' | 'name'>;

const DEFAULT_PRIORITY = 5;

/** Adds contents to the publish pool. */
@Injectable()
export class PoolEnqueueService {
  private readonly sql: SqlExecutor;

  constructor(
    private readonly pools: Pools,
    private readonly logger: Logger,
  ) {
    this.sql = executorOf(pools.api);
  }

  /** Adds the content to the channels, all or none. A lock of the account serialises the assignment of its slots. */
  async enqueue(
    content: Content,
    channels: readonly AccountChannel[],
    { at, priority = DEFAULT_PRIORITY }: EnqueueWish,
    actor: string,
  ): Promise<PoolEntry[]> {
    if (!isForReaders(content.kind)) throw notForReaders(content.kind);
    const ids = await inTransaction(this.pools.api, async (tx) => {
      const account = await this.lockAccount(tx, content.accountId);
      if (account.status === 'archived')
        throw ProblemError.conflict('account_archived', 'The account is archived and publishes nothing.', { detail: 'Activate it first.' });
      const added = [];
      for (const channel of channels) added.push(await this.add(tx, account, content, channel, at, priority, actor));
      return added;
    });
    return Promise.all(ids.map(async (id) => (await this.sql.query<PoolEntry>(SELECT_ENTRY, [id, null]))[0] as PoolEntry));
  }

  /**
   * Adds a content that is approved in this transaction to the enabled channels of its account, each at the next free slot, if the
   * account says so (`autoPublish`). A channel that has the version or an entry of the content is left out, so a repeated call adds
   * nothing. `account` was locked before the content.
   */
  async enqueueApproved(tx: TransactionClient, account: LockedAccount, content: AddedContent, actor: string): Promise<void> {
    if (account.publishing.autoPublish !== true || account.status === 'archived') return;
    const channels = await tx.query<TargetChannel>(SELECT_CHANNELS_TO_ADD, [content.accountId, content.id, content.version]);
    for (const channel of channels) {
      const { free } = await this.slotsOf(tx, account, content.accountId, null);
      if (free === null) {
        this.logger.warn(
          `No slot of the account ${content.accountId} is free within a year: the approved content ${content.id} is not in the pool.`,
        );
        return;
      }
      await tx.query(INSERT_ENTRY, entryValues(account, content, channel, free, DEFAULT_PRIORITY, actor));
    }
  }

  async lockAccount(tx: TransactionClient, accountId: string): Promise<LockedAccount> {
    const [account] = await tx.query<LockedAccount>(LOCK_ACCOUNT, [accountId]);
    if (!account) throw ProblemError.notFound('account_not_found', 'The account does not exist.');
    return account;
  }

  private async add(
    tx: TransactionClient,
    account: LockedAccount,
    content: AddedContent,
    channel: TargetChannel,
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
    const values = entryValues(account, content, channel, time, priority, actor);
    const [added] = await tx.query<{ id: string }>(INSERT_ENTRY, values);
    if (added) return added.id;
    const [live] = await tx.query<{ id: string; status: PoolStatus }>(SELECT_LIVE_ENTRY, [content.id, channel.id]);
    throw ProblemError.conflict('already_in_pool', `The content is in the pool of the channel "${channel.name}" already.`, {
      detail: `Move, pull or retry the entry ${live?.id ?? ''}, which is ${live?.status ?? 'live'}.`,
    });
  }

  /** The requested time, or the next free slot. */
  async timeAt(
    tx: TransactionClient,
    account: LockedAccount,
    accountId: string,
    local: string | undefined,
    moving: string | null,
  ): Promise<EntryTime> {
    const { plan, taken, free } = await this.slotsOf(tx, account, accountId, moving);
    if (local === undefined) {
      if (free !== null) return free;
      throw ProblemError.conflict('no_free_slot', 'The account has no free slot within a year.', {
        detail: 'Change its slots, quota or blackout days.',
      });
    }
    const { timeZone, now } = account;
    const suggestion = free === null ? 'No slot is free within a year.' : `The next free slot is ${free.local} (${timeZone}).`;
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

  private async slotsOf(tx: TransactionClient, { publishing, timeZone, now }: LockedAccount, accountId: string, moving: string | null) {
    const plan = planOf(publishing, timeZone);
    const taken = (await tx.query<{ at: Date }>(SELECT_TAKEN_TIMES, [accountId, moving])).map(({ at }) => at);
    const at = nextFreeSlot(plan, now, taken);
    return { plan, taken, free: at === null ? null : { at, local: localTimeOf(at, timeZone) } };
  }
}

function entryValues(
  { timeZone }: LockedAccount,
  { id, accountId }: AddedContent,
  channel: TargetChannel,
  { at, local }: EntryTime,
  priority: number,
  actor: string,
): unknown[] {
  return [newId(), accountId, id, channel.id, priority, at, local, timeZone, actor, currentTraceContext()];
}

function notForReaders(kind: string): ProblemError {
  const detail = 'Generate an article with another creator, or write one from it.';
  return ProblemError.conflict(`${kind}_not_publishable`, `A ${kind} is not for readers and cannot enter the publish pool.`, {
    detail,
    errors: [{ pointer: '/kind', code: 'not_for_readers', detail }],
  });
}

function invalidTime(detail: string, suggestion: string): ProblemError {
  return ProblemError.unprocessable('invalid_time', `The time ${detail}.`, {
    detail: suggestion,
    errors: [{ pointer: '/at', code: 'invalid_time', detail }],
  });
}
