import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ContentFinding } from '../../core/text/check-content.ts';
import type { CreationKind, QuotedSource } from '../../creators/creator.ts';
import type { Language } from '../accounts/account.entity.ts';

export const REVIEW_STATUSES = ['draft', 'pending_review', 'approved', 'rejected'] as const;
export type ReviewStatus = (typeof REVIEW_STATUSES)[number];
export const CONTENT_KINDS = ['article', 'digest', 'data', 'brief'] as const satisfies readonly CreationKind[];

@Entity('contents')
export class Content {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'account_id' })
  accountId: string;

  @Column('uuid', { name: 'generation_task_id', nullable: true })
  generationTaskId: string | null;

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

  @Column('text', { name: 'cover_svg', nullable: true })
  coverSvg: string | null;

  @Column('text', { name: 'review_status' })
  reviewStatus: ReviewStatus;

  /** Codes: why it was not approved automatically. */
  @Column('jsonb', { name: 'review_reasons' })
  reviewReasons: string[];

  @Column('text', { nullable: true })
  reviewer: string | null;

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
