import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsTimeZone,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { DEFAULT_CREATOR } from '../../creators/creator.registry.ts';
import type { CreatorOptions } from '../../creators/options-table.ts';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { IsName } from '../../platform/http/is-name.decorator.ts';
import { ANY_OPTIONS } from '../creators/any-options.ts';
import { ACCOUNT_STATUSES, type AccountStatus, LANGUAGES, type Language } from './account.entity.ts';
import { ReviewPolicyDto, SectionDto, SourceDto, VoiceDto } from './account-parts.dto.ts';
import { PublishingDto } from './publishing.dto.ts';

export class CreateAccountBody {
  @ApiProperty({ example: 'tech-notes', description: 'A unique name, which commands accept.' })
  @IsString()
  @IsName()
  @MaxLength(100)
  name: string;

  @ApiProperty({ example: 'blog' })
  @IsString()
  @IsName()
  @MaxLength(50)
  platform: string;

  @ApiPropertyOptional({ type: 'string', nullable: true })
  @IsString()
  @IsName()
  @MaxLength(100)
  @IsOptional()
  owner?: string | null;

  @ApiPropertyOptional({ enum: LANGUAGES, default: 'en' })
  @IsIn(LANGUAGES)
  @IfGiven()
  language?: Language;

  @ApiPropertyOptional({ default: 'UTC', example: 'Asia/Shanghai' })
  @IsTimeZone()
  @IfGiven()
  timeZone?: string;

  @ApiPropertyOptional({ type: VoiceDto })
  @IsObject()
  @ValidateNested()
  @Type(() => VoiceDto)
  @IfGiven()
  voice?: VoiceDto;

  @ApiPropertyOptional({ type: [SectionDto] })
  @IsArray()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => SectionDto)
  @IfGiven()
  sections?: SectionDto[];

  @ApiPropertyOptional({ type: [SourceDto] })
  @IsArray()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => SourceDto)
  @IfGiven()
  sources?: SourceDto[];

  @ApiPropertyOptional({ default: DEFAULT_CREATOR, description: 'What writes the contents: a name of GET /creators.' })
  @IsString()
  @IsName()
  @MaxLength(50)
  @IfGiven()
  creator?: string;

  @ApiPropertyOptional({ type: ReviewPolicyDto, description: 'How contents are approved; the rules approve unless given.' })
  @IsObject()
  @ValidateNested()
  @Type(() => ReviewPolicyDto)
  @IfGiven()
  review?: ReviewPolicyDto;

  @ApiPropertyOptional({ ...ANY_OPTIONS, description: 'Options of the creator, by its optionsSchema. A request may override each.' })
  @IsObject()
  @IfGiven()
  creatorOptions?: CreatorOptions;

  @ApiPropertyOptional({
    type: 'integer',
    nullable: true,
    minimum: 1,
    maximum: 1_000,
    description: 'How many contents of the account are generated at once, in all processes; null for no limit.',
  })
  @IsInt()
  @Min(1)
  @Max(1_000)
  @IsOptional()
  concurrency?: number | null;

  @ApiPropertyOptional({ type: PublishingDto, description: 'When the account publishes, and under which names.' })
  @IsObject()
  @ValidateNested()
  @Type(() => PublishingDto)
  @IfGiven()
  publishing?: PublishingDto;

  @ApiPropertyOptional({ description: 'Holds back all entries of the publish pool.' })
  @IsBoolean()
  @IfGiven()
  publishingPaused?: boolean;
}

export class UpdateAccountBody extends PartialType(CreateAccountBody, { skipNullProperties: false }) {
  @ApiPropertyOptional({ enum: ACCOUNT_STATUSES })
  @IsIn(ACCOUNT_STATUSES)
  @IfGiven()
  status?: AccountStatus;
}

export class ArchiveQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    default: 'false',
    description:
      'true: delete the account with its prompts and budgets, instead of archiving it. 409 while it has contents, content tasks, topics or channels.',
  })
  @IsIn(['true', 'false'])
  @IsOptional()
  erase?: string;
}
