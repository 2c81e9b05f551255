import { ActorView } from '../../platform/http/actor.view.ts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsNotEmpty,
  IsObject,
  IsString,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { IsName } from '../../platform/http/is-name.decorator.ts';
import { DependentOptions } from '../service/start-options.dto.ts';
import { EXAMPLE_ID } from '../../platform/http/example-id.ts';

const MOST_TASKS = 1_000;

export class BatchItem extends DependentOptions {
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

  @ApiPropertyOptional({ type: Object, description: 'The params of the handler; see GET /tasks for their schema.' })
  @IsObject()
  @IfGiven()
  params?: Record<string, unknown>;

  @ApiPropertyOptional({ type: [String], maxItems: 100, example: ['pages'], description: 'Refs of this batch, or ids of executions.' })
  @IsArray()
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  @IfGiven()
  dependsOn?: string[];
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

  @ApiPropertyOptional({
    default: false,
    description: 'Only answers what would be stored, and stores nothing. Idempotency-Key is ignored.',
  })
  @IsBoolean()
  @IfGiven()
  dryRun?: boolean;
}

class PreviewedBatchItem {
  @ApiProperty({ type: 'string', nullable: true })
  ref: string | null;
  @ApiProperty({ example: 'user-space-sync' })
  taskName: string;
  @ApiProperty({ example: 'default' })
  queue: string;
  @ApiProperty({ enum: ['submitted', 'pending'], description: 'pending: it would wait for its start time or for dependencies.' })
  status: string;
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 10 })
  priority: number;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  runAt: Date | null;
  @ApiProperty({ type: [String], description: 'As in the request.' })
  dependsOn: string[];
}

/** What a batch would store. No task of it exists, so there are no ids. */
export class BatchPreview {
  @ApiProperty()
  name: string;
  @ApiProperty({ type: 'integer' })
  total: number;
  @ApiProperty({ type: 'integer', description: 'Tasks that could start at once.' })
  ready: number;
  @ApiProperty({ type: 'integer', description: 'Tasks that would wait for their start time or for dependencies.' })
  waiting: number;
  @ApiProperty({ type: [PreviewedBatchItem], description: 'In the order of the request.' })
  items: PreviewedBatchItem[];
}

export class AcceptedBatchItem {
  @ApiProperty({ type: 'string', nullable: true })
  ref: string | null;
  @ApiProperty({ format: 'uuid', example: EXAMPLE_ID })
  executionId: string;
}

/** The answer to a submission; a repeated request with the same key gets the same. */
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
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 100, description: '100 if and only if no task is open.' })
  progress: number;
  @ApiProperty({ type: ActorView })
  createdBy: ActorView;
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'When all had ended for the first time. A later manual retry does not change it.',
  })
  doneAt: Date | null;
  @ApiProperty({ example: `/batches/${EXAMPLE_ID}` })
  statusUrl: string;
  @ApiProperty({ example: `/executions?batchId=${EXAMPLE_ID}` })
  executionsUrl: string;
}
