import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsIn, IsOptional, IsString, IsUUID, MaxLength, ValidateIf } from 'class-validator';
import {
  RETURN_REASONS,
  type ReturnReason,
  REVIEW_STATUSES,
  REVIEW_TRANSITION_NAMES,
  type ReviewStatus,
  type ReviewTransitionName,
} from '../../core/review/review.ts';
import { REVIEW_MODES } from '../../core/review/review-policy.ts';
import { type Actor, parseActor } from '../../core/actor/actor.ts';
import { ActorView } from '../../platform/http/actor.view.ts';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { IsPointInTime } from '../../platform/http/point-in-time.ts';
import { IsSearchText } from '../../platform/http/is-search-text.decorator.ts';
import { IsFilled } from '../../platform/http/is-filled.decorator.ts';
import { PageQuery } from '../../platform/http/paging.ts';
import { CONTENT_KINDS } from '../contents/content.entity.ts';
import type { ContentNote, ReviewEntry } from './review.service.ts';

export class ReviewQueueQuery extends PageQuery {
  @ApiPropertyOptional({ format: 'uuid' })
  @IsUUID()
  @IsOptional()
  accountId?: string;

  @ApiPropertyOptional({ enum: ['risk'], default: 'risk', description: 'The highest risk first, then the oldest.' })
  @IsIn(['risk'])
  @IfGiven()
  sort?: 'risk';

  @ApiPropertyOptional({ maxLength: 200, description: 'Words that are all in the title or the summary.' })
  @IsSearchText()
  @IfGiven()
  q?: string;

  @ApiPropertyOptional({ enum: ['zh', 'en'] })
  @IsIn(['zh', 'en'])
  @IfGiven()
  language?: 'zh' | 'en';

  @ApiPropertyOptional({ example: 'PT24H', description: 'Created at or after: a time with an offset, or an ISO 8601 duration before now.' })
  @IsPointInTime()
  @IfGiven()
  since?: string;
}

/** Body of a decision without a required reason. */
export class ApproveBody {
  @ApiPropertyOptional({ maxLength: 2000, description: 'For the history of the review. It is never published.' })
  @IsString()
  @IsFilled()
  @MaxLength(2_000)
  @IfGiven()
  note?: string;
}

/** Body of a decision that must give reasons to the writer. */
export class ReturnBody {
  @ApiProperty({ enum: RETURN_REASONS, isArray: true, description: 'Reason codes. The next attempt gets them as an instruction.' })
  @IsIn(RETURN_REASONS, { each: true, message: `reasons must be one or more of ${RETURN_REASONS.join(', ')}` })
  @ArrayMinSize(1)
  @ArrayMaxSize(RETURN_REASONS.length)
  @ArrayUnique()
  reasons: ReturnReason[];

  @ApiPropertyOptional({ maxLength: 2000, description: 'What to change. Required for the reason "other".' })
  @IsString()
  @IsFilled()
  @MaxLength(2_000)
  @ValidateIf(({ reasons, note }: ReturnBody) => note !== undefined || (Array.isArray(reasons) && reasons.includes('other')))
  note?: string;
}

export class NoteBody {
  @ApiProperty({ maxLength: 5000 })
  @IsString()
  @IsFilled()
  @MaxLength(5_000)
  text: string;
}

export class NoteView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ type: ActorView })
  author: Actor;
  @ApiProperty()
  text: string;
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
}

export class NoteList {
  @ApiProperty({ type: [NoteView], description: 'The newest 200, newest first.' })
  items: NoteView[];
}

export class ReviewEntryView {
  @ApiProperty({ type: 'integer', description: 'Counts the transitions of the content.' })
  revision: number;
  @ApiProperty({ enum: REVIEW_TRANSITION_NAMES })
  transition: ReviewTransitionName;
  @ApiProperty({ enum: REVIEW_STATUSES, nullable: true })
  fromStatus: ReviewStatus | null;
  @ApiProperty({ enum: REVIEW_STATUSES })
  toStatus: ReviewStatus;
  @ApiProperty({ type: ActorView })
  actor: Actor;
  @ApiProperty({ type: [String], description: 'Codes.' })
  reasons: string[];
  @ApiProperty({ type: 'string', nullable: true })
  note: string | null;
  @ApiProperty({ type: 'integer', description: 'The version of the content that was decided about.' })
  version: number;
  @ApiProperty({ description: 'SHA-256 of everything that readers get.' })
  packageHash: string;
  @ApiProperty({ format: 'date-time' })
  at: Date;
}

export class ReviewHistory {
  @ApiProperty({ type: [ReviewEntryView], description: 'The newest 200, newest first.' })
  items: ReviewEntryView[];
}

export class QueuedReviewView {
  @ApiProperty({ format: 'uuid', description: 'Of the content.' })
  id: string;
  @ApiProperty({ format: 'uuid' })
  accountId: string;
  @ApiProperty()
  accountName: string;
  @ApiProperty({ enum: REVIEW_MODES, description: 'The review mode of the account.' })
  mode: string;
  @ApiProperty()
  title: string;
  @ApiProperty({ enum: CONTENT_KINDS })
  kind: string;
  @ApiProperty({ enum: ['zh', 'en'] })
  language: string;
  @ApiProperty({ type: 'integer', description: 'Words, 字 for Chinese.' })
  wordCount: number;
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 100, nullable: true })
  qualityScore: number | null;
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 100, description: 'The list is sorted by it.' })
  risk: number;
  @ApiProperty({ type: [String], description: 'Codes: what a person has to decide.' })
  reasons: string[];
  @ApiProperty({ type: 'integer' })
  version: number;
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
}

export class ReviewQueuePage {
  @ApiProperty({ type: [QueuedReviewView] })
  items: QueuedReviewView[];
  @ApiProperty({ type: 'string', nullable: true })
  nextCursor: string | null;
}

export function toNoteView({ author, ...note }: ContentNote): NoteView {
  return { ...note, author: parseActor(author) };
}

export function toReviewView({ actor, ...entry }: ReviewEntry): ReviewEntryView {
  return { ...entry, actor: parseActor(actor) };
}
