import { ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { IsBoolean, IsObject, IsString, MaxLength } from 'class-validator';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { PageQuery } from '../../platform/http/paging.ts';
import { ExecutionFilter } from './execution-filter.dto.ts';

/** Names the lists of executions in their cursors. */
export const EXECUTIONS_LIST = 'executions';

export class ExecutionsQuery extends IntersectionType(ExecutionFilter, PageQuery) {}

export class RetryBody {
  @ApiPropertyOptional({ type: Object, description: 'Replaces the params. Default: unchanged.' })
  @IsObject()
  @IfGiven()
  params?: Record<string, unknown>;

  @ApiPropertyOptional({ description: 'Repeats this step and the steps after it. Default: keeps all completed steps.' })
  @IsString()
  @MaxLength(100)
  @IfGiven()
  fromStep?: string;

  @ApiPropertyOptional({ default: false, description: 'Starts it without waiting for its dependencies.' })
  @IsBoolean()
  @IfGiven()
  ignoreDependencies?: boolean;
}
