import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { titleGrams } from '../../core/text/text-grams.ts';
import { type ComparedTitle, TitleIndex } from '../../core/topics/title-index.ts';
import { relevanceOf, sectionOf, usefulnessOf } from '../../core/topics/topic-score.ts';
import type { TopicOrigin, TopicStatus } from '../../core/topics/topic-states.ts';
import { inTransaction, Pools, type SqlExecutor, type TransactionClient, type TransactionEnd } from '../../platform/database/pools.ts';
import type { Account } from '../accounts/account.entity.ts';
import { DuplicateService, type RecentTitle } from '../duplicates/duplicate.service.ts';
import { type SkippedTopic, sectionKeywordsOf, type Topic, type TopicProposal } from './topic.ts';
import { INSERT_TOPICS, LOCK_TOPICS, SELECT_BACKLOG_TITLES } from './topic.sql.ts';

/** What an editor may propose although it was rejected, used or expired before. */
const WAITING: readonly TopicStatus[] = ['open', 'reserved'];

export interface Intake {
  readonly created: Topic[];
  readonly skipped: SkippedTopic[];
}

interface Author {
  readonly origin: TopicOrigin;
  /** The text of an actor (core/actor/actor.ts). */
  readonly actor: string;
}

interface BacklogTitle extends ComparedTitle {
  readonly status: TopicStatus;
}

/** Compares proposals with a backlog, with recent contents and open tasks of all accounts, and with each other. */
export class ProposalFilter {
  private readonly own: TitleIndex<BacklogTitle>;
  private readonly recent: TitleIndex<RecentTitle>;

  constructor(
    private readonly accountId: string,
    backlog: readonly BacklogTitle[],
    recent: readonly RecentTitle[],
  ) {
    this.own = new TitleIndex(backlog);
    this.recent = new TitleIndex(recent);
  }

  /** Why the title is not accepted; null when it is, and later ones are compared with it. */
  accept(title: string): SkippedTopic | null {
    const reason = this.find(title);
    if (reason === null) this.own.add({ text: title, grams: titleGrams(title), status: 'open' });
    return reason;
  }

  /** What the title is about already; null when it is new. */
  find(title: string): SkippedTopic | null {
    const own = this.own.find(title);
    if (own !== null) {
      const state = own.title.status === 'open' ? 'waits in' : `is ${own.title.status} in`;
      return { title, code: 'in_backlog', detail: `"${own.title.text}" ${state} the backlog of this account.` };
    }
    const recent = this.recent.find(title);
    if (recent !== null) return { title, code: 'duplicate_topic', detail: duplicateOf(recent.title, this.accountId) };
    return null;
  }
}

/** Names the content only within the account: the reader may be limited to it. */
function duplicateOf({ contentId, accountId, text }: RecentTitle, ownAccount: string): string {
  const kind = contentId === null ? 'open content task' : 'content';
  if (accountId !== ownAccount) return `A recent ${kind} of another account is about the same topic.`;
  return `The recent ${kind} "${text}" is about the same topic.`;
}

/** Adds topics to backlogs. */
@Injectable()
export class TopicIntakeService {
  constructor(
    private readonly pools: Pools,
    private readonly duplicates: DuplicateService,
  ) {}

  /** Stores the proposals that are about something new. The answer names each of the others. With ROLLBACK it stores nothing. */
  add(account: Account, proposals: readonly TopicProposal[], author: Author, end?: TransactionEnd): Promise<Intake> {
    return inTransaction(this.pools.api, (tx) => this.addIn(tx, account, proposals, author), end);
  }

  /** In the caller's transaction, which waits for others that add or reserve topics. */
  async addIn(tx: TransactionClient, account: Account, proposals: readonly TopicProposal[], author: Author): Promise<Intake> {
    await tx.query(LOCK_TOPICS, []);
    const titles = proposals.map(({ title }) => title);
    const filter = await this.filterOf(account.id, titles, { sql: tx });
    const skipped: SkippedTopic[] = [];
    const accepted = proposals.filter(({ title }) => {
      const reason = filter.accept(title);
      if (reason !== null) skipped.push(reason);
      return reason === null;
    });
    const rows = accepted.map((proposal) => toRow(account, proposal, author));
    const created = rows.length === 0 ? [] : await tx.query<Topic>(INSERT_TOPICS, [JSON.stringify(rows)]);
    const stored = new Set(created.map(({ id }) => id));
    for (const { id, title, series, number } of rows)
      if (!stored.has(id)) skipped.push({ title, code: 'part_exists', detail: `The series "${series}" has a part ${number} already.` });
    return { created, skipped };
  }

  async filterOf(
    accountId: string,
    titles: readonly string[],
    { sql, statuses = WAITING, exceptId = null }: { sql: SqlExecutor; statuses?: readonly TopicStatus[]; exceptId?: string | null },
  ): Promise<ProposalFilter> {
    const backlog = await sql.query<BacklogTitle>(SELECT_BACKLOG_TITLES, [accountId, statuses, exceptId]);
    return new ProposalFilter(accountId, backlog, await this.duplicates.recentTitles(titles, sql));
  }
}

function toRow(account: Account, proposal: TopicProposal, { origin, actor }: Author) {
  return {
    id: uuidv7(),
    account_id: account.id,
    ...storedFields(account, proposal),
    series: proposal.series ?? null,
    number: proposal.number ?? null,
    origin,
    dated_at: proposal.datedAt ?? null,
    material_words: proposal.materialWords ?? null,
    created_by: actor,
  };
}

/** The columns of a topic that follow from what an editor wrote. */
export function storedFields(account: Account, proposal: TopicProposal) {
  const { title, keywords = [], materialWords = null } = proposal;
  const scored = { title, keywords, materialWords };
  const sections = sectionKeywordsOf(account);
  return {
    title,
    title_grams: [...titleGrams(title)],
    keywords,
    section: proposal.section ?? sectionOf(scored, sections),
    source_url: proposal.sourceUrl ?? null,
    relevance: relevanceOf(scored, sections),
    usefulness: usefulnessOf(scored),
    expires_at: proposal.expiresAt ?? null,
  };
}
