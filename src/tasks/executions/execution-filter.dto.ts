import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsIn, IsNotEmpty, IsString, IsUUID, MaxLength } from 'class-validator';
import { containing, parseSearch } from '../../core/task/search.ts';
import { internalStatuses, PUBLIC_STATUSES, type PublicStatus } from '../../core/task/states.ts';
import type { TaskCriteria } from '../../engine/task-criteria.ts';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { IsPointInTime, toPointInTime } from '../../platform/http/point-in-time.ts';
import { IsSearchText } from '../../platform/http/is-search-text.decorator.ts';
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

const TIME_HINT = 'A time with an offset, or an ISO 8601 duration before now, such as PT24H.';

function OptionalTime(meaning: string): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: 'string', example: 'PT24H', description: `${meaning} ${TIME_HINT}` }),
    IsPointInTime(),
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

  @OptionalTime('Submitted at or after.')
  since?: string;

  @OptionalTime('Submitted before.')
  until?: string;

  @OptionalTime('Ended at or after.')
  finishedSince?: string;

  @OptionalTime('Ended before.')
  finishedUntil?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  @IsUUID()
  @IfGiven()
  batchId?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'The account that they work for.' })
  @IsUUID()
  @IfGiven()
  accountId?: string;

  @ApiPropertyOptional({ example: 'attempt_timeout', description: 'Code of the last failure.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  @IfGiven()
  errorCode?: string;

  @ApiPropertyOptional({
    maxLength: 200,
    example: 'grid storage',
    description:
      'Eight or more digits of an id: the executions whose id begins with them. Otherwise words that are all in the task name or the topic.',
  })
  @IsSearchText()
  @IfGiven()
  q?: string;
}

/** `now`: what durations are before. */
export function toCriteria(filter: ExecutionFilter, now = new Date()): TaskCriteria {
  const { taskName, queue, status, since, until, finishedSince, finishedUntil, batchId, accountId, errorCode, q } = filter;
  const time = (text: string | undefined): Date | undefined => (text === undefined ? undefined : toPointInTime(text, now));
  const search = q === undefined ? undefined : parseSearch(q);
  return {
    names: taskName,
    queues: queue,
    statuses: status?.flatMap(internalStatuses),
    since: time(since),
    until: time(until),
    finishedSince: time(finishedSince),
    finishedUntil: time(finishedUntil),
    batchId,
    accountId,
    errorCode,
    idRange: search && 'idRange' in search ? search.idRange : undefined,
    patterns: search && 'words' in search ? containing(search.words) : undefined,
  };
}
