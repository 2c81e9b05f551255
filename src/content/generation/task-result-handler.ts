import { Injectable } from '@nestjs/common';
import { decideReview, reviewRisk } from '../../core/review/review-policy.ts';
import type { ClaimedTask } from '../../core/task/task.ts';
import type { TransactionClient } from '../../platform/database/pools.ts';
import { OnTaskResult, type TaskResultHandlerOf } from '../../results/on-task-result.decorator.ts';
import { EventWriter } from '../../results/events/event-writer.ts';
import { isForReaders } from '../../core/review/for-readers.ts';
import { type ContentCheck, withFindings } from '../../core/text/check-content.ts';
import { INSERT_GENERATED_CONTENT } from '../contents/content.sql.ts';
import { DuplicateService } from '../duplicates/duplicate.service.ts';
import { CreatorWorkRepository } from './creator-work.repository.ts';
import { PoolEnqueueService } from '../publishing/pool-enqueue.service.ts';
import { CONTENT_GENERATION } from './content-generation.entity.ts';
import type { GeneratedContent, RewrittenContent } from './generated-content.ts';
import { REVIEW_CONTENT } from '../review/review.sql.ts';

/** Warnings in the stored result; the log of the task has all of them. */
const MAX_WARNINGS = 20;

/** Stores a finished generation as a content, in the transaction that completes the task: both are stored, or neither. */
@Injectable()
@OnTaskResult(CONTENT_GENERATION)
export class TaskResultHandler implements TaskResultHandlerOf<GeneratedContent> {
  constructor(
    private readonly events: EventWriter,
    private readonly duplicates: DuplicateService,
    private readonly works: CreatorWorkRepository,
    private readonly pool: PoolEnqueueService,
  ) {}

  async onCompleted(tx: TransactionClient, task: ClaimedTask, generated: GeneratedContent): Promise<void> {
    const { contentId, accountId, creation } = generated;
    const check = await this.recheck(tx, generated);
    const review = decideReview(generated.review, { contentId, kind: creation.kind, check, autoApprove: generated.autoApprove });
    const content = {
      id: contentId,
      account_id: accountId,
      generation_task_id: task.id,
      lease_epoch: task.epoch,
      kind: creation.kind,
      language: generated.language,
      title: creation.title,
      summary: creation.summary,
      body_markdown: creation.bodyMarkdown,
      body_html: generated.bodyHtml,
      word_count: generated.wordCount,
      quality_score: qualityScoreOf(generated, check),
      checks: check.findings,
      sources: creation.sources,
      cover_svg: creation.coverSvg,
      review_status: review.status,
      review_reasons: review.reasons,
      review_risk: reviewRisk(creation.kind, check),
      requested_by: task.createdBy,
      rewrite_of: generated.rewrite?.contentId ?? null,
      provenance: {
        ...creation.provenance,
        usage: creation.usage,
        boilerplate: creation.boilerplate,
        keywords: generated.keywords,
        attempt: task.attempt,
        checks: check.checks,
      },
    };
    const { titleGrams, bodyBands, bodySignature } = generated.fingerprint;
    await tx.query(INSERT_GENERATED_CONTENT, [JSON.stringify(content), titleGrams, bodyBands, bodySignature]);
    // The account before the rewritten content, as a review locks them: a later task of this transaction may lock the same account.
    const account = review.status === 'approved' || generated.rewrite !== null ? await this.pool.lockAccount(tx, accountId) : null;
    if (account !== null && review.status === 'approved')
      await this.pool.enqueueApproved(tx, account, { id: contentId, accountId, version: 1 }, 'rules');
    if (generated.rewrite !== null) await this.rejectRewritten(tx, generated.rewrite, task.createdBy);
    const payload = { contentId, accountId, reviewStatus: review.status };
    await this.events.write(tx, {
      aggregateType: 'content',
      aggregateId: contentId,
      type: 'content.created',
      payload,
      traceContext: task.traceContext,
    });
    // UsageLedger.settleEndedWork settles the reservation after the commit. The ledger locks budgets, and this transaction goes on with
    // up to 19 other tasks and the accounts that they lock: reservations would wait for all of them, and two orders of locks deadlock.
    const end = { state: 'completed', usage: creation.usage } as const;
    if (generated.externalId !== null) await this.works.endOfTask(task.id, generated.externalId, end, tx);
  }

  /** One of the two attempts can be approved. A content that was edited or approved since stays as it is. */
  private async rejectRewritten(tx: TransactionClient, { contentId, version }: RewrittenContent, actor: string): Promise<void> {
    const reasons = JSON.stringify(['rewritten']);
    await tx.query(REVIEW_CONTENT, [contentId, version, 'rejected', 'reject', actor, reasons, null, ['draft'], null, null]);
  }

  /** Compares again, because another text may have been stored since the handler compared it. */
  private async recheck(tx: TransactionClient, generated: GeneratedContent): Promise<ContentCheck> {
    const { check, creation, contentId, accountId, fingerprint, rewrite } = generated;
    const rewriteOf = rewrite?.contentId;
    const similar = await this.duplicates.findBodyInTurn(tx, { ...creation, contentId, accountId, fingerprint, rewriteOf });
    return withFindings({ ...check, findings: check.findings.filter(({ duplicateOf }) => duplicateOf === undefined) }, similar);
  }

  toStoredResult(generated: GeneratedContent): object {
    const { contentId, creation, wordCount } = generated;
    const { kind, title } = creation;
    return {
      contentId,
      kind,
      title,
      wordCount,
      qualityScore: qualityScoreOf(generated, generated.check),
      warnings: creation.warnings.slice(0, MAX_WARNINGS),
    };
  }
}

/** Briefs and samples are no texts for readers and have no score. */
function qualityScoreOf({ creation }: GeneratedContent, check: ContentCheck): number | null {
  return isForReaders(creation.kind) ? check.score : null;
}
