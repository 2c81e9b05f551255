import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  IsTimeZone,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { HoldsNoCredentials } from '../../platform/http/holds-no-credentials.decorator.ts';
import { IsFilled } from '../../platform/http/is-filled.decorator.ts';
import { IsName } from '../../platform/http/is-name.decorator.ts';
import { REVIEW_MODES, type ReviewMode, type ReviewPolicy } from '../../core/review/review-policy.ts';
import type { Source, Voice } from '../../creators/creator.ts';
import { DEFAULT_CREATOR } from '../../creators/creator.registry.ts';
import type { CreatorOptions } from '../../creators/options-table.ts';
import { ANY_OPTIONS } from '../creators/any-options.ts';
import { PublishingDto } from './publishing.dto.ts';
import { ACCOUNT_STATUSES, type AccountSection, type AccountStatus, LANGUAGES, type Language } from './account.entity.ts';

export class VoiceDto implements Voice {
  @ApiPropertyOptional({ example: 'calm, precise' })
  @IsString()
  @MaxLength(200)
  @IfGiven()
  tone?: string;

  @ApiPropertyOptional()
  @IsString()
  @MaxLength(500)
  @IfGiven()
  persona?: string;

  @ApiPropertyOptional({ type: 'integer', description: 'Words, 字 for Chinese.' })
  @IsInt()
  @Min(0)
  @Max(20_000)
  @IfGiven()
  minWords?: number;

  @ApiPropertyOptional({ type: 'integer', description: 'Words, 字 for Chinese.' })
  @IsInt()
  @Min(50)
  @Max(20_000)
  @IfGiven()
  maxWords?: number;

  @ApiPropertyOptional({ type: [String] })
  @IsArray()
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @MaxLength(200, { each: true })
  @IfGiven()
  requiredPhrases?: string[];

  @ApiPropertyOptional({ type: [String] })
  @IsArray()
  @ArrayMaxSize(500)
  @IsString({ each: true })
  @MaxLength(200, { each: true })
  @IfGiven()
  forbiddenPhrases?: string[];

  @ApiPropertyOptional({ type: [String], description: 'Phrases that may contain sensitive words of the installation.' })
  @IsArray()
  @ArrayMaxSize(500)
  @IsString({ each: true })
  @IsName({ each: true })
  @MaxLength(200, { each: true })
  @IfGiven()
  allowedWords?: string[];

  @ApiPropertyOptional()
  @IsBoolean()
  @IfGiven()
  emoji?: boolean;
}

export class SectionDto implements AccountSection {
  @ApiProperty({ example: 'news' })
  @Matches(/^[a-z0-9-]{1,50}$/, { message: 'code must be lower-case letters, digits and hyphens' })
  code: string;

  @ApiProperty({ example: 'News of the week' })
  @IsString()
  @IsName()
  @MaxLength(100)
  name: string;

  @ApiPropertyOptional({ type: 'integer' })
  @IsInt()
  @Min(50)
  @Max(20_000)
  @IfGiven()
  wordCount?: number;
}

const SOURCE_TYPES = ['rss', 'file', 'url', 'notes', 'data'] as const;

export class SourceDto implements Source {
  @ApiProperty({ enum: SOURCE_TYPES })
  @IsIn(SOURCE_TYPES)
  type: (typeof SOURCE_TYPES)[number];

  @ApiPropertyOptional()
  @IsString()
  @IsName()
  @MaxLength(200)
  @IfGiven()
  name?: string;

  @ApiPropertyOptional({
    description:
      'URL, or a path below SOURCE_ROOTS: a Markdown, text, HTML or feed file, or a folder of them; for type data a CSV or JSON file.',
  })
  @IsString()
  @IsFilled()
  @HoldsNoCredentials()
  @MaxLength(2_000)
  @ValidateIf(
    ({ type, location, text }: SourceDto) => location !== undefined || !(type === 'notes' || (type === 'data' && text !== undefined)),
  )
  location?: string;

  @ApiPropertyOptional({ description: 'The notes themselves, for type notes; the rows as CSV or JSON, for type data without a location.' })
  @IsString()
  @MaxLength(200_000)
  @ValidateIf(({ type, text }: SourceDto) => type === 'notes' || text !== undefined)
  text?: string;

  @ApiPropertyOptional({ type: [String] })
  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @IsName({ each: true })
  @MaxLength(100, { each: true })
  @IfGiven()
  keywords?: string[];
}

export class ReviewPolicyDto implements ReviewPolicy {
  @ApiProperty({
    enum: REVIEW_MODES,
    description:
      'auto: the rules approve what passes every check. threshold: they also require the score. manual: a person approves. ' +
      'four_eyes: a person approves who neither requested nor edited the content.',
  })
  @IsIn(REVIEW_MODES, { message: `mode must be one of ${REVIEW_MODES.join(', ')}` })
  mode: ReviewMode;

  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 100, default: 80, description: 'The score that mode threshold requires.' })
  @IsInt()
  @Min(0)
  @Max(100)
  @IfGiven()
  threshold?: number;

  @ApiPropertyOptional({
    minimum: 0,
    maximum: 100,
    default: 0,
    description: 'Share in percent of the contents that the rules could approve and that a person reviews instead.',
  })
  @IsNumber({ allowInfinity: false, allowNaN: false })
  @Min(0)
  @Max(100)
  @IfGiven()
  share?: number;
}

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

/** An account as stored: optional members of a request always have a value here. */
export class AccountView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ example: 'tech-notes' })
  name: string;
  @ApiProperty({ example: 'blog' })
  platform: string;
  @ApiProperty({ type: 'string', nullable: true })
  owner: string | null;
  @ApiProperty({ enum: LANGUAGES })
  language: Language;
  @ApiProperty({ example: 'Asia/Shanghai' })
  timeZone: string;
  @ApiProperty({ type: VoiceDto })
  voice: VoiceDto;
  @ApiProperty({ type: [SectionDto] })
  sections: SectionDto[];
  @ApiProperty({ type: [SourceDto] })
  sources: SourceDto[];
  @ApiProperty({ example: DEFAULT_CREATOR })
  creator: string;
  @ApiProperty({ type: ReviewPolicyDto })
  review: ReviewPolicyDto;
  @ApiProperty(ANY_OPTIONS)
  creatorOptions: CreatorOptions;
  @ApiProperty({ type: PublishingDto })
  publishing: PublishingDto;
  @ApiProperty({ description: 'All entries of the publish pool are held back.' })
  publishingPaused: boolean;
  @ApiProperty({ enum: ACCOUNT_STATUSES })
  status: AccountStatus;
  @ApiProperty({ type: 'integer' })
  version: number;
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
  @ApiProperty({ format: 'date-time' })
  updatedAt: Date;
}

export class AccountPage {
  @ApiProperty({ type: [AccountView] })
  items: AccountView[];
  @ApiProperty({ type: 'string', nullable: true })
  nextCursor: string | null;
}
