import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ClaimedTask } from '../../core/task/task.ts';
import { OnTaskResult, type TaskResultHandlerOf } from '../../results/on-task-result.decorator.ts';
import { OutboxWriter } from '../../results/outbox-writer.ts';
import { Content } from '../contents/content.entity.ts';
import { decideReview } from '../contents/review-policy.ts';
import { CONTENT_GENERATION, ContentGeneration } from './content-generation.entity.ts';
import type { GeneratedContent } from './generated-content.ts';

/** The result of a task is a summary; the log of the task has all warnings. */
const MAX_WARNINGS = 20;

/** Turns a finished generation into a content, in the transaction that completes the task: both are stored, or neither. */
@Injectable()
@OnTaskResult(CONTENT_GENERATION)
export class TaskResultHandler implements TaskResultHandlerOf<GeneratedContent> {
  constructor(private readonly outbox: OutboxWriter) {}

  async onCompleted(manager: EntityManager, task: ClaimedTask, generated: GeneratedContent): Promise<void> {
    const { contentId, accountId, creation, check } = generated;
    const review = decideReview(creation.kind, check, generated.autoApprove);
    const [{ now }] = (await manager.query('SELECT app_now() AS now')) as [{ now: Date }];
    await manager.insert(Content, {
      id: contentId,
      accountId,
      generationTaskId: task.id,
      leaseEpoch: task.epoch,
      kind: creation.kind,
      language: generated.language,
      title: creation.title,
      summary: creation.summary,
      bodyMarkdown: creation.bodyMarkdown,
      bodyHtml: generated.bodyHtml,
      wordCount: generated.wordCount,
      qualityScore: creation.kind === 'brief' ? null : check.score,
      checks: check.findings,
      sources: creation.sources,
      images: [],
      coverSvg: creation.coverSvg,
      reviewStatus: review.status,
      reviewReasons: review.reasons,
      reviewer: review.status === 'approved' ? 'rules' : null,
      autoPublish: false,
      scheduledPublishAt: null,
      provenance: { ...creation.provenance, boilerplate: creation.boilerplate, keywords: generated.keywords, attempt: task.attempt },
      version: 1,
      createdAt: now,
      updatedAt: now,
    });
    await manager.update(ContentGeneration, { id: task.id }, { contentId, updatedAt: now });
    await this.outbox.write(manager, task, 'content.created', { contentId, accountId, reviewStatus: review.status });
  }

  toStoredResult({ contentId, creation, wordCount, check }: GeneratedContent): object {
    const { kind, title } = creation;
    const warnings = creation.warnings.slice(0, MAX_WARNINGS);
    return { contentId, kind, title, wordCount, qualityScore: kind === 'brief' ? null : check.score, warnings };
  }
}
