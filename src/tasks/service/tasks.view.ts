import { ApiProperty } from '@nestjs/swagger';
import type { TaskDefinition } from '../definitions/task-definition.registry.ts';

export class CancelByIdsReply {
  @ApiProperty({ type: [String] })
  cancelled: string[];
  @ApiProperty({ type: [String], description: 'Unknown ids.' })
  notFound: string[];
  @ApiProperty({ type: [String], description: 'Executions that had ended before and were not changed.' })
  alreadyFinished: string[];
}

export class CancelByNamesReply {
  @ApiProperty({ type: [String], description: 'Ids of the cancelled executions.' })
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
  @ApiProperty({ type: 'integer', description: 'Time limit of one attempt.' })
  timeoutMs: number;
  @ApiProperty({ type: 'integer' })
  maxAttempts: number;
  @ApiProperty({
    type: Object,
    nullable: true,
    description: 'JSON schema of the params; in the list it may be a reference to /openapi.json. Null: any JSON object.',
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
