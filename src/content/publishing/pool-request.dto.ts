import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
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
import { POOL_STATUSES, type PoolStatus } from '../../core/publishing/pool.ts';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { IsFilled } from '../../platform/http/is-filled.decorator.ts';
import { IsInstant } from '../../platform/http/is-instant.decorator.ts';
import { PageQuery } from '../../platform/http/paging.ts';
import { ToArray } from '../../platform/http/to-array.decorator.ts';

const LOCAL_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/;
const LOCAL_TIME_RULE = { message: 'at must be a local time such as 2027-03-28T09:00' };

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

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 10,
    default: 5,
    description: '10 first, among entries that are due; the same order as of tasks.',
  })
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

  @ApiPropertyOptional({ default: false, description: 'Only checks the move and answers the entry as it would be; nothing changes.' })
  @IsBoolean()
  @IfGiven()
  dryRun?: boolean;
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

export class PoolStatusQuery {
  @ApiPropertyOptional({ format: 'uuid' })
  @IsUUID()
  @IsOptional()
  accountId?: string;
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
