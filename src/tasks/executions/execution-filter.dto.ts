import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsIn, IsString, IsUUID, MaxLength } from 'class-validator';
import { internalStatuses, PUBLIC_STATUSES, type PublicStatus } from '../../core/task/states.ts';
import type { TaskCriteria } from '../../engine/task-criteria.ts';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { IsInstant } from '../../platform/http/is-instant.decorator.ts';
import { ToArray } from '../../platform/http/to-array.decorator.ts';

/** Up to 100 names of at most 100 characters; one name may be given without a list. */
function OptionalNames(): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: [String], maxItems: 100 }),
    ToArray(),
    IsArray(),
    ArrayNotEmpty(),
    ArrayMaxSize(100),
    IsString({ each: true }),
    MaxLength(100, { each: true }),
    IfGiven(),
  );
}

/** Selects executions that match every member that is given. */
export class ExecutionFilter {
  @ApiPropertyOptional({ enum: PUBLIC_STATUSES, isArray: true })
  @ToArray()
  @IsArray()
  @ArrayNotEmpty()
  @IsIn(PUBLIC_STATUSES, { each: true, message: `status must be one of ${PUBLIC_STATUSES.join(', ')}` })
  @IfGiven()
  status?: PublicStatus[];

  @OptionalNames()
  taskName?: string[];

  @OptionalNames()
  queue?: string[];

  @ApiPropertyOptional({ format: 'date-time', description: 'Submitted at or after.' })
  @IsInstant()
  @IfGiven()
  since?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Submitted before.' })
  @IsInstant()
  @IfGiven()
  until?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  @IsUUID()
  @IfGiven()
  batchId?: string;
}

export function toCriteria({ taskName, queue, status, since, until, batchId }: ExecutionFilter): TaskCriteria {
  return {
    names: taskName,
    queues: queue,
    statuses: status?.flatMap(internalStatuses),
    since: since === undefined ? undefined : new Date(since),
    until: until === undefined ? undefined : new Date(until),
    batchId,
  };
}
