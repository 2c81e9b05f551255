import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { REVIEW_MODES, type ReviewMode, type ReviewPolicy } from '../../core/review/review-policy.ts';
import { hasTwoCadences } from '../../core/topics/cadence.ts';
import type { ApiMapping, SecretHeader, Source, Voice } from '../../creators/creator.ts';
import { SOURCE_SECRET_PREFIX } from '../../creators/source-secrets.ts';
import { HoldsNoCredentials } from '../../platform/http/holds-no-credentials.decorator.ts';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { IsFilled } from '../../platform/http/is-filled.decorator.ts';
import { IsName } from '../../platform/http/is-name.decorator.ts';
import type { AccountSection } from './account.entity.ts';

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

  @ApiPropertyOptional({ type: [String], description: 'Passages in the voice of the account, for the prompts of the llm creator.' })
  @IsArray()
  @ArrayMaxSize(5)
  @IsString({ each: true })
  @IsFilled({ each: true })
  @MaxLength(2000, { each: true })
  @IfGiven()
  examples?: string[];

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

  @ApiPropertyOptional({ type: [String], maxItems: 50, description: 'Its subjects. The relevance of a topic is scored by them.' })
  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @IsName({ each: true })
  @MaxLength(100, { each: true })
  @IfGiven()
  keywords?: string[];

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 100,
    description: 'Cadence: texts in a week. Runs and suggestions take topics of the section that is most overdue first.',
  })
  @IsInt()
  @Min(1)
  @Max(100)
  @IfGiven()
  perWeek?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 365,
    description: 'Cadence: a text every so many days, instead of perWeek.',
  })
  @IsOneCadence()
  @IsInt()
  @Min(1)
  @Max(365)
  @IfGiven()
  everyDays?: number;
}

/** Both would contradict each other. */
function IsOneCadence(): PropertyDecorator {
  return ValidateBy({
    name: 'oneCadence',
    validator: {
      validate: (_, args) => !hasTwoCadences(args?.object as SectionDto),
      defaultMessage: () => 'everyDays cannot be given beside perWeek: leave one of them out',
    },
  });
}

const SOURCE_TYPES = ['rss', 'file', 'url', 'notes', 'data', 'api'] as const;
const PATH = /^[^\s.]{1,100}(?:\.[^\s.]{1,100}){0,9}$/;
const PATH_MESSAGE = '$property must be a path such as data.items or links.0.href';

class SecretHeaderDto implements SecretHeader {
  @ApiProperty({ example: 'Authorization' })
  @Matches(/^[A-Za-z][A-Za-z0-9-]{0,99}$/, { message: 'name must be the name of a header, such as Authorization' })
  name: string;

  @ApiProperty({
    example: 'SOURCE_SECRET_NEWS',
    description: `The environment variable with the whole value, such as "Bearer …". It begins with ${SOURCE_SECRET_PREFIX}; its value is not stored.`,
  })
  @Matches(new RegExp(`^${SOURCE_SECRET_PREFIX}[A-Z0-9_]{1,100}$`), {
    message: `variable must be the name of an environment variable that begins with ${SOURCE_SECRET_PREFIX}`,
  })
  variable: string;
}

export class ApiMappingDto implements ApiMapping {
  @ApiPropertyOptional({ example: 'data.items', description: 'Path of the list; the whole answer unless given.' })
  @Matches(PATH, { message: PATH_MESSAGE })
  @IfGiven()
  items?: string;

  @ApiProperty({ example: 'headline', description: 'Path in an item.' })
  @Matches(PATH, { message: PATH_MESSAGE })
  title: string;

  @ApiPropertyOptional({ example: 'body', description: 'Path in an item: text or HTML, or a list of paragraphs.' })
  @Matches(PATH, { message: PATH_MESSAGE })
  @IfGiven()
  text?: string;

  @ApiPropertyOptional({ example: 'links.0.href', description: 'Path in an item: its web address.' })
  @Matches(PATH, { message: PATH_MESSAGE })
  @IfGiven()
  url?: string;

  @ApiPropertyOptional({ example: 'published_at', description: 'Path in an item: an ISO or RFC 2822 time, or a Unix time.' })
  @Matches(PATH, { message: PATH_MESSAGE })
  @IfGiven()
  published?: string;

  @ApiPropertyOptional({ type: [SecretHeaderDto], maxItems: 5, description: 'Sent to this address only, not to one that it redirects to.' })
  @IsArray()
  @ArrayMaxSize(5)
  @ValidateNested({ each: true })
  @Type(() => SecretHeaderDto)
  @IfGiven()
  headers?: SecretHeaderDto[];
}

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
      'URL, or a path below SOURCE_ROOTS: a Markdown, text, HTML or feed file, or a folder of them; for type data a CSV or JSON file; for type api the URL of a JSON answer.',
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

  @ApiPropertyOptional({ type: ApiMappingDto, description: 'For type api: where the answer has its items.' })
  @IsObject()
  @ValidateNested()
  @Type(() => ApiMappingDto)
  @IfGiven()
  api?: ApiMappingDto;
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
