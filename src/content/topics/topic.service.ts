import { Injectable } from '@nestjs/common';
import { mayActOn, TOPIC_STATUSES, type TopicAction, type TopicStatus } from '../../core/topics/topic-states.ts';
import { executorOf, inTransaction, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { isUniqueViolation } from '../../platform/database/unique-violation.ts';
import { versionChanged } from '../../platform/http/etag.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { isUuid } from '../../platform/http/uuid.ts';
import type { Account } from '../accounts/account.entity.ts';
import { accountIdOf, type AccountReference, unknownAccount } from '../accounts/account-reference.ts';
import { type AccountLimit, AccountService } from '../accounts/account.service.ts';
import { storedFields, TopicIntakeService } from './topic-intake.service.ts';
import type { SkippedTopic, Topic, TopicProposal } from './topic.ts';
import { CHANGE_TOPIC, DELETE_TOPIC, LOCK_TOPICS, SELECT_TOPIC, SELECT_TOPICS, UPDATE_TOPIC } from './topic.sql.ts';

export interface TopicFilter {
  readonly accountId?: string;
  readonly within: AccountLimit;
  readonly statuses?: readonly TopicStatus[];
  readonly series?: string;
  readonly beforeId?: string;
  readonly limit: number;
}

/** The backlog of topics of each account. */
@Injectable()
export class TopicService {
  private readonly sql: SqlExecutor;

  constructor(
    private readonly pools: Pools,
    private readonly accounts: AccountService,
    private readonly intake: TopicIntakeService,
  ) {
    this.sql = executorOf(pools.api);
  }

  async get(id: string, within: AccountLimit): Promise<Topic> {
    const [topic] = isUuid(id) ? await this.sql.query<Topic>(SELECT_TOPIC, [id, within]) : [];
    if (topic) return topic;
    throw ProblemError.notFound('topic_not_found', `There is no topic "${id.slice(0, 100)}".`, { detail: 'GET /topics lists all.' });
  }

  /** Newest first. */
  list({ accountId, within, statuses, series, beforeId, limit }: TopicFilter): Promise<Topic[]> {
    const values = [accountId, within, statuses, series, beforeId].map((value) => value ?? null);
    return this.sql.query<Topic>(SELECT_TOPICS, [...values, limit]);
  }

  /** The account of a request. @throws {ProblemError} 422 that names the field. */
  async accountOf(reference: AccountReference, within: AccountLimit): Promise<Account> {
    const id = await accountIdOf(this.accounts, reference, within);
    return (await this.accounts.getMany([id]))[0] ?? Promise.reject(unknownAccount(id));
  }

  /** Adds one topic. @throws {ProblemError} 409 when it is about the same as another one or as a recent content. */
  async create(account: Account, proposal: TopicProposal, actor: string): Promise<Topic> {
    const { created, skipped } = await this.intake.add(account, [proposal], { origin: 'editor', actor });
    const [topic] = created;
    if (topic) return topic;
    throw refused(skipped[0] as SkippedTopic);
  }

  /** Changes an open topic. `topic` is the version that was read. */
  async edit(topic: Topic, changes: Partial<TopicProposal>, account: Account): Promise<Topic> {
    this.checkState('edit', topic);
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const { id, version } = topic;
    const next: TopicProposal & { series: string | null; number: number | null } = { ...topic, ...given };
    const changed = inTransaction(this.pools.api, async (tx) => {
      await tx.query(LOCK_TOPICS, []);
      if (next.title !== topic.title) {
        const filter = await this.intake.filterOf(account.id, [next.title], { sql: tx, exceptId: id });
        const reason = filter.accept(next.title);
        if (reason !== null) throw refused(reason);
      }
      const row = { id, version, ...storedFields(account, next), series: next.series, number: next.number };
      return tx.query(UPDATE_TOPIC, [JSON.stringify(row)]);
    });
    return this.changed(topic, await partTaken(next, changed), 'edit');
  }

  reject(topic: Topic, reason: string | null): Promise<Topic> {
    return this.change(topic, 'reject', 'rejected', reason);
  }

  /** Puts a rejected or expired topic back. */
  restore(topic: Topic): Promise<Topic> {
    return this.change(topic, 'restore', 'open', null);
  }

  /** Deletes a topic that no content task has worked on: it may be suggested again. `topic` is the version that was read. */
  async delete(topic: Topic): Promise<void> {
    this.checkState('delete', topic);
    if (topic.reservedBy !== null) {
      const detail = `The content task ${topic.reservedBy} worked on it. Reject it instead.`;
      throw ProblemError.conflict('topic_used', 'The topic was used.', { detail });
    }
    const rows = await this.sql.query(DELETE_TOPIC, [topic.id, topic.version]);
    if (rows.length === 0) throw versionChanged((await this.get(topic.id, null)).version);
  }

  private async change(topic: Topic, action: 'reject' | 'restore', to: TopicStatus, reason: string | null): Promise<Topic> {
    this.checkState(action, topic);
    const changed = this.sql.query(CHANGE_TOPIC, [topic.id, topic.version, to, reason]);
    return this.changed(topic, await partTaken(topic, changed), action);
  }

  private async changed({ id }: Topic, rows: readonly object[], action: TopicAction): Promise<Topic> {
    const stored = await this.get(id, null);
    if (rows.length > 0) return stored;
    this.checkState(action, stored);
    throw versionChanged(stored.version);
  }

  private checkState(action: TopicAction, { status }: Topic): void {
    if (mayActOn(action, status)) return;
    const allowed = TOPIC_STATUSES.filter((one) => mayActOn(action, one)).join(' or ');
    const detail = `To ${action} a topic takes the status ${allowed}.${status === 'reserved' ? ' Cancel its content task, or wait for it.' : ''}`;
    throw ProblemError.conflict('topic_state', `The topic is ${status}.`, { detail });
  }
}

function refused({ code, detail }: SkippedTopic): ProblemError {
  return ProblemError.conflict(code, 'The topic is not new.', { detail, errors: [{ pointer: '/title', code, detail }] });
}

/** Turns a violation of the key of a series into a problem that names the field. */
async function partTaken<T>({ series, number }: Pick<TopicProposal, 'series' | 'number'>, write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    const detail = `The series "${series}" has a part ${number} already.`;
    throw ProblemError.conflict('part_exists', detail, { errors: [{ pointer: '/number', code: 'part_exists', detail }] });
  }
}
