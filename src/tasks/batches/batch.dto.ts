import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { IsInstant } from '../../platform/http/is-instant.decorator.ts';
import { IsName } from '../../platform/http/is-name.decorator.ts';
import { PRIORITY_HINT, ToPriority } from '../service/task.dto.ts';
import { DEPENDENCY_POLICIES, type DependencyPolicy } from '../../engine/task-dependencies.ts';

const MOST_TASKS = 1_000;
const EXAMPLE_ID = '01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f';

export class BatchItem {
  @ApiPropertyOptional({ example: 'pages', description: 'Names the task within the batch, for dependsOn.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  @IfGiven()
  ref?: string;

  @ApiProperty({ example: 'user-space-sync' })
  @IsString()
  @MaxLength(100)
  taskName: string;

  @ApiPropertyOptional({ type: Object, description: 'What the handler gets; see GET /tasks for its schema.' })
  @IsObject()
  @IfGiven()
  params?: Record<string, unknown>;

  @ApiPropertyOptional({ description: PRIORITY_HINT, default: 5, oneOf: [{ type: 'integer' }, { type: 'string' }] })
  @ToPriority()
  @IsInt({ message: `priority: ${PRIORITY_HINT}` })
  @Min(1)
  @Max(10)
  @IfGiven()
  priority?: number;

  @ApiPropertyOptional({ format: 'date-time', description: 'Not before this time.' })
  @IsInstant()
  @IfGiven()
  runAt?: string;

  @ApiPropertyOptional({ type: [String], maxItems: 100, example: ['pages'], description: 'Refs of this batch, or ids of executions.' })
  @IsArray()
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  @IfGiven()
  dependsOn?: string[];

  @ApiPropertyOptional({
    enum: DEPENDENCY_POLICIES,
    default: 'cancel',
    description: 'What becomes of it when one of them does not complete.',
  })
  @IsIn(DEPENDENCY_POLICIES, { message: `onDependencyFailure must be one of ${DEPENDENCY_POLICIES.join(', ')}` })
  @IfGiven()
  onDependencyFailure?: DependencyPolicy;
}

export class CreateBatchBody {
  @ApiProperty({ example: 'nightly sync', maxLength: 200 })
  @IsString()
  @IsName()
  @MaxLength(200)
  name: string;

  @ApiProperty({ type: [BatchItem], minItems: 1, maxItems: MOST_TASKS })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MOST_TASKS)
  @ValidateNested({ each: true })
  @Type(() => BatchItem)
  tasks: BatchItem[];
}

export class AcceptedBatchItem {
  @ApiProperty({ type: 'string', nullable: true })
  ref: string | null;
  @ApiProperty({ format: 'uuid', example: EXAMPLE_ID })
  executionId: string;
}

/** The answer to a submission: the same for a repeat under the same key. */
export class AcceptedBatch {
  @ApiProperty({ format: 'uuid', example: EXAMPLE_ID })
  batchId: string;
  @ApiProperty({ type: 'integer' })
  total: number;
  @ApiProperty({ type: [AcceptedBatchItem], description: 'In the order of the request.' })
  items: AcceptedBatchItem[];
  @ApiProperty({ example: `/batches/${EXAMPLE_ID}` })
  statusUrl: string;
}

class BatchCounts {
  @ApiProperty({ type: 'integer' })
  completed: number;
  @ApiProperty({ type: 'integer', description: 'Failed or timed out.' })
  failed: number;
  @ApiProperty({ type: 'integer' })
  cancelled: number;
  @ApiProperty({ type: 'integer', description: 'Not final.' })
  open: number;
}

export class BatchView {
  @ApiProperty({ format: 'uuid', example: EXAMPLE_ID })
  batchId: string;
  @ApiProperty()
  name: string;
  @ApiProperty({ type: 'integer' })
  total: number;
  @ApiProperty({ type: BatchCounts })
  counts: BatchCounts;
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 100, description: '100 when, and only when, nothing is open.' })
  progress: number;
  @ApiProperty()
  createdBy: string;
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'When all had ended for the first time. It stays when one of them is retried by hand.',
  })
  doneAt: Date | null;
  @ApiProperty({ example: `/batches/${EXAMPLE_ID}` })
  statusUrl: string;
  @ApiProperty({ example: `/executions?batchId=${EXAMPLE_ID}` })
  executionsUrl: string;
}
