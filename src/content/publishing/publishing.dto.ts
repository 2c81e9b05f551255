import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { type Actor, parseActor } from '../../core/actor/actor.ts';
import { POOL_STATUSES, POOL_TRANSITION_NAMES, type PoolStatus, type PoolTransitionName } from '../../core/publishing/pool.ts';
import { ActorView } from '../../platform/http/actor.view.ts';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { IsFilled } from '../../platform/http/is-filled.decorator.ts';
import { IsInstant } from '../../platform/http/is-instant.decorator.ts';
import { IsName } from '../../platform/http/is-name.decorator.ts';
import { PageQuery } from '../../platform/http/paging.ts';
import { ToArray } from '../../platform/http/to-array.decorator.ts';
import type { PoolEntry, PoolHistoryEntry } from './pool-entry.ts';

const LOCAL_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/;
const LOCAL_TIME_RULE = { message: 'at must be a local time such as 2027-03-28T09:00' };

export class CreateChannelBody {
  @ApiProperty({ example: 'site', description: 'Unique within the account; commands accept it.' })
  @IsString()
  @IsName()
  @MaxLength(100)
  name: string;

  @ApiProperty({ example: 'file', description: 'A kind of GET /channels. It cannot be changed.' })
  @IsString()
  @IsName()
  @MaxLength(50)
  kind: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'By the configSchema of GET /channels.',
    example: { mode: 'publish' },
  })
  @IsObject()
  config: object;

  @ApiPropertyOptional({ default: true })
  @IsBoolean()
  @IfGiven()
  enabled?: boolean;
}

export class UpdateChannelBody {
  @ApiPropertyOptional()
  @IsString()
  @IsName()
  @MaxLength(100)
  @IfGiven()
  name?: string;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  @IsObject()
  @IfGiven()
  config?: object;

  @ApiPropertyOptional()
  @IsBoolean()
  @IfGiven()
  enabled?: boolean;
}

export class AccountChannelView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'uuid' })
  accountId: string;
  @ApiProperty()
  name: string;
  @ApiProperty({ example: 'file' })
  kind: string;
  @ApiProperty({ type: 'object', additionalProperties: true })
  config: object;
  @ApiProperty()
  enabled: boolean;
  @ApiProperty({ type: 'integer' })
  version: number;
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
  @ApiProperty({ format: 'date-time' })
  updatedAt: Date;
}

export class AccountChannelList {
  @ApiProperty({ type: [AccountChannelView] })
  items: AccountChannelView[];
}

export class PublishBody {
  @ApiPropertyOptional({ type: [String], description: 'Names or ids of channels of the account. Default: all that are enabled.' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  @IfGiven()
  channels?: string[];

  @ApiPropertyOptional({ example: '2027-03-28T09:00', description: 'Local time of the account’s time zone. Default: the next free slot.' })
  @Matches(LOCAL_TIME, LOCAL_TIME_RULE)
  @IfGiven()
  at?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 10, default: 5, description: '1 first, among entries that are due.' })
  @IsInt()
  @Min(1)
  @Max(10)
  @IfGiven()
  priority?: number;
}

export class MoveEntryBody {
  @ApiPropertyOptional({ example: '2027-03-28T09:00', description: 'Local time of the account’s time zone.' })
  @Matches(LOCAL_TIME, LOCAL_TIME_RULE)
  @IfGiven()
  at?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 10 })
  @IsInt()
  @Min(1)
  @Max(10)
  @IfGiven()
  priority?: number;
}

export class EntryNoteBody {
  @ApiPropertyOptional({ maxLength: 2000, description: 'For the history of the entry.' })
  @IsString()
  @IsFilled()
  @MaxLength(2_000)
  @IfGiven()
  note?: string;
}

export class SettleBody extends EntryNoteBody {
  @ApiProperty({ description: 'True when the channel has the text, as a person has checked.' })
  @IsBoolean()
  published: boolean;

  @ApiPropertyOptional({ maxLength: 2000, description: 'The address of the page.' })
  @Matches(/^https?:\/\/\S+$/, { message: 'externalUrl must be a web address' })
  @MaxLength(2_000)
  @IfGiven()
  externalUrl?: string;
}

export class PoolQuery extends PageQuery {
  @ApiPropertyOptional({ format: 'uuid' })
  @IsUUID()
  @IsOptional()
  accountId?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  @IsUUID()
  @IsOptional()
  contentId?: string;

  @ApiPropertyOptional({ enum: POOL_STATUSES, isArray: true })
  @ToArray()
  @IsIn(POOL_STATUSES, { each: true, message: `status must be one of ${POOL_STATUSES.join(', ')}` })
  @IsOptional()
  status?: PoolStatus[];

  @ApiPropertyOptional({ format: 'date-time', description: 'Scheduled at or after this time.' })
  @IsInstant()
  @IsOptional()
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Scheduled before this time.' })
  @IsInstant()
  @IsOptional()
  before?: string;
}

class PoolProblemView {
  @ApiProperty({ example: 'not_approved' })
  code: string;
  @ApiProperty()
  message: string;
  @ApiPropertyOptional({ type: 'string', nullable: true, description: 'JSON pointer into the configuration of the channel.' })
  pointer?: string | null;
}

export class PoolEntryView implements PoolEntry {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'uuid' })
  accountId: string;
  @ApiProperty()
  accountName: string;
  @ApiProperty({ format: 'uuid' })
  contentId: string;
  @ApiProperty()
  title: string;
  @ApiProperty({ format: 'uuid' })
  channelId: string;
  @ApiProperty()
  channelName: string;
  @ApiProperty()
  channelKind: string;
  @ApiProperty({ enum: POOL_STATUSES })
  status: PoolStatus;
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 10 })
  priority: number;
  @ApiProperty({ format: 'date-time' })
  scheduledAt: Date;
  @ApiProperty({ example: '2027-03-28T09:00', description: 'The requested local time in timeZone.' })
  scheduledLocal: string;
  @ApiProperty({ example: 'Asia/Shanghai' })
  timeZone: string;
  @ApiProperty({ type: 'integer', description: 'Counts the transitions; the ETag.' })
  version: number;
  @ApiProperty({ type: 'integer', description: 'Calls of the channel.' })
  attempts: number;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'Time of the next call or probe of the channel.' })
  nextAttemptAt: Date | null;
  @ApiProperty({ type: PoolProblemView, nullable: true, description: 'Why it is not published.' })
  lastError: PoolProblemView | null;
  @ApiProperty({ type: 'string', nullable: true })
  note: string | null;
  @ApiProperty({ type: 'string', format: 'uuid', nullable: true, description: 'The execution that works on it or did.' })
  taskId: string | null;
  @ApiProperty({ type: 'string', nullable: true, enum: ['published', 'draft_created', 'publish_submitted', null] })
  outcome: string | null;
  @ApiProperty({ type: 'string', nullable: true })
  externalId: string | null;
  @ApiProperty({ type: 'string', nullable: true })
  externalUrl: string | null;
  @ApiProperty({ type: 'integer', nullable: true })
  publishedVersion: number | null;
  @ApiProperty({ type: 'string', nullable: true, description: 'SHA-256 of the frozen package.' })
  publishedHash: string | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  publishedAt: Date | null;
  @ApiProperty({ type: 'string', nullable: true, enum: ['found', 'missing', 'not_needed', 'cannot_tell', null] })
  labelState: string | null;
  @ApiProperty({ description: 'Not published two minutes after its time.' })
  overdue: boolean;
  @ApiProperty({
    type: 'string',
    nullable: true,
    enum: ['not_approved', 'account_paused', 'channel_disabled', null],
    description: 'What a person has to do before it can be published.',
  })
  waitsFor: PoolEntry['waitsFor'];
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
  @ApiProperty({ format: 'date-time' })
  updatedAt: Date;
}

export class PoolEntryList {
  @ApiProperty({ type: [PoolEntryView] })
  items: PoolEntryView[];
}

export class PoolEntryPage extends PoolEntryList {
  @ApiProperty({ type: 'string', nullable: true })
  nextCursor: string | null;
}

export class PoolHistoryView {
  @ApiProperty({ type: 'integer' })
  revision: number;
  @ApiProperty({ enum: POOL_TRANSITION_NAMES })
  transition: PoolTransitionName;
  @ApiProperty({ enum: POOL_STATUSES, nullable: true })
  fromStatus: PoolStatus | null;
  @ApiProperty({ enum: POOL_STATUSES })
  toStatus: PoolStatus;
  @ApiProperty({ type: ActorView })
  actor: Actor;
  @ApiProperty({ type: 'string', nullable: true })
  note: string | null;
  @ApiProperty({ type: PoolProblemView, nullable: true })
  error: PoolProblemView | null;
  @ApiProperty({ format: 'date-time' })
  scheduledAt: Date;
  @ApiProperty({ format: 'date-time' })
  at: Date;
}

export class PoolHistory {
  @ApiProperty({ type: [PoolHistoryView], description: 'The newest 200, newest first.' })
  items: PoolHistoryView[];
}

export function toPoolHistoryView({ actor, ...entry }: PoolHistoryEntry): PoolHistoryView {
  return { ...entry, actor: parseActor(actor) };
}
