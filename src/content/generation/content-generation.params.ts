import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsBoolean, IsInt, IsObject, IsString, IsUUID, Matches, MaxLength, Min } from 'class-validator';
import { MAX_FINDING_LENGTH, MAX_FINDINGS } from '../../core/review/previous-findings.ts';
import type { CreatorOptions } from '../../creators/options-table.ts';
import { ANY_OPTIONS } from '../creators/any-options.ts';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { IsName } from '../../platform/http/is-name.decorator.ts';

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
