import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { Type } from 'class-transformer';
import { PageQuery } from '../../platform/http/paging.ts';
import { ToArray } from '../../platform/http/to-array.decorator.ts';

const WORK_STATES = ['submitting', 'submitted', 'completed', 'failed', 'cancelled', 'given_up'] as const;

export class CreatorWorkQuery extends PageQuery {
  @ApiPropertyOptional({ enum: WORK_STATES, isArray: true })
  @ToArray()
  @IsIn(WORK_STATES, { each: true, message: `state must be one of ${WORK_STATES.join(', ')}` })
  @IsOptional()
  state?: string[];

  @ApiPropertyOptional({ description: 'Name of a creator.' })
  @IsString()
  @MaxLength(100)
  @IsOptional()
  creator?: string;

  @ApiPropertyOptional({ enum: ['true', 'false'], description: 'true: only open work whose task is past its time limit.' })
  @IsIn(['true', 'false'])
  @IsOptional()
  late?: string;
}

export class WorkStatisticsQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 720, default: 24, description: 'Size of the window.' })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(720)
  @IsOptional()
  hours = 24;
}

/** One hand-over of a task to another system. */
export class CreatorWorkView {
  @ApiProperty({ format: 'uuid', description: 'The idempotency key of the request.' })
  id: string;
  @ApiProperty({ example: 'task-4f1c09be77a2' })
  taskId: string;
  @ApiProperty({ format: 'uuid' })
  accountId: string;
  @ApiProperty({ example: 'http' })
  creator: string;
  @ApiProperty({ type: 'string', nullable: true, description: 'The id of the work in the other system; null until it answered.' })
  externalId: string | null;
  @ApiProperty({ enum: WORK_STATES, description: '`given_up`: the work did not end in time, or its task ended first.' })
  state: string;
  @ApiProperty({ type: 'string', nullable: true, description: 'Why it failed; while it is open, why the last poll failed.' })
  error: string | null;
  @ApiProperty({ type: 'integer' })
  polls: number;
  @ApiProperty({ type: 'integer', description: 'Polls that got no usable answer.' })
  pollErrors: number;
  @ApiProperty({ type: 'integer', description: 'Unreadable answers in a row. The fifth ends the work.' })
  unreadablePolls: number;
  @ApiProperty({ type: 'integer', description: 'Signed callbacks about this work.' })
  callbacks: number;
  @ApiProperty({ format: 'date-time' })
  startedAt: Date;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  submittedAt: Date | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  polledAt: Date | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  endedAt: Date | null;
  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'The time limit of the attempt, while the work is open.',
  })
  timeoutAt: Date | null;
}

export class CreatorWorkPage {
  @ApiProperty({ type: [CreatorWorkView] })
  items: CreatorWorkView[];
  @ApiProperty({ type: 'string', nullable: true })
  nextCursor: string | null;
}

export class CreatorWorkList {
  @ApiProperty({ type: [CreatorWorkView], description: 'At most 100, newest first.' })
  items: CreatorWorkView[];
}

export class WorkOfCreatorView {
  @ApiProperty({ example: 'http' })
  creator: string;
  @ApiProperty({ type: 'integer', description: 'Handed over and not ended, whenever they began.' })
  open: number;
  @ApiProperty({ type: 'integer', description: 'Open, and the task is past its time limit.' })
  late: number;
  @ApiProperty({ type: 'integer' })
  completed: number;
  @ApiProperty({ type: 'integer' })
  failed: number;
  @ApiProperty({ type: 'integer' })
  cancelled: number;
  @ApiProperty({ type: 'integer' })
  givenUp: number;
  @ApiProperty({ type: 'integer' })
  polls: number;
  @ApiProperty({ type: 'integer' })
  pollErrors: number;
  @ApiProperty({ type: 'integer' })
  callbacks: number;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  lastPolledAt: Date | null;
  @ApiProperty({ type: 'number', nullable: true, description: 'From the acceptance of completed work to its end.' })
  medianSeconds: number | null;
}

export class WorkStatisticsView {
  @ApiProperty({ format: 'date-time', description: 'Start of the window.' })
  since: Date;
  @ApiProperty({ type: 'integer', description: 'ASYNC_POLL_INTERVAL.' })
  pollIntervalSeconds: number;
  @ApiProperty({ type: [WorkOfCreatorView] })
  items: WorkOfCreatorView[];
}

export class PollsDueView {
  @ApiProperty({ type: 'integer', description: 'Polls that were brought forward. Workers make them within a second or two.' })
  due: number;
}
