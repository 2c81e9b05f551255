import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { MAX_FINDING_LENGTH, MAX_FINDINGS } from '../../core/review/previous-findings.ts';
import type { CreatorOptions } from '../../creators/options-table.ts';
import { ANY_OPTIONS } from '../creators/any-options.ts';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { IsName } from '../../platform/http/is-name.decorator.ts';
import { CALLBACK_EVENTS, type CallbackEvent } from './callback-event.ts';

/** Options of a content request, for the HTTP API and for direct submits of the task. */
export class GenerationOptions {
  @ApiPropertyOptional({ maxLength: 300, description: 'The subject of the content. Without it, the account’s sources decide.' })
  @IsString()
  @IsName()
  @MaxLength(300)
  @IfGiven()
  topic?: string;

  @ApiPropertyOptional({ type: [String], maxItems: 20 })
  @IsArray()
  @ArrayMaxSize(20)
  @IsString({ each: true })
  @IsName({ each: true })
  @MaxLength(50, { each: true })
  @IfGiven()
  keywords?: string[];

  @ApiPropertyOptional({ description: 'Code or name of a section of the account.' })
  @IsString()
  @IsName()
  @MaxLength(100)
  @IfGiven()
  category?: string;

  @ApiPropertyOptional({ maxLength: 4000 })
  @IsString()
  @MaxLength(4_000)
  @IfGiven()
  requirements?: string;

  @ApiPropertyOptional()
  @IsString()
  @MaxLength(200)
  @IfGiven()
  tone?: string;

  @ApiPropertyOptional({ maxLength: 200, description: 'The readers of the text. Creators get it as a line of the requirements.' })
  @IsString()
  @IsName()
  @MaxLength(200)
  @IfGiven()
  audience?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: 20_000,
    description: 'Words, 字 for Chinese. Replaces that of the account.',
  })
  @IsInt()
  @Min(0)
  @Max(20_000)
  @IfGiven()
  minWords?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 50,
    maximum: 20_000,
    description: 'Words, 字 for Chinese. Replaces that of the account.',
  })
  @IsInt()
  @Min(50)
  @Max(20_000)
  @IfGiven()
  maxWords?: number;

  @ApiPropertyOptional({ description: 'A name of GET /creators. Default: the creator of the account.' })
  @IsString()
  @IsName()
  @MaxLength(50)
  @IfGiven()
  creator?: string;

  @ApiPropertyOptional({ ...ANY_OPTIONS, description: 'Options of the creator, by its optionsSchema. Each overrides that of the account.' })
  @IsObject()
  @IfGiven()
  creatorOptions?: CreatorOptions;

  @ApiPropertyOptional({ description: 'Approve it when every check passes. Default: ASYNC_AUTO_APPROVE.' })
  @IsBoolean()
  @IfGiven()
  autoApprove?: boolean;

  @ApiPropertyOptional({ description: 'Write it although a recent content or an open task is about the same topic. Default: false.' })
  @IsBoolean()
  @IfGiven()
  allowDuplicate?: boolean;

  @ApiPropertyOptional({ maxLength: 100, description: 'Your own id for the task, unique. Default: task- and 12 hex digits.' })
  @Matches(/^[\w.:-]{1,100}$/, { message: 'taskId must be 1 to 100 letters, digits or . _ : -' })
  @IfGiven()
  taskId?: string;

  @ApiPropertyOptional({
    maxLength: 2000,
    pattern: '^https?://\\S+$',
    description:
      'Gets a POST when the task has ended. Private addresses need EGRESS_ALLOW_PRIVATE. An execution `content-callback` repeats it until it is answered with 2xx.',
  })
  @Matches(/^https?:\/\/\S+$/, { message: 'callbackUrl must be an http: or https: address' })
  @MaxLength(2_000)
  @IfGiven()
  callbackUrl?: string;

  @ApiPropertyOptional({ enum: CALLBACK_EVENTS, isArray: true, description: 'The ends that are reported. Default: all.' })
  @IsArray()
  @ArrayMinSize(1)
  @IsIn(CALLBACK_EVENTS, { each: true, message: `callbackEvents must be of ${CALLBACK_EVENTS.join(', ')}` })
  @IfGiven()
  callbackEvents?: CallbackEvent[];
}

/** Params of the task `content-generation`. */
export class ContentGenerationParams extends GenerationOptions {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  accountId: string;

  @ApiPropertyOptional({
    format: 'uuid',
    description: 'The content of this account that is written again. POST /contents/{id}/rewrite sends it.',
  })
  @IsUUID()
  @IfGiven()
  rewriteOf?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, description: 'The version of that content that was read.' })
  @IsInt()
  @Min(1)
  @IfGiven()
  rewriteVersion?: number;

  @ApiPropertyOptional({ type: [String], maxItems: MAX_FINDINGS, description: 'Faults of that version. Creators with a model avoid them.' })
  @IsArray()
  @ArrayMaxSize(MAX_FINDINGS)
  @IsString({ each: true })
  @MaxLength(MAX_FINDING_LENGTH, { each: true })
  @IfGiven()
  previousFindings?: string[];
}
