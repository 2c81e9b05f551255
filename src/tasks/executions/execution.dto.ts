import { ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { IsBoolean, IsObject, IsString, MaxLength } from 'class-validator';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { PageQuery } from '../../platform/http/paging.ts';
import { ExecutionFilter } from './execution-filter.dto.ts';

/** Names the lists of executions in their cursors. */
export const EXECUTIONS_LIST = 'executions';

export class ExecutionsQuery extends IntersectionType(ExecutionFilter, PageQuery) {}

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
