import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsTimeZone,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { MISFIRE_POLICIES, type MisfirePolicy } from '../core/schedule/firing-plan.ts';
import { OVERLAP_POLICIES, type OverlapPolicy } from '../core/schedule/overlap.ts';
import { TRIGGER_TYPES, type TriggerType } from '../core/schedule/trigger.ts';
import { IfGiven } from '../platform/http/if-given.decorator.ts';
import { IsFilled } from '../platform/http/is-filled.decorator.ts';
import { IsInstant } from '../platform/http/is-instant.decorator.ts';
import { PRIORITY_HINT, PRIORITY_RULE, ToPriority } from '../tasks/service/start-options.dto.ts';

const DAY_MS = 86_400_000;
const SCHEDULE_NAME = /^[a-z0-9][a-z0-9-]{0,99}$/;
export const DEFAULT_CATCH_UP_SECONDS = 3_600;

/** Each type has members of its own: schedule-fields.ts rejects the others. */
const of = (type: TriggerType, required: boolean, value: keyof TriggerDto) =>
  ValidateIf((trigger: TriggerDto) => (trigger.type === type && required) || trigger[value] !== undefined);

export class TriggerDto {
  @ApiProperty({ enum: TRIGGER_TYPES })
  @IsIn(TRIGGER_TYPES, { message: `type must be one of ${TRIGGER_TYPES.join(', ')}` })
  type: TriggerType;

  @ApiPropertyOptional({
    example: '0 9 * * 1-5',
    description: 'For type cron: 5 fields (minute, hour, day of month, month, day of week), or 6 with seconds first. L, # and W work.',
  })
  @IsString()
  @IsFilled()
  @of('cron', true, 'expression')
  expression?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1_000, maximum: 366 * DAY_MS, description: 'For type every: milliseconds.' })
  @IsInt()
  @Min(1_000)
  @Max(366 * DAY_MS)
  @of('every', true, 'everyMs')
  everyMs?: number;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'For type every: due times are this time and multiples of everyMs from it. Default: startsAt, or now.',
  })
  @IsInstant()
  @of('every', false, 'anchorAt')
  anchorAt?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'For type once.' })
  @IsInstant()
  @of('once', true, 'at')
  at?: string;

  @ApiPropertyOptional({
    format: 'uuid',
    description:
      'For type slots: due times are the publishing slots of this account, on the clock of its time zone. Blackout days are left out.',
  })
  @IsUUID()
  @of('slots', true, 'accountId')
  accountId?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: 10_080,
    default: 0,
    description: 'For type slots: minutes before the slot.',
  })
  @IsInt()
  @Min(0)
  @Max(10_080)
  @of('slots', false, 'leadMinutes')
  leadMinutes?: number;
}

export class CreateScheduleBody {
  @ApiProperty({ example: 'daily-clean-up', description: 'Unique: lower-case letters, digits and hyphens.' })
  @Matches(SCHEDULE_NAME, { message: 'name must be lower-case letters, digits and hyphens, at most 100' })
  name: string;

  @ApiProperty({ example: 'task-cleanup', description: 'A task of GET /tasks.' })
  @IsString()
  @MaxLength(100)
  taskName: string;

  @ApiPropertyOptional({
    type: Object,
    example: { olderThan: 'P30D' },
    description:
      'Params of the task. Texts are Liquid templates with scheduledAt, localDate, localTime, timeZone and scheduleName: "{{ scheduledAt }}".',
  })
  @IsObject()
  @IfGiven()
  params?: Record<string, unknown>;

  @ApiPropertyOptional({ description: PRIORITY_HINT, nullable: true, oneOf: [{ type: 'integer' }, { type: 'string' }] })
  @ToPriority()
  @IsInt({ message: PRIORITY_RULE })
  @Min(1)
  @Max(10)
  @IsOptional()
  priority?: number | null;

  @ApiProperty({ type: TriggerDto })
  @IsObject()
  @ValidateNested()
  @Type(() => TriggerDto)
  trigger: TriggerDto;

  @ApiPropertyOptional({
    default: 'UTC',
    example: 'Asia/Shanghai',
    description: 'Not for a trigger of type slots: it has the zone of its account.',
  })
  @IsTimeZone()
  @IfGiven()
  timeZone?: string;

  @ApiPropertyOptional({
    enum: OVERLAP_POLICIES,
    default: 'skip',
    description:
      'When a task of the schedule has not ended: skip the due time, queue its task behind it, allow both, or cancel the previous one.',
  })
  @IsIn(OVERLAP_POLICIES, { message: `overlap must be one of ${OVERLAP_POLICIES.join(', ')}` })
  @IfGiven()
  overlap?: OverlapPolicy;

  @ApiPropertyOptional({
    enum: MISFIRE_POLICIES,
    default: 'last',
    description:
      'Due times that passed more than 10 s ago while no scheduler ran: skip them, fire the last one, or fire all (at most 100).',
  })
  @IsIn(MISFIRE_POLICIES, { message: `misfire must be one of ${MISFIRE_POLICIES.join(', ')}` })
  @IfGiven()
  misfire?: MisfirePolicy;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: 604_800,
    default: DEFAULT_CATCH_UP_SECONDS,
    description: 'Older due times do not fire.',
  })
  @IsInt()
  @Min(0)
  @Max(604_800)
  @IfGiven()
  catchUpSeconds?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: 3_600,
    default: 0,
    description: 'Each firing is late by 0 to this many seconds: always the same for one schedule and due time.',
  })
  @IsInt()
  @Min(0)
  @Max(3_600)
  @IfGiven()
  jitterSeconds?: number;

  @ApiPropertyOptional({ type: 'string', format: 'date-time', nullable: true, description: 'No due time before it.' })
  @IsInstant()
  @IsOptional()
  startsAt?: string | null;

  @ApiPropertyOptional({ type: 'string', format: 'date-time', nullable: true, description: 'No due time at or after it.' })
  @IsInstant()
  @IsOptional()
  endsAt?: string | null;
}

export class UpdateScheduleBody extends PartialType(CreateScheduleBody, { skipNullProperties: false }) {}
