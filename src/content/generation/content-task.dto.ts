import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import { PUBLIC_STATUSES, type TaskPhase } from '../../core/task/states.ts';
import { ANY_JSON } from '../../platform/http/any-json.ts';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { IsName } from '../../platform/http/is-name.decorator.ts';
import { PageQuery } from '../../platform/http/paging.ts';
import { ToArray } from '../../platform/http/to-array.decorator.ts';
import { StartOptions } from '../../tasks/service/start-options.dto.ts';
import { GenerationOptions } from './content-generation.params.ts';

export class CreateContentTaskBody extends IntersectionType(GenerationOptions, StartOptions) {
  @ApiPropertyOptional({ format: 'uuid', description: 'The id of the account. Alternatively, send its name in `account`.' })
  @IsUUID()
  @IfGiven()
  accountId?: string;

  @ApiPropertyOptional({ description: 'Name of the account, instead of accountId.' })
  @IsString()
  @IsName()
  @MaxLength(100)
  @IfGiven()
  account?: string;
}

export class ContentTasksQuery extends PageQuery {
  @ApiPropertyOptional({ enum: PUBLIC_STATUSES, isArray: true })
  @ToArray()
  @IsIn(PUBLIC_STATUSES, { each: true, message: `status must be one of ${PUBLIC_STATUSES.join(', ')}` })
  @IsOptional()
  status?: string[];

  @ApiPropertyOptional({ format: 'uuid' })
  @IsUUID()
  @IsOptional()
  accountId?: string;
}

/** The 22 fields of a content generation task, and the state of its execution. */
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
  @ApiProperty({ enum: PUBLIC_STATUSES })
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

  @ApiProperty({ format: 'uuid', description: 'The id of the execution; equal to id.' })
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
