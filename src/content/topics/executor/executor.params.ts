import { ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsBoolean, IsInt, IsString, IsUUID, Max, MaxLength, Min } from 'class-validator';
import type { ChoiceCode } from '../../../core/topics/cadence.ts';
import { IfGiven } from '../../../platform/http/if-given.decorator.ts';
import { IsName } from '../../../platform/http/is-name.decorator.ts';

const MAX_PER_ACCOUNT = 50;

/** Params of the task `async-content-generation`. The names are those of its users' scripts. */
export class AsyncContentGenerationParams {
  @ApiPropertyOptional({ type: [String], format: 'uuid', maxItems: 1000, description: 'Default: every active account.' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1_000)
  @ArrayUnique()
  @IsUUID(undefined, { each: true })
  @IfGiven()
  account_ids?: string[];

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MAX_PER_ACCOUNT, default: 1, description: 'Contents for each account.' })
  @IsInt()
  @Min(1)
  @Max(MAX_PER_ACCOUNT)
  @IfGiven()
  count_per_account?: number;

  @ApiPropertyOptional({ description: 'Only topics of this section or of none. Default: any.' })
  @IsString()
  @IsName()
  @MaxLength(100)
  @IfGiven()
  category?: string;

  @ApiPropertyOptional({ description: 'Approve the contents when every check passes. Default: ASYNC_AUTO_APPROVE.' })
  @IsBoolean()
  @IfGiven()
  auto_approve?: boolean;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 10, description: '1 (last) to 10 (first).' })
  @IsInt()
  @Min(1)
  @Max(10)
  @IfGiven()
  priority?: number;

  @ApiPropertyOptional({
    type: [String],
    maxItems: 1000,
    description: 'Titles to write first: each is given to one account in turn. The backlogs give the rest.',
  })
  @IsArray()
  @ArrayMaxSize(1_000)
  @IsString({ each: true })
  @IsName({ each: true })
  @MaxLength(300, { each: true })
  @IfGiven()
  topics?: string[];
}

/** One content task of a run. */
export interface SubmittedContent {
  readonly account_id: string;
  readonly topic_id: string;
  readonly topic: string;
  readonly task_id: string;
  readonly execution_id: string;
  /** Why the topic was chosen; absent for one that a run of an earlier version chose. */
  readonly choice?: { readonly code: ChoiceCode; readonly section: string | null; readonly days_overdue: number | null };
}

/** Why contents of an account were not submitted; `account_id` is null for a title that no account could take. */
export interface RunError {
  readonly account_id: string | null;
  readonly code: string;
  readonly message: string;
  readonly count: number;
}

export interface AccountStats {
  requested: number;
  submitted: number;
  failed: number;
}

/** The result of a run. */
export interface RunResult {
  readonly total_submitted: number;
  readonly total_failed: number;
  readonly tasks: SubmittedContent[];
  readonly errors: RunError[];
  readonly account_stats: Record<string, AccountStats>;
}
