import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { type Actor, parseActor } from '../core/actor/actor.ts';
import type { Slot } from '../core/publishing/slot-times.ts';
import { describeTrigger, type ScheduleWords } from '../core/schedule/describe.ts';
import { MISFIRE_POLICIES, type MisfirePolicy } from '../core/schedule/firing-plan.ts';
import { OVERLAP_POLICIES, type OverlapPolicy } from '../core/schedule/overlap.ts';
import { nextDues, TRIGGER_TYPES, type Trigger, type TriggerType } from '../core/schedule/trigger.ts';
import { ActorView } from '../platform/http/actor.view.ts';
import { EXAMPLE_ID } from '../platform/http/example-id.ts';
import { PageQuery } from '../platform/http/paging.ts';
import type { Schedule } from './schedule.ts';

const SCHEDULE_KINDS = ['task', 'system'] as const;
const SCHEDULE_STATUSES = ['active', 'paused', 'finished'] as const;
type ScheduleStatus = (typeof SCHEDULE_STATUSES)[number];
/** Next due times that a schedule shows. */
const SHOWN_DUES = 5;

export class SchedulesQuery extends PageQuery {
  @ApiPropertyOptional({
    enum: SCHEDULE_KINDS,
    default: 'task',
    description: 'task: schedules that submit tasks. system: the periodic work of the product, without pages and other filters.',
  })
  @IsIn(SCHEDULE_KINDS, { message: `kind must be one of ${SCHEDULE_KINDS.join(', ')}` })
  @IsOptional()
  kind: (typeof SCHEDULE_KINDS)[number] = 'task';

  @ApiPropertyOptional({ description: 'The exact name.' })
  @IsString()
  @MaxLength(100)
  @IsOptional()
  name?: string;

  @ApiPropertyOptional()
  @IsString()
  @MaxLength(100)
  @IsOptional()
  taskName?: string;

  @ApiPropertyOptional({ enum: SCHEDULE_STATUSES })
  @IsIn(SCHEDULE_STATUSES, { message: `status must be one of ${SCHEDULE_STATUSES.join(', ')}` })
  @IsOptional()
  status?: ScheduleStatus;
}

class ScheduleSlotView implements Slot {
  @ApiProperty({ type: 'integer', description: '1 is Monday, 7 is Sunday.' })
  weekday: number;
  @ApiProperty({ example: '09:00' })
  time: string;
}

class TriggerView {
  @ApiProperty({ enum: TRIGGER_TYPES })
  type: TriggerType;
  @ApiPropertyOptional({ example: '0 9 * * 1-5' })
  expression?: string;
  @ApiPropertyOptional({ type: 'integer' })
  everyMs?: number;
  @ApiPropertyOptional({ format: 'date-time' })
  anchorAt?: string;
  @ApiPropertyOptional({ format: 'date-time' })
  at?: string;
  @ApiPropertyOptional({ format: 'uuid' })
  accountId?: string;
  @ApiPropertyOptional({ type: 'integer' })
  leadMinutes?: number;
  @ApiPropertyOptional({ type: [ScheduleSlotView], description: 'Of the account.' })
  slots?: ScheduleSlotView[];
  @ApiPropertyOptional({ type: [String], description: 'Of the account.' })
  blackoutDays?: string[];
}

class ScheduleWordsView implements ScheduleWords {
  @ApiProperty({ example: 'At 09:00, Monday through Friday (Asia/Shanghai)' })
  en: string;
  @ApiProperty({ example: '在09:00, 星期一至星期五（Asia/Shanghai）' })
  zh: string;
}

export class ScheduleView {
  @ApiProperty({ enum: ['task'] })
  kind: 'task';
  @ApiProperty({ format: 'uuid', example: EXAMPLE_ID })
  id: string;
  @ApiProperty({ example: 'daily-clean-up' })
  name: string;
  @ApiProperty({ example: 'task-cleanup' })
  taskName: string;
  @ApiProperty({ type: Object })
  params: Readonly<Record<string, unknown>>;
  @ApiProperty({ type: 'integer', nullable: true, minimum: 1, maximum: 10 })
  priority: number | null;
  @ApiProperty({ type: TriggerView })
  trigger: Trigger;
  @ApiProperty({ example: 'Asia/Shanghai' })
  timeZone: string;
  @ApiProperty({ type: ScheduleWordsView, description: 'The trigger in words.' })
  description: ScheduleWords;
  @ApiProperty({ enum: SCHEDULE_STATUSES, description: 'finished: no due time is left.' })
  status: ScheduleStatus;
  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'The next due time; of a paused schedule the first one of the pause.',
  })
  nextDueAt: Date | null;
  @ApiProperty({ type: [String], description: 'The next five due times, paused or not.', example: ['2026-11-30T01:00:00.000Z'] })
  next: string[];
  @ApiProperty({ enum: OVERLAP_POLICIES })
  overlap: OverlapPolicy;
  @ApiProperty({ enum: MISFIRE_POLICIES })
  misfire: MisfirePolicy;
  @ApiProperty({ type: 'integer' })
  catchUpSeconds: number;
  @ApiProperty({ type: 'integer' })
  jitterSeconds: number;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  startsAt: Date | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  endsAt: Date | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  pausedAt: Date | null;
  @ApiProperty({ type: ActorView, nullable: true })
  pausedBy: Actor | null;
  @ApiProperty({ description: 'Of the tasks file, where it is changed.' })
  declared: boolean;
  @ApiProperty({ type: 'integer', description: 'The ETag: counts changes, not firings.' })
  version: number;
  @ApiProperty({ type: ActorView })
  createdBy: Actor;
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
  @ApiProperty({ format: 'date-time' })
  updatedAt: Date;
}

export class SchedulePage {
  @ApiProperty({ type: [ScheduleView] })
  items: ScheduleView[];
  @ApiProperty({ type: 'string', nullable: true })
  nextCursor: string | null;
}

export function toScheduleView(schedule: Schedule, now: Date): ScheduleView {
  const { slotsChangedAt: _, ...shown } = schedule;
  const { trigger, timeZone, pausedAt, pausedBy, nextDueAt, createdBy } = schedule;
  const status = pausedAt !== null ? 'paused' : nextDueAt === null ? 'finished' : 'active';
  // A due time that has come and has not fired yet is still the next one.
  const after = pausedAt === null && nextDueAt !== null && nextDueAt <= now ? new Date(nextDueAt.getTime() - 1) : now;
  const next = nextDueAt === null ? [] : nextDues(schedule, after, SHOWN_DUES);
  return {
    ...shown,
    kind: 'task',
    description: describeTrigger(trigger, timeZone),
    status,
    next: next.map((due) => due.toISOString()),
    pausedBy: pausedBy === null ? null : parseActor(pausedBy),
    createdBy: parseActor(createdBy),
  };
}
