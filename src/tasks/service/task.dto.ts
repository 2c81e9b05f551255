import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { PRIORITY_WORDS, toPriority } from '../../core/task/priority.ts';
import { TASK_STATUSES } from '../../core/task/states.ts';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { IsName } from '../../platform/http/is-name.decorator.ts';
import { IsInstant } from '../../platform/http/is-instant.decorator.ts';
import { PageQuery, ToInt } from '../../platform/http/paging.ts';
import { DEPENDENCY_POLICIES, type DependencyPolicy } from '../../engine/task-dependencies.ts';

const WORDS = Object.keys(PRIORITY_WORDS).join(', ');
export const PRIORITY_HINT = `1 (last) to 10 (first), or one of ${WORDS}.`;

/** 1–10, or a word that stands for a number; what is neither is left for the rules behind it to refuse. */
export function ToPriority(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => toPriority(value) ?? value);
}

/** A repeatable query parameter: one or many. */
export function ToArray(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (value === undefined || Array.isArray(value) ? value : [value]));
}

/** What a task may be told to wait for. */
class DependencyOptions {
  @ApiPropertyOptional({ type: [String], maxItems: 100, description: 'Ids of executions that must end first.' })
  @IsArray()
  @ArrayMaxSize(100)
  @IsUUID('all', { each: true })
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

export class ExecuteTaskBody extends DependencyOptions {
  @ApiPropertyOptional({ type: Object, example: { space: 'docs' }, description: 'What the handler gets; see GET /tasks for its schema.' })
  @IsObject()
  @IfGiven()
  params?: Record<string, unknown>;

  @ApiPropertyOptional({ maxLength: 200, description: 'Under which it is counted, instead of the key of its definition; see GET /limits.' })
  @IsString()
  @IsName()
  @MaxLength(200)
  @IfGiven()
  concurrencyKey?: string;

  @ApiPropertyOptional({
    description: PRIORITY_HINT,
    default: 5,
    oneOf: [{ type: 'integer' }, { type: 'string' }],
  })
  @ToPriority()
  @IsInt({ message: `priority must be a whole number from 1 to 10, or one of ${WORDS}` })
  @Min(1)
  @Max(10)
  @IfGiven()
  priority?: number;

  @ApiPropertyOptional({ format: 'date-time', description: 'Not before this time.' })
  @IsInstant()
  @IfGiven()
  runAt?: string;
}

export class RetryBody {
  @ApiPropertyOptional({ type: Object, description: 'Replaces the params; left out, they stay.' })
  @IsObject()
  @IfGiven()
  params?: Record<string, unknown>;

  @ApiPropertyOptional({ description: 'Do this step and those after it again; left out, steps done before are kept.' })
  @IsString()
  @MaxLength(100)
  @IfGiven()
  fromStep?: string;

  @ApiPropertyOptional({ default: false, description: 'Start it without the executions that it depends on.' })
  @IsBoolean()
  @IfGiven()
  ignoreDependencies?: boolean;
}

export class CancelByIdsBody {
  @ApiProperty({ type: [String], maxItems: 1000, example: ['01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f'] })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(1000)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  executionIds: string[];
}

export class CancelByNamesBody {
  @ApiProperty({ type: [String], maxItems: 100, example: ['user-space-sync'] })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  taskNames: string[];
}

const PUBLIC_STATUSES = TASK_STATUSES.filter((status) => status !== 'assigned');

/** In the cursors of lists of executions. */
export const EXECUTIONS_LIST = 'executions';

export class ExecutionsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: PUBLIC_STATUSES, isArray: true })
  @ToArray()
  @IsIn(PUBLIC_STATUSES, { each: true, message: `status must be one of ${PUBLIC_STATUSES.join(', ')}` })
  @IsOptional()
  status?: (typeof PUBLIC_STATUSES)[number][];

  @ApiPropertyOptional({ type: [String] })
  @ToArray()
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  @IsOptional()
  taskName?: string[];

  @ApiPropertyOptional({ type: [String] })
  @ToArray()
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  @IsOptional()
  queue?: string[];

  @ApiPropertyOptional({ format: 'date-time', description: 'Submitted at or after.' })
  @IsInstant()
  @IsOptional()
  since?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Submitted before.' })
  @IsInstant()
  @IsOptional()
  until?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  @IsUUID()
  @IsOptional()
  batchId?: string;
}

export class LogsQuery {
  @ApiPropertyOptional({ type: 'integer', default: 0, description: 'Lines after this sequence number.' })
  @ToInt()
  @IsInt()
  @Min(0)
  @Max(2_147_483_647)
  @IsOptional()
  after: number = 0;

  @ApiPropertyOptional({ type: 'integer', default: 200, minimum: 1, maximum: 1000 })
  @ToInt()
  @IsInt()
  @Min(1)
  @Max(1000)
  @IsOptional()
  limit: number = 200;
}
