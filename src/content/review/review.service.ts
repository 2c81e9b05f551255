import { afterReview, type CheckRun } from '../../core/text/quality-score.ts';
import { isForReaders } from '../../core/review/for-readers.ts';
import { Injectable } from '@nestjs/common';
import { newId } from '../../platform/ids/new-id.ts';
import { type ReviewStatus, type ReviewTransitionName, sourcesOf } from '../../core/review/review.ts';
import { executorOf, inTransaction, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { versionChanged } from '../../platform/http/etag.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { type AccountLimit, isWithin } from '../accounts/account.service.ts';
import type { Content } from '../contents/content.entity.ts';
import { ContentService } from '../contents/content.service.ts';
import { PoolEnqueueService } from '../publishing/pool-enqueue.service.ts';
import { INSERT_NOTE, REVIEW_CONTENT, SELECT_NOTES, SELECT_REVIEW_QUEUE, SELECT_REVIEWS } from './review.sql.ts';

/** Transitions that a person makes; an edit is made by the content service. */
export type ReviewAction = Extract<ReviewTransitionName, 'submit' | 'approve' | 'return' | 'reject' | 'reopen'>;

const STATUS_AFTER: Readonly<Record<ReviewAction, ReviewStatus>> = {
  submit: 'pending_review',
  approve: 'approved',
  return: 'draft',
  reject: 'rejected',
  reopen: 'pending_review',
};

/** Limit of one answer. A content rarely has more than a few entries. */
const MAX_ENTRIES = 200;

export interface ReviewDetails {
  readonly reasons: readonly string[];
  readonly note: string | null;
  /** The text of the actor (core/actor/actor.ts). */
  readonly actor: string;
}

export interface ReviewEntry {
  readonly revision: number;
  readonly transition: ReviewTransitionName;
  readonly fromStatus: ReviewStatus | null;
  readonly toStatus: ReviewStatus;
  readonly actor: string;
  readonly reasons: string[];
  readonly note: string | null;
  readonly version: number;
  readonly packageHash: string;
  readonly at: Date;
}

export interface ContentNote {
  readonly id: string;
  readonly author: string;
  readonly text: string;
  readonly createdAt: Date;
}

export interface QueuedReview {
  readonly id: string;
  readonly accountId: string;
  readonly accountName: string;
  readonly mode: string;
  readonly title: string;
  readonly kind: string;
  readonly language: string;
  readonly wordCount: number;
  readonly qualityScore: number | null;
  readonly risk: number;
  readonly reasons: string[];
  readonly version: number;
  readonly createdAt: Date;
}

export interface ReviewQueueFilter {
  readonly accountId?: string;
  readonly within: AccountLimit;
  readonly language?: string;
  /** Created at or after. */
  readonly since?: Date;
  /** Patterns of LIKE: the title and the summary match every one. */
  readonly patterns?: readonly string[];
  /** Risk and id of the last content of the previous page. */
  readonly after?: { readonly rank: number; readonly id: string };
  readonly limit: number;
}

interface ReviewFacts {
  version: number;
  status: ReviewStatus;
  kind: Content['kind'];
  fourEyes: boolean;
  involved: boolean;
  changed: boolean;
}

/** Decisions of people about contents. The statement checks every guard; this service names the guard that rejected a decision. */
@Injectable()
export class ReviewService {
  private readonly sql: SqlExecutor;

  constructor(
    private readonly pools: Pools,
    private readonly contents: ContentService,
    private readonly pool: PoolEnqueueService,
  ) {
    this.sql = executorOf(pools.api);
  }

  /** `content` is the version that the person has read. An approval and the entries that it adds to the pool are stored together. */
  async decide(content: Content, action: ReviewAction, { reasons, note, actor }: ReviewDetails): Promise<Content> {
    const { id, version } = content;
    const after = STATUS_AFTER[action];
    const rescored = scoreAfter(content, after === 'approved');
    const values = [id, version, after, action, actor, JSON.stringify(reasons), note, sourcesOf(action), rescored.score, rescored.checks];
    await inTransaction(this.pools.api, async (tx) => {
      const account = action === 'approve' ? await this.pool.lockAccount(tx, content.accountId) : null;
      const [facts] = await tx.query<ReviewFacts>(REVIEW_CONTENT, values);
      if (facts && !facts.changed) throw rejection(action, facts, version);
      if (account !== null) await this.pool.enqueueApproved(tx, account, content, actor);
    });
    return this.contents.get(id);
  }

  history(content: Content): Promise<ReviewEntry[]> {
    return this.sql.query<ReviewEntry>(SELECT_REVIEWS, [content.id, MAX_ENTRIES]);
  }

  async addNote(content: Content, text: string, author: string): Promise<ContentNote> {
    const [note] = await this.sql.query<ContentNote>(INSERT_NOTE, [newId(), content.id, author, text]);
    return note as ContentNote;
  }

  notes(content: Content): Promise<ContentNote[]> {
    return this.sql.query<ContentNote>(SELECT_NOTES, [content.id, MAX_ENTRIES]);
  }

  /** The contents that wait for a review: the highest risk first. */
  async queue({ accountId, within, language, since, patterns, after, limit }: ReviewQueueFilter): Promise<QueuedReview[]> {
    if (accountId !== undefined && !isWithin(within, accountId)) return [];
    const place = [accountId ?? null, within, after?.rank ?? null, after?.id ?? null, limit];
    return this.sql.query<QueuedReview>(SELECT_REVIEW_QUEUE, [...place, language ?? null, since ?? null, patterns ?? null]);
  }
}

/** Null for a content without a score. The findings belong to the version that the statement checks. */
export function scoreAfter(content: Content, isApproved: boolean): { score: number | null; checks: string | null } {
  const checks = checksOf(content);
  if (content.qualityScore === null || checks === null) return { score: null, checks: null };
  const judged = afterReview(checks, content.checks, isApproved);
  return { score: judged.score, checks: JSON.stringify(judged.checks) };
}

function checksOf({ provenance }: Content): CheckRun[] | null {
  const { checks } = provenance as { checks?: CheckRun[] };
  return checks ?? null;
}

function rejection(action: ReviewAction, { version, status, kind, fourEyes, involved }: ReviewFacts, read: number): ProblemError {
  if (version !== read) return versionChanged(version);
  const from = sourcesOf(action);
  if (!from.includes(status)) {
    return ProblemError.conflict('review_state', `The content is ${status}, so it cannot be changed by "${action}".`, {
      detail: `"${action}" needs a content that is ${from.join(' or ')}.`,
    });
  }
  if (!isForReaders(kind)) {
    return ProblemError.conflict(`${kind}_not_approvable`, `A ${kind} is not for readers and cannot be approved.`, {
      detail: 'Reject it, and generate an article with another creator.',
    });
  }
  if (fourEyes && involved) {
    return ProblemError.forbidden('four_eyes', 'Four-eyes: the requester and the editors of a content cannot approve it.', {
      detail: 'Ask another person, or change the review mode of the account.',
    });
  }
  throw new Error(`the statement rejected "${action}" for no reason that this service knows`);
}
