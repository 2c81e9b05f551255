import type { AccountScope } from '../../core/actor/account-scope.ts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsString,
  IsUUID,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { ExecutionFilter } from '../executions/execution-filter.dto.ts';
import { PRIORITY_HINT, PRIORITY_RULE, ToPriority } from '../service/start-options.dto.ts';
import { BULK_ACTIONS, type BulkAction } from '../../engine/bulk/bulk-action.ts';

/** Named for the API description. */
export class BulkFilter extends ExecutionFilter {}

/** An action, and the executions that it changes. */
export class BulkRequest {
  @ApiProperty({ enum: BULK_ACTIONS, description: 'drain cancels only executions that have not started.' })
  @IsIn(BULK_ACTIONS, { message: `action must be one of ${BULK_ACTIONS.join(', ')}` })
  action: BulkAction;

  @ApiPropertyOptional({ description: `For reprioritise: ${PRIORITY_HINT}`, oneOf: [{ type: 'integer' }, { type: 'string' }] })
  @ToPriority()
  @OnlyFor('reprioritise')
  @IsInt({ message: PRIORITY_RULE })
  @Min(1)
  @Max(10)
  @ValidateIf(({ action, priority }: BulkRequest) => action === 'reprioritise' || priority !== undefined)
  priority?: number;

  @ApiPropertyOptional({ default: false, description: 'For retry: start them although their dependencies have not ended.' })
  @OnlyFor('retry')
  @IsBoolean()
  @IfGiven()
  ignoreDependencies?: boolean;

  @ApiPropertyOptional({ type: [String], maxItems: 1000, description: 'These executions. Either ids or a filter.' })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(1000)
  @IsUUID('all', { each: true })
  @ValidateIf(({ ids, filter }: BulkRequest) => ids !== undefined || filter === undefined)
  ids?: string[];

  @ApiPropertyOptional({ type: BulkFilter, description: 'Executions that match every given member; at least one.' })
  @IsOnlySelection()
  @ValidateNested()
  @Type(() => BulkFilter)
  @IfGiven()
  filter?: BulkFilter;
}

/** The tasks that the caller of a bulk operation reaches: set by the server, never by a request. */
class BulkScope implements AccountScope {
  @ApiProperty({ type: [String] })
  @IsUUID('all', { each: true })
  @IsArray()
  accountIds: string[];

  @ApiProperty()
  @IsString()
  createdBy: string;
}

/** The params of the task that does it. */
export class BulkOperationParams extends BulkRequest {
  @ApiPropertyOptional({ type: BulkScope, description: 'Set for a caller that is limited to accounts.' })
  @ValidateNested()
  @Type(() => BulkScope)
  @IfGiven()
  scope?: BulkScope;
}

export class BulkBody extends BulkRequest {
  @ApiPropertyOptional({ default: false, description: 'Only count the executions that would change.' })
  @IsBoolean()
  @IfGiven()
  preview?: boolean;
}

function OnlyFor(action: BulkAction): PropertyDecorator {
  const validate = (_value: unknown, args?: { object: object }): boolean => Reflect.get(args?.object ?? {}, 'action') === action;
  return ValidateBy({ name: 'onlyFor', validator: { validate, defaultMessage: () => `$property is for the action ${action}` } });
}

/** Rejects an empty filter, which would select every execution. */
function IsOnlySelection(): PropertyDecorator {
  const validate = (value: unknown, args?: { object: object }): boolean =>
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).some((criterion) => criterion !== undefined) &&
    Reflect.get(args?.object ?? {}, 'ids') === undefined;
  const defaultMessage = (): string => 'filter must have at least one member, and cannot be combined with ids';
  return ValidateBy({ name: 'isOnlySelection', validator: { validate, defaultMessage } });
}
