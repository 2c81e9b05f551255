import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ReviewStatus, ReviewTransitionName } from '../../core/review/review.ts';
import type { ContentFinding } from '../../core/text/check-content.ts';
import type { CreationKind, QuotedSource } from '../../creators/creator.ts';
import type { Language } from '../accounts/account.entity.ts';
import type { Attachment } from '../attachments/attachment.ts';

export const CONTENT_KINDS = ['article', 'digest', 'data', 'brief', 'sample'] as const satisfies readonly CreationKind[];

@Entity('contents')
export class Content {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'account_id' })
  accountId: string;

  @Column('uuid', { name: 'generation_task_id', nullable: true })
  generationTaskId: string | null;

  /** The content that this one is another attempt at. */
  @Column('uuid', { name: 'rewrite_of', nullable: true })
  rewriteOf: string | null;

  /** Epoch of the attempt that completed the task. */
  @Column('integer', { name: 'lease_epoch', nullable: true })
  leaseEpoch: number | null;

  @Column('text')
  kind: CreationKind;

  @Column('text')
  language: Language;

  @Column('text')
  title: string;

  @Column('text')
  summary: string;

  @Column('text', { name: 'body_markdown' })
  bodyMarkdown: string;

  /** Sanitised HTML, rendered again whenever the Markdown changes. */
  @Column('text', { name: 'body_html' })
  bodyHtml: string;

  /** In words, 字 for Chinese. */
  @Column('integer', { name: 'word_count' })
  wordCount: number;

  /** 0–100; null where the rules do not apply. */
  @Column('smallint', { name: 'quality_score', nullable: true })
  qualityScore: number | null;

  @Column('jsonb')
  checks: ContentFinding[];

  @Column('jsonb')
  sources: QuotedSource[];

  @Column('jsonb')
  images: unknown[];

  @Column('jsonb')
  attachments: Attachment[];

  @Column('text', { name: 'cover_svg', nullable: true })
  coverSvg: string | null;

  @Column('text', { name: 'review_status' })
  reviewStatus: ReviewStatus;

  /** Reason codes of the last transition: why the rules approved, or what a person has to decide. */
  @Column('jsonb', { name: 'review_reasons' })
  reviewReasons: string[];

  /** 0–100. The review queue begins with the highest risk. */
  @Column('smallint', { name: 'review_risk' })
  reviewRisk: number;

  /** Counts the transitions. A trigger writes one row of the history for each. */
  @Column('integer', { name: 'review_revision' })
  reviewRevision: number;

  @Column('text', { name: 'review_transition' })
  reviewTransition: ReviewTransitionName;

  @Column('text', { name: 'review_actor' })
  reviewActor: string;

  @Column('text', { name: 'review_note', nullable: true })
  reviewNote: string | null;

  /** Actor that approved this version; `rules` when no person did. A trigger writes it and removes it with the approval. */
  @Column('text', { nullable: true })
  reviewer: string | null;

  @Column('timestamptz', { name: 'approved_at', nullable: true })
  approvedAt: Date | null;

  /** Actor that submitted the request. */
  @Column('text', { name: 'requested_by' })
  requestedBy: string;

  /** Actor of the last edit. */
  @Column('text', { name: 'edited_by', nullable: true })
  editedBy: string | null;

  /** SHA-256 of everything that readers get, written by a trigger. An approval is valid for one version and one package. */
  @Column('text', { name: 'package_hash' })
  packageHash: string;

  @Column('boolean', { name: 'auto_publish' })
  autoPublish: boolean;

  @Column('timestamptz', { name: 'scheduled_publish_at', nullable: true })
  scheduledPublishAt: Date | null;

  @Column('jsonb')
  provenance: Record<string, unknown>;

  @Column('integer')
  version: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
