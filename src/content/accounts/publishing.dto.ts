import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import type { Publishing } from '../../core/publishing/publishing.ts';
import type { Slot } from '../../core/publishing/slot-times.ts';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { IsName } from '../../platform/http/is-name.decorator.ts';

export class SlotDto implements Slot {
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 7, description: '1 is Monday, 7 is Sunday.' })
  @IsInt()
  @Min(1)
  @Max(7)
  weekday: number;

  @ApiProperty({ example: '09:00', description: 'Local time in the time zone of the account.' })
  @Matches(/^([01]\d|2[0-3]):[0-5]\d$/, { message: 'time must be a time of the day such as 09:00' })
  time: string;
}

export class PublishingDto implements Publishing {
  @ApiPropertyOptional({ type: [SlotDto], description: 'When the account publishes; any time without slots.' })
  @IsArray()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => SlotDto)
  @IfGiven()
  slots?: SlotDto[];

  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 10_080, default: 0, description: 'Between two publications.' })
  @IsInt()
  @Min(0)
  @Max(10_080)
  @IfGiven()
  minGapMinutes?: number;

  @ApiPropertyOptional({
    type: 'integer',
    nullable: true,
    minimum: 0,
    default: 10,
    description: 'Publications on one day of the time zone; null for no limit.',
  })
  @IsInt()
  @Min(0)
  @Max(1_000)
  @IsOptional()
  dailyQuota?: number | null;

  @ApiPropertyOptional({ type: [String], example: ['2027-01-01'], description: 'Days of the time zone without publications.' })
  @IsArray()
  @ArrayMaxSize(400)
  @Matches(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, { each: true, message: 'blackoutDays must be days such as 2027-01-01' })
  @IfGiven()
  blackoutDays?: string[];

  @ApiPropertyOptional({
    default: false,
    description: 'An approval adds the content to the pool of every enabled channel, at the next free slots.',
  })
  @IsBoolean()
  @IfGiven()
  autoPublish?: boolean;

  @ApiPropertyOptional({ description: 'Shown as the author; the name of the account unless given.' })
  @IsString()
  @IsName()
  @MaxLength(100)
  @IfGiven()
  author?: string;

  @ApiPropertyOptional({ description: 'The person or organisation with editorial responsibility.' })
  @IsString()
  @IsName()
  @MaxLength(200)
  @IfGiven()
  responsible?: string;

  @ApiPropertyOptional({ description: 'Name or code of the producer in AI labels; the name of the account unless given.' })
  @IsString()
  @IsName()
  @MaxLength(200)
  @IfGiven()
  producer?: string;
}
