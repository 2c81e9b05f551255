import { ApiProperty } from '@nestjs/swagger';
import type { TaskDefinition } from '../definitions/task-definition.registry.ts';

const EXAMPLE_ID = '01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f';

/** The answer to a submission: the same for a repeat under the same key, whatever became of the task meanwhile. */
export class AcceptedExecution {
  @ApiProperty({ format: 'uuid', example: EXAMPLE_ID })
  executionId: string;
  @ApiProperty({ example: 'user-space-sync' })
  taskName: string;
  @ApiProperty({ enum: ['running'], description: 'It runs until it is completed, failed or cancelled.' })
  status: 'running';
  @ApiProperty({ enum: ['submitted', 'pending'] })
  state: 'submitted' | 'pending';
  @ApiProperty({ enum: ['ready', 'waiting'] })
  phase: 'ready' | 'waiting';
  @ApiProperty({ example: `/executions/${EXAMPLE_ID}` })
  statusUrl: string;
  @ApiProperty({ example: `/executions/${EXAMPLE_ID}/logs` })
  logsUrl: string;

  constructor(id: string, taskName: string, later: boolean) {
    this.executionId = id;
    this.taskName = taskName;
    this.status = 'running';
    this.state = later ? 'pending' : 'submitted';
    this.phase = later ? 'waiting' : 'ready';
    this.statusUrl = `/executions/${id}`;
    this.logsUrl = `/executions/${id}/logs`;
  }
}

export class CancelByIdsReply {
  @ApiProperty({ type: [String] })
  cancelled: string[];
  @ApiProperty({ type: [String], description: 'Ids of no execution.' })
  notFound: string[];
  @ApiProperty({ type: [String], description: 'These had ended before and stay as they were.' })
  alreadyFinished: string[];
}

export class CancelByNamesReply {
  @ApiProperty({ type: [String], description: 'Ids of the executions cancelled.' })
  cancelled: string[];
  @ApiProperty({ type: [String] })
  taskNotFound: string[];
}

export class CancelAllReply {
  @ApiProperty({ type: 'integer' })
  count: number;
}

export class TaskCatalogueItem {
  @ApiProperty({ example: 'content-generation' })
  name: string;
  @ApiProperty()
  description: string;
  @ApiProperty()
  queue: string;
  @ApiProperty({ type: 'integer', description: 'For one attempt.' })
  timeoutMs: number;
  @ApiProperty({ type: 'integer' })
  maxAttempts: number;
  @ApiProperty({
    type: Object,
    nullable: true,
    description: 'JSON schema of the params, or where /openapi.json has it; null: any JSON object.',
  })
  paramsSchema: { $ref?: string; [keyword: string]: unknown } | null;
}

export class TaskCatalogue {
  @ApiProperty({ type: [TaskCatalogueItem] })
  items: TaskCatalogueItem[];
}

export function toCatalogue(definition: TaskDefinition): TaskCatalogueItem {
  const { name, description, queue, timeoutMs, maxAttempts, params } = definition;
  const paramsSchema =
    typeof params === 'function' ? { $ref: `/openapi.json#/components/schemas/${params.name}` } : (params?.schema ?? null);
  return { name, description, queue, timeoutMs, maxAttempts, paramsSchema };
}
