import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import { type Actor, parseActor } from '../../core/actor/actor.ts';
import { REVIEW_STATUSES, type ReviewStatus } from '../../core/review/review.ts';
import type { ContentFinding } from '../../core/text/check-content.ts';
import type { ReviewAids } from '../../core/text/review-aids.ts';
import type { QuotedSource } from '../../creators/creator.ts';
import type { StatusCount } from '../../engine/inspection/status-counts.ts';
import { ActorView } from '../../platform/http/actor.view.ts';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { IsFilled } from '../../platform/http/is-filled.decorator.ts';
import { IsName } from '../../platform/http/is-name.decorator.ts';
import { PageQuery } from '../../platform/http/paging.ts';
import { ToArray } from '../../platform/http/to-array.decorator.ts';
import { type AccountLimit, isWithin } from '../accounts/account.service.ts';
import { AttachmentView, toAttachmentView } from '../attachments/attachment.dto.ts';
import { type Content, CONTENT_KINDS } from './content.entity.ts';

/** Selects contents that match every member that is given. */
export class ContentsFilter {
  @ApiPropertyOptional({ format: 'uuid' })
  @IsUUID()
  @IsOptional()
  accountId?: string;

  @ApiPropertyOptional({ enum: REVIEW_STATUSES, isArray: true })
  @ToArray()
  @IsIn(REVIEW_STATUSES, { each: true, message: `reviewStatus must be one of ${REVIEW_STATUSES.join(', ')}` })
  @IsOptional()
  reviewStatus?: ReviewStatus[];

  @ApiPropertyOptional({ enum: CONTENT_KINDS, isArray: true })
  @ToArray()
  @IsIn(CONTENT_KINDS, { each: true, message: `kind must be one of ${CONTENT_KINDS.join(', ')}` })
  @IsOptional()
  kind?: (typeof CONTENT_KINDS)[number][];
}

export class ContentsQuery extends IntersectionType(ContentsFilter, PageQuery) {}

export class ContentCount implements StatusCount<ReviewStatus> {
  @ApiProperty({ enum: REVIEW_STATUSES })
  status: ReviewStatus;
  @ApiProperty({ type: 'integer', minimum: 0 })
  count: number;
  @ApiProperty({ description: 'An estimate. Counts are exact as long as at most 10,000 contents have to be read for a status.' })
  approx: boolean;
}

export class ContentCountList {
  @ApiProperty({ type: [ContentCount], description: 'One for each status of the review, or for each that `reviewStatus` names.' })
  items: ContentCount[];
  @ApiProperty({ type: 'integer', minimum: 0, description: 'The sum.' })
  total: number;
  @ApiProperty({ description: 'One of the counts is an estimate.' })
  approx: boolean;
}

export class UpdateContentBody {
  @ApiPropertyOptional({ maxLength: 300 })
  @IsString()
  @IsName()
  @MaxLength(300)
  @IfGiven()
  title?: string;

  @ApiPropertyOptional({ maxLength: 2000 })
  @IsString()
  @MaxLength(2_000)
  @IfGiven()
  summary?: string;

  @ApiPropertyOptional({ maxLength: 200_000, description: 'Markdown. The HTML, word count, checks and score are computed from it.' })
  @IsString()
  @IsFilled()
  @MaxLength(200_000)
  @IfGiven()
  bodyMarkdown?: string;
}

export class PreviewQuery {
  @ApiProperty()
  @IsString()
  @MaxLength(20)
  expires: string;

  @ApiProperty()
  @IsString()
  @MaxLength(100)
  signature: string;
}

class DuplicateView {
  @ApiProperty({
    type: 'string',
    format: 'uuid',
    nullable: true,
    description: 'Null when it belongs to an account that the caller may not see.',
  })
  contentId: string | null;
  @ApiProperty({ minimum: 0, maximum: 1, description: 'Jaccard similarity of the two texts.' })
  similarity: number;
}

class FindingView implements Omit<ContentFinding, 'duplicateOf'> {
  @ApiProperty({ type: 'string', example: 'too_short' })
  code: ContentFinding['code'];
  @ApiProperty({ enum: ['block', 'warn'] })
  severity: ContentFinding['severity'];
  @ApiProperty()
  detail: string;
  @ApiProperty({ type: 'integer', description: 'Subtracted from the quality score.' })
  points: number;
  @ApiProperty({ required: false, description: 'JSON pointer to the member that the finding is about.' })
  pointer?: string;
  @ApiProperty({ required: false, type: 'integer', description: 'UTF-16 offset of the first character in that member.' })
  start?: number;
  @ApiProperty({ required: false, type: 'integer', description: 'UTF-16 offset after the last character.' })
  end?: number;
  @ApiProperty({ required: false, type: DuplicateView, description: 'The content with a similar text.' })
  duplicateOf?: DuplicateView;
}

class ReviewAidsView implements ReviewAids {
  @ApiProperty({
    type: [String],
    description: 'Sentences with a number, a date, a superlative or a name and without a footnote. Empty when the content has no sources.',
  })
  unsourcedClaims: string[];
  @ApiProperty({ type: [String] })
  commands: string[];
  @ApiProperty({ type: [String] })
  numbers: string[];
  @ApiProperty({ type: [String] })
  urls: string[];
}

class QuotedSourceView implements QuotedSource {
  @ApiProperty({ description: 'Its footnote in the text.' })
  id: string;
  @ApiProperty()
  title: string;
  @ApiProperty({ description: 'URL or path.' })
  location: string;
  @ApiProperty({ type: 'string', nullable: true, description: 'ISO date.' })
  publishedAt: string | null;
}

export class ContentView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty()
  title: string;
  @ApiProperty()
  summary: string;
  @ApiProperty({ enum: CONTENT_KINDS })
  kind: string;
  @ApiProperty({ enum: ['zh', 'en'] })
  language: string;
  @ApiProperty()
  bodyMarkdown: string;
  @ApiProperty({ description: 'Sanitised.' })
  bodyHtml: string;
  @ApiProperty({ type: 'integer', description: 'Words, 字 for Chinese.' })
  wordCount: number;
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 100, nullable: true })
  qualityScore: number | null;
  @ApiProperty({ type: [FindingView] })
  checks: FindingView[];
  @ApiProperty({ type: ReviewAidsView, description: 'What to verify before an approval: at most 100 of each, read from this version.' })
  reviewAids: ReviewAidsView;
  @ApiProperty({ enum: REVIEW_STATUSES })
  reviewStatus: string;
  @ApiProperty({ type: [String], description: 'Reason codes: why the rules approved, or what a person has to decide.' })
  reviewReasons: string[];
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 100, description: 'Sort key of the review queue; the highest risk comes first.' })
  reviewRisk: number;
  @ApiProperty({ type: 'string', nullable: true, description: 'Note of the last decision.' })
  reviewNote: string | null;
  @ApiProperty({ type: ActorView, nullable: true, description: 'Who approved this version; the system when the rules did.' })
  reviewer: Actor | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  approvedAt: Date | null;
  @ApiProperty({ type: ActorView })
  requestedBy: Actor;
  @ApiProperty({ type: ActorView, nullable: true })
  editedBy: Actor | null;
  @ApiProperty({ description: 'SHA-256 of everything that readers get. An approval is valid for one version and one package.' })
  packageHash: string;
  @ApiProperty({ format: 'uuid' })
  accountId: string;
  @ApiProperty({ type: 'string', format: 'uuid', nullable: true })
  generationTaskId: string | null;
  @ApiProperty({ type: 'string', format: 'uuid', nullable: true, description: 'The content that this one is another attempt at.' })
  rewriteOf: string | null;
  @ApiProperty({ type: 'string', nullable: true })
  coverUrl: string | null;
  @ApiProperty({
    description: 'A link that works in a browser without a key, for a day. Begins with PUBLIC_URL; without that setting it may be a path.',
  })
  previewUrl: string;
  @ApiProperty({ type: [Object] })
  images: unknown[];
  @ApiProperty({ type: [AttachmentView], description: 'Files that editors added (POST /contents/{id}/attachments).' })
  attachments: AttachmentView[];
  @ApiProperty({ type: [QuotedSourceView] })
  sources: QuotedSourceView[];
  @ApiProperty()
  autoPublish: boolean;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  scheduledPublishAt: Date | null;
  @ApiProperty({
    type: 'object',
    description: 'How it was made. Creators add facts of their own.',
    properties: {
      creator: { type: 'string' },
      version: { type: 'string', description: 'Of the creator.' },
      inputsHash: { type: 'string', description: 'Equal for equal inputs.' },
      method: { type: 'string' },
      aiGenerated: { type: 'boolean' },
      attempt: { type: 'integer', description: 'Of the task.' },
      keywords: { type: 'array', items: { type: 'string' } },
      boilerplate: { type: 'array', items: { type: 'string' }, description: 'Paragraphs that the creator adds to every text.' },
    },
    additionalProperties: true,
  })
  provenance: Record<string, unknown>;
  @ApiProperty({ type: 'integer' })
  version: number;
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
  @ApiProperty({ format: 'date-time' })
  updatedAt: Date;
}

/** The view in lists, without the texts. */
export class ContentSummary extends OmitType(ContentView, [
  'reviewAids',
  'bodyMarkdown',
  'bodyHtml',
  'checks',
  'sources',
  'images',
  'attachments',
  'provenance',
]) {}

export class ContentPage {
  @ApiProperty({ type: [ContentSummary] })
  items: ContentSummary[];
  @ApiProperty({ type: 'string', nullable: true })
  nextCursor: string | null;
}

/** How a content is shown to one caller. */
interface ContentViewer {
  readonly previewPath: string;
  readonly origin: string;
  /** The accounts that the caller is limited to; null for all. */
  readonly within: AccountLimit;
}

export function toContentView(content: Content, { previewPath, origin, within }: ContentViewer): Omit<ContentView, 'reviewAids'> {
  const {
    checks,
    coverSvg,
    leaseEpoch: _epoch,
    reviewRevision: _revision,
    reviewTransition: _transition,
    reviewActor: _actor,
    reviewer,
    requestedBy,
    editedBy,
    attachments,
    ...shown
  } = content;
  return {
    ...shown,
    attachments: attachments.map(toAttachmentView),
    checks: checks.map((finding) => toFindingView(finding, within)),
    reviewer: reviewer === null ? null : parseActor(reviewer),
    requestedBy: parseActor(requestedBy),
    editedBy: editedBy === null ? null : parseActor(editedBy),
    coverUrl: coverSvg === null ? null : `/contents/${content.id}/cover.svg`,
    previewUrl: `${origin}${previewPath}`,
  };
}

/** A finding without the ids of other accounts than these. */
export function toFindingView({ duplicateOf, ...finding }: ContentFinding, within: AccountLimit): FindingView {
  if (duplicateOf === undefined) return finding;
  const { contentId, accountId, similarity } = duplicateOf;
  return { ...finding, duplicateOf: { contentId: isWithin(within, accountId) ? contentId : null, similarity } };
}
