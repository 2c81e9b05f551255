import { ApiProperty, ApiPropertyOptional, IntersectionType, PartialType } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { TOPIC_STATUSES, type TopicStatus } from '../../core/topics/topic-states.ts';
import { AccountReference } from '../accounts/account-reference.ts';
import { HoldsNoCredentials } from '../../platform/http/holds-no-credentials.decorator.ts';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { IsInstant } from '../../platform/http/is-instant.decorator.ts';
import { IsName } from '../../platform/http/is-name.decorator.ts';
import { PageQuery } from '../../platform/http/paging.ts';
import { ToArray } from '../../platform/http/to-array.decorator.ts';

export const MAX_IMPORT = 1_000;

/** What an editor says about a topic. */
export class TopicFields {
  @ApiProperty({ maxLength: 300, example: 'How a battery ages in winter' })
  @IsString()
  @IsName()
  @MaxLength(300)
  title: string;

  @ApiPropertyOptional({ type: [String], maxItems: 20 })
  @IsArray()
  @ArrayMaxSize(20)
  @IsString({ each: true })
  @IsName({ each: true })
  @MaxLength(50, { each: true })
  @IfGiven()
  keywords?: string[];

  @ApiPropertyOptional({
    type: 'string',
    nullable: true,
    description: 'Code of a section of the account. Default: the one whose keywords it names.',
  })
  @IsString()
  @IsName()
  @MaxLength(100)
  @IsOptional()
  section?: string | null;

  @ApiPropertyOptional({ type: 'string', nullable: true, maxLength: 2000 })
  @Matches(/^https?:\/\/\S+$/, { message: 'sourceUrl must be a web address' })
  @HoldsNoCredentials()
  @MaxLength(2_000)
  @IsOptional()
  sourceUrl?: string | null;

  @ApiPropertyOptional({
    type: 'string',
    nullable: true,
    maxLength: 100,
    description: 'A series of topics; with `number`. Its parts are written in their order.',
  })
  @IsString()
  @IsName()
  @MaxLength(100)
  @IsOptional()
  series?: string | null;

  @ApiPropertyOptional({ type: 'integer', nullable: true, minimum: 1, maximum: 10_000, description: 'The part of the series.' })
  @IsInt()
  @Min(1)
  @Max(10_000)
  @IsOptional()
  number?: number | null;

  @ApiPropertyOptional({ type: 'string', format: 'date-time', nullable: true, description: 'It is not picked after this time.' })
  @IsInstant()
  @IsOptional()
  expiresAt?: string | null;
}

export class CreateTopicBody extends IntersectionType(TopicFields, AccountReference) {}

export class UpdateTopicBody extends PartialType(TopicFields, { skipNullProperties: false }) {}

export class ImportTopicsBody extends AccountReference {
  @ApiPropertyOptional({ type: [String], maxItems: MAX_IMPORT, description: 'One title each. Blank ones are ignored.' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_IMPORT)
  @IsString({ each: true })
  @IfGiven()
  lines?: string[];

  @ApiPropertyOptional({
    maxLength: 1_000_000,
    description: `CSV with a header of title, keywords (separated by ;), section, sourceUrl, series, number, expiresAt; at most ${MAX_IMPORT} rows.`,
  })
  @IsString()
  @MaxLength(1_000_000)
  @IfGiven()
  csv?: string;

  @ApiPropertyOptional({ description: 'True: the items of the feeds among the sources of the account.' })
  @IsBoolean()
  @IfGiven()
  feeds?: boolean;

  @ApiPropertyOptional({ default: false, description: 'Only answers what would be added, and stores nothing.' })
  @IsBoolean()
  @IfGiven()
  dryRun?: boolean;
}

export class SuggestTopicsBody extends AccountReference {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 200, default: 10 })
  @IsInt()
  @Min(1)
  @Max(200)
  @IfGiven()
  limit?: number;

  @ApiPropertyOptional({ default: false, description: 'Adds them to the backlog.' })
  @IsBoolean()
  @IfGiven()
  save?: boolean;
}

export class RejectTopicBody {
  @ApiPropertyOptional({ maxLength: 500 })
  @IsString()
  @IsName()
  @MaxLength(500)
  @IfGiven()
  reason?: string;
}

export class TopicsQuery extends PageQuery {
  @ApiPropertyOptional({ format: 'uuid' })
  @IsUUID()
  @IsOptional()
  accountId?: string;

  @ApiPropertyOptional({ enum: TOPIC_STATUSES, isArray: true })
  @ToArray()
  @IsIn(TOPIC_STATUSES, { each: true, message: `status must be one of ${TOPIC_STATUSES.join(', ')}` })
  @IsOptional()
  status?: TopicStatus[];

  @ApiPropertyOptional({ maxLength: 100 })
  @IsString()
  @MaxLength(100)
  @IsOptional()
  series?: string;
}
