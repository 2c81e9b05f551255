import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  Allow,
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsNumber,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { TASK_STATUSES, type TaskStatus } from '../../core/task/states.ts';
import { type Failure, FAILURE_CLASSES, type FailureClass } from '../../core/task/failure.ts';
import { LOG_LEVELS, type LogLevel } from '../../core/task/task.ts';
import { ANY_JSON } from '../../platform/http/any-json.ts';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { AGENT_FAILURES } from './agent-work.service.ts';

const MOST_TASKS = 1_000;
const LONGEST_WAIT_MS = 25_000;
const LONGEST_EPOCH = 2_147_483_647;
const LINES_OF_ONE = 500;

/** Identifies the attempt: the `epoch` of its lease. */
export class EpochBody {
  @ApiProperty({ type: 'integer', example: 1 })
  @Max(LONGEST_EPOCH)
  @Min(1)
  @IsInt()
  epoch: number;
}

class RunningTask extends EpochBody {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  taskId: string;
}

export class HeartbeatBody {
  @ApiProperty({
    type: [RunningTask],
    description: 'All tasks that the agent has leased, started or not: leases that are missing here end.',
  })
  @ValidateNested({ each: true })
  @Type(() => RunningTask)
  @ArrayMaxSize(MOST_TASKS)
  @IsArray()
  running: RunningTask[];

  @ApiPropertyOptional({ type: 'number', minimum: 0, maximum: 1 })
  @Max(1)
  @Min(0)
  @IsNumber()
  @IfGiven()
  load?: number;
}

export class HeartbeatReply {
  @ApiProperty({
    type: [String],
    description: 'Leases that the agent has lost: stop working on these tasks and report nothing more about them.',
  })
  lost: string[];
  @ApiProperty({ type: [String], description: 'Cancelled tasks: do the same.' })
  cancel: string[];
  @ApiProperty({ description: 'The agent gets no more leases.' })
  drain: boolean;
  @ApiProperty({ type: 'integer' })
  ttlMs: number;
}

export class LeaseBody {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MOST_TASKS, default: 1 })
  @Max(MOST_TASKS)
  @Min(1)
  @IsInt()
  @IfGiven()
  max?: number;

  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: LONGEST_WAIT_MS, default: LONGEST_WAIT_MS })
  @Max(LONGEST_WAIT_MS)
  @Min(0)
  @IsInt()
  @IfGiven()
  waitMs: number = LONGEST_WAIT_MS;
}

class PreviousFailure implements Failure {
  @ApiProperty({ enum: FAILURE_CLASSES })
  class: FailureClass;
  @ApiProperty({ example: 'ECONNRESET' })
  code: string;
  @ApiProperty()
  message: string;
  @ApiProperty({ description: 'Equal for failures of one cause.' })
  fingerprint: string;
}

/** A task that the agent owns while its heartbeats name it. */
export class LeasedTask {
  @ApiProperty({ format: 'uuid' })
  taskId: string;
  @ApiProperty({ type: 'integer', description: 'Sent with every report about this attempt.' })
  epoch: number;
  @ApiProperty({ example: 'transcribe' })
  name: string;
  @ApiProperty({ type: Object })
  params: unknown;
  @ApiProperty({ type: 'integer' })
  attempt: number;
  @ApiProperty({ type: 'integer' })
  maxAttempts: number;
  @ApiProperty({ type: 'integer', description: 'The time limit of the attempt, counted from its start.' })
  timeoutMs: number;
  @ApiProperty({ type: 'integer', description: 'The lease ends without a heartbeat within this time.' })
  ttlMs: number;
  @ApiProperty({
    type: String,
    nullable: true,
    example: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    description: 'The W3C trace context of the submission: send it as the header traceparent of the requests that the work makes.',
  })
  traceparent: string | null;
  @ApiProperty({ type: PreviousFailure, nullable: true, description: 'Why the previous attempt failed.' })
  previousFailure: Failure | null;
  @ApiProperty({ type: 'integer', description: 'The number of the last line of its log.' })
  logSeq: number;
}

export class StartedReply {
  @ApiProperty({ format: 'date-time' })
  deadlineAt: Date;
}

export class ProgressBody extends EpochBody {
  @ApiProperty({ type: 'number', minimum: 0, maximum: 100, description: 'Percent; rounded to a whole number.' })
  @Max(100)
  @Min(0)
  @IsNumber()
  progress: number;

  @ApiPropertyOptional({ example: 'encode', maxLength: 100 })
  @MaxLength(100)
  @IsString()
  @IfGiven()
  step?: string;
}

class LineBody {
  @ApiPropertyOptional({ enum: LOG_LEVELS, default: 'info' })
  @IsIn(LOG_LEVELS, { message: `level must be one of ${LOG_LEVELS.join(', ')}` })
  @IfGiven()
  level: LogLevel = 'info';

  @ApiProperty({ description: 'Text beyond 8,000 characters is cut off.' })
  @IsString()
  message: string;

  @ApiPropertyOptional(ANY_JSON)
  @Allow()
  data?: unknown;
}

export class LogsBody extends EpochBody {
  @ApiProperty({ type: [LineBody], maxItems: LINES_OF_ONE })
  @ValidateNested({ each: true })
  @Type(() => LineBody)
  @ArrayMaxSize(LINES_OF_ONE)
  @IsArray()
  lines: LineBody[];

  @ApiPropertyOptional({ type: 'integer', description: 'logSeq of the lease, or of the last answer: a repeated request is stored once.' })
  @Max(LONGEST_EPOCH)
  @Min(0)
  @IsInt()
  @IfGiven()
  after?: number;
}

export class LogsReply {
  @ApiProperty({ type: 'integer', description: 'Send it as `after` in the next request.' })
  logSeq: number;
  @ApiProperty({ type: 'integer', description: 'Lines beyond the limit of 10,000 for an attempt.' })
  dropped: number;
  @ApiProperty({ type: 'integer', description: 'Characters that cannot be stored (NUL, lone surrogates), replaced by U+FFFD.' })
  replaced: number;
}

export class CompleteBody extends EpochBody {
  @ApiPropertyOptional({ ...ANY_JSON, description: 'Any JSON of at most 1 MB, 100,000 members and 64 levels. Default: null.' })
  @Allow()
  result?: unknown;
}

export class FailBody extends EpochBody {
  @ApiPropertyOptional({
    enum: AGENT_FAILURES,
    default: 'internal',
    description:
      'invalid_input, invalid_output and unknown_outcome (the work may have been done) are final; other classes are retried while attempts are left.',
  })
  @IsIn(AGENT_FAILURES, { message: `class must be one of ${AGENT_FAILURES.join(', ')}` })
  @IfGiven()
  class?: (typeof AGENT_FAILURES)[number];

  @ApiPropertyOptional({ example: 'disk_full' })
  @Matches(/^[\w.-]{1,100}$/, { message: 'code must be 1 to 100 letters, digits, dots, dashes or underscores' })
  @IsString()
  @IfGiven()
  code?: string;

  @ApiPropertyOptional({ example: 'the disk is full', description: 'Text beyond 2,000 characters is cut off.' })
  @IsString()
  @IfGiven()
  message?: string;

  @ApiPropertyOptional({ type: 'integer', description: 'The earliest time of the retry.' })
  @Max(86_400_000)
  @Min(0)
  @IsInt()
  @IfGiven()
  retryAfterMs?: number;
}

export class EndedReply {
  @ApiProperty({
    enum: TASK_STATUSES,
    description: 'The new status of the task: completed, or submitted or pending when it is retried, …',
  })
  status: TaskStatus;
}
