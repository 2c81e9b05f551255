import { ApiProperty } from '@nestjs/swagger';
import type { TaskDefinition } from '../definitions/task-definition.registry.ts';

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
