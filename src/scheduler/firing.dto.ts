import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsInt, IsOptional, Max, Min } from 'class-validator';
import { type Actor, parseActor } from '../core/actor/actor.ts';
import { wallOf } from '../core/schedule/zone.ts';
import { PUBLIC_STATUSES, publicStatus, type PublicStatus } from '../core/task/states.ts';
import { ActorView } from '../platform/http/actor.view.ts';
import { EXAMPLE_ID } from '../platform/http/example-id.ts';
import { IfGiven } from '../platform/http/if-given.decorator.ts';
import { IsInstant } from '../platform/http/is-instant.decorator.ts';
import { ToInt } from '../platform/http/paging.ts';
import { type Firing, FIRING_KINDS, FIRING_OUTCOMES, type FiringKind, type FiringOutcome } from './schedule.ts';

export class NextQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 100, default: 5 })
  @ToInt()
  @IsInt()
  @Min(1)
  @Max(100)
  @IsOptional()
  count: number = 5;
}

class DueTimeView {
  @ApiProperty({ format: 'date-time' })
  dueAt: string;
  @ApiProperty({ example: '2026-11-30T09:00:00', description: "On the clock of the schedule's time zone." })
  local: string;
}

export class DueTimeList {
  @ApiProperty({ type: [DueTimeView] })
  items: DueTimeView[];
}

export function toDueTimes(dues: readonly Date[], timeZone: string): DueTimeList {
  const localOf = (due: Date): string => new Date(wallOf(due.getTime(), timeZone)).toISOString().slice(0, 19);
  return { items: dues.map((due) => ({ dueAt: due.toISOString(), local: localOf(due) })) };
}

export class FiringView {
  @ApiProperty({ format: 'date-time' })
  dueAt: Date;
  @ApiProperty({ enum: FIRING_KINDS, description: 'due: by its trigger. note: something else that happened to the schedule.' })
  kind: FiringKind;
  @ApiProperty({ enum: FIRING_OUTCOMES })
  outcome: FiringOutcome;
  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'still_running',
    description:
      'Why it did not fire: misfire_skip, superseded, outside_window, misfire_limit, still_running, queue_full, paused, skip_next, the code of an error; ' +
      'clock_moved_back for a note.',
  })
  reason: string | null;
  @ApiProperty({ type: 'string', nullable: true })
  detail: string | null;
  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'The end (exclusive) of several due times that were skipped for one reason; the time from which the clock went back.',
  })
  untilAt: Date | null;
  @ApiProperty({ type: 'integer', nullable: true, description: 'Skipped due times; null when they are more than 1,000.' })
  count: number | null;
  @ApiProperty({ type: 'string', format: 'uuid', nullable: true })
  executionId: string | null;
  @ApiProperty({
    enum: [...PUBLIC_STATUSES, null],
    type: 'string',
    nullable: true,
    description: 'Of the execution; null when it was deleted.',
  })
  executionStatus: PublicStatus | null;
  @ApiProperty({ type: ActorView })
  actor: Actor;
  @ApiProperty({ format: 'date-time' })
  at: Date;
  @ApiProperty({ type: 'integer', nullable: true, description: 'Milliseconds after the due time and its jitter.' })
  lateMs: number | null;
}

export class FiringPage {
  @ApiProperty({ type: [FiringView] })
  items: FiringView[];
  @ApiProperty({ type: 'string', nullable: true })
  nextCursor: string | null;
}

export function toFiringView({ taskId, taskStatus, actor, ...firing }: Firing): FiringView {
  return {
    ...firing,
    executionId: taskId,
    executionStatus: taskStatus === null ? null : publicStatus(taskStatus),
    actor: parseActor(actor),
  };
}

export class RequestedRunView {
  @ApiProperty({ format: 'uuid', example: EXAMPLE_ID })
  executionId: string;
  @ApiProperty({ format: 'date-time', description: 'What the history lists it under.' })
  dueAt: Date;
  @ApiProperty({ example: `/executions/${EXAMPLE_ID}` })
  statusUrl: string;
}

export class BackfillBody {
  @ApiProperty({ format: 'date-time' })
  @IsInstant()
  from: string;

  @ApiProperty({ format: 'date-time', description: 'Exclusive, and not in the future.' })
  @IsInstant()
  to: string;

  @ApiPropertyOptional({ default: false, description: 'Only list the due times that would fire.' })
  @IsBoolean()
  @IfGiven()
  preview?: boolean;
}

class BackfilledView {
  @ApiProperty({ format: 'date-time' })
  dueAt: Date;
  @ApiProperty({ type: 'string', format: 'uuid', nullable: true, description: 'null in a preview.' })
  executionId: string | null;
}

export class BackfillReply {
  @ApiProperty()
  preview: boolean;
  @ApiProperty({ type: 'integer' })
  count: number;
  @ApiProperty({ type: [BackfilledView] })
  items: BackfilledView[];
}
