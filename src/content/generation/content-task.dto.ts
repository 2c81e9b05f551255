import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { PUBLIC_STATUSES, type TaskPhase } from '../../core/task/states.ts';
import { ANY_JSON } from '../../platform/http/any-json.ts';
import { PageQuery } from '../../platform/http/paging.ts';
import { ToArray } from '../../platform/http/to-array.decorator.ts';
import { StartOptions } from '../../tasks/service/start-options.dto.ts';
import { AccountReference } from '../accounts/account-reference.ts';
import { GenerationOptions } from './content-generation.params.ts';

export class CreateContentTaskBody extends IntersectionType(GenerationOptions, StartOptions, AccountReference) {}

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
  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'Of the request, as minWords and maxWords: null once its params were cleaned up.',
  })
  audience: string | null;
  @ApiProperty({ type: 'integer', nullable: true })
  minWords: number | null;
  @ApiProperty({ type: 'integer', nullable: true })
  maxWords: number | null;
  @ApiProperty()
  statusUrl: string;
}

export class ContentTaskPage {
  @ApiProperty({ type: [ContentTaskView] })
  items: ContentTaskView[];
  @ApiProperty({ type: 'string', nullable: true })
  nextCursor: string | null;
}
