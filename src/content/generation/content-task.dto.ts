import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, IsUUID, Max, MaxLength, Min } from 'class-validator';
import { TASK_STATUSES, type TaskPhase } from '../../core/task/states.ts';
import { ANY_JSON } from '../../platform/http/any-json.ts';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { IsName } from '../../platform/http/is-name.decorator.ts';
import { IsInstant } from '../../platform/http/is-instant.decorator.ts';
import { PageQuery } from '../../platform/http/paging.ts';
import { ToArray, ToPriority } from '../../tasks/service/task.dto.ts';
import { GenerationOptions } from './content-generation.params.ts';

const STATUSES = TASK_STATUSES.filter((status) => status !== 'assigned');

export class CreateContentTaskBody extends GenerationOptions {
  @ApiPropertyOptional({ format: 'uuid', description: 'The account; or name it with `account`.' })
  @IsUUID()
  @IfGiven()
  accountId?: string;

  @ApiPropertyOptional({ description: 'Name of the account, instead of accountId.' })
  @IsString()
  @IsName()
  @MaxLength(100)
  @IfGiven()
  account?: string;

  @ApiPropertyOptional({
    default: 5,
    oneOf: [{ type: 'integer' }, { type: 'string' }],
    description: '1 (last) to 10 (first), or low, medium, high, urgent.',
  })
  @ToPriority()
  @IsInt({ message: 'priority must be a whole number from 1 to 10, or one of low, medium, high, urgent' })
  @Min(1)
  @Max(10)
  @IfGiven()
  priority?: number;

  @ApiPropertyOptional({ format: 'date-time', description: 'Not before this time.' })
  @IsInstant()
  @IfGiven()
  runAt?: string;
}

export class ContentTasksQuery extends PageQuery {
  @ApiPropertyOptional({ enum: STATUSES, isArray: true })
  @ToArray()
  @IsIn(STATUSES, { each: true, message: `status must be one of ${STATUSES.join(', ')}` })
  @IsOptional()
  status?: string[];

  @ApiPropertyOptional({ format: 'uuid' })
  @IsUUID()
  @IsOptional()
  accountId?: string;
}

/** The 22 fields of a content generation task, and where its execution stands. */
export class ContentTaskView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ example: 'task-4f1c09be77a2' })
  taskId: string;
  @ApiProperty({ type: 'string', format: 'uuid', nullable: true })
  contentId: string | null;
  @ApiProperty({ format: 'uuid' })
  accountId: string;
  @ApiProperty({ type: 'string', nullable: true })
  topic: string | null;
  @ApiProperty({ type: [String] })
  keywords: string[];
  @ApiProperty({ type: 'string', nullable: true })
  category: string | null;
  @ApiProperty({ type: 'string', nullable: true })
  requirements: string | null;
  @ApiProperty({ type: 'string', nullable: true })
  tone: string | null;
  @ApiProperty({ enum: STATUSES })
  status: string;
  @ApiProperty({ type: 'integer' })
  priority: number;
  @ApiProperty({ type: 'integer' })
  retryCount: number;
  @ApiProperty({ type: 'integer' })
  maxRetries: number;
  @ApiProperty({ format: 'date-time' })
  submittedAt: Date;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  startedAt: Date | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  completedAt: Date | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  timeoutAt: Date | null;
  @ApiProperty(ANY_JSON)
  result: unknown;
  @ApiProperty({ type: 'string', nullable: true })
  errorMessage: string | null;
  @ApiProperty()
  autoApprove: boolean;
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
  @ApiProperty({ format: 'date-time' })
  updatedAt: Date;

  @ApiProperty({ format: 'uuid', description: 'The execution’s id; the same as id.' })
  executionId: string;
  @ApiProperty({ type: 'string', nullable: true })
  phase: TaskPhase | null;
  @ApiProperty({ type: 'integer', nullable: true })
  progress: number | null;
  @ApiProperty({ type: 'string', nullable: true })
  step: string | null;
  @ApiProperty()
  statusUrl: string;
}

export class ContentTaskPage {
  @ApiProperty({ type: [ContentTaskView] })
  items: ContentTaskView[];
  @ApiProperty({ type: 'string', nullable: true })
  nextCursor: string | null;
}
