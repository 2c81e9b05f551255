import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsArray, IsIn, IsTimeZone, IsUUID } from 'class-validator';
import { USAGE_GROUPS, type UsageGroup } from '../../creators/budgets/usage-report.ts';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { IsInstant } from '../../platform/http/is-instant.decorator.ts';
import { ToArray } from '../../platform/http/to-array.decorator.ts';
import { BudgetView } from './budget.dto.ts';

export class UsageQuery {
  @ApiPropertyOptional({
    enum: USAGE_GROUPS,
    isArray: true,
    description: 'What a row is about; may be repeated. provider and model by default. At most one of day, week and month.',
  })
  @ToArray()
  @IsArray()
  @IsIn(USAGE_GROUPS, { each: true })
  @IfGiven()
  groupBy?: UsageGroup[];

  @ApiPropertyOptional({ format: 'date-time', description: 'Calls at or after. 30 days ago by default.' })
  @IsInstant()
  @IfGiven()
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Calls before. Now by default.' })
  @IsInstant()
  @IfGiven()
  to?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  @IsUUID()
  @IfGiven()
  accountId?: string;

  @ApiPropertyOptional({ default: 'UTC', description: 'Of days, weeks and months.' })
  @IsTimeZone()
  @IfGiven()
  timeZone?: string;
}

class UsageSums {
  @ApiProperty({ type: 'string', nullable: true, description: 'Null for calls of an unknown price.' })
  currency: string | null;
  @ApiProperty({ type: 'integer' })
  calls: number;
  @ApiProperty({ type: 'integer' })
  promptTokens: number;
  @ApiProperty({ type: 'integer' })
  completionTokens: number;
  @ApiProperty({ type: 'integer', description: 'Millionths of the currency.' })
  spentMicros: number;
  @ApiProperty({ type: 'integer', description: 'The highest cost of the calls that have not ended.' })
  reservedMicros: number;
  @ApiProperty({ type: 'integer', description: 'Calls whose cost is unknown.' })
  unpricedCalls: number;
}

class UsageRow extends UsageSums {
  @ApiProperty({ type: 'string', nullable: true, description: 'First day of the day, week or month.' })
  period: string | null;
  @ApiProperty({ type: 'string', format: 'uuid', nullable: true })
  accountId: string | null;
  @ApiProperty({ type: 'string', nullable: true })
  provider: string | null;
  @ApiProperty({ type: 'string', nullable: true })
  model: string | null;
  @ApiProperty({ type: 'string', nullable: true, example: 'draft/2' })
  step: string | null;
}

/** Members by which the rows are not grouped are null. */
export class UsageView {
  @ApiProperty({ format: 'date-time' })
  from: Date;
  @ApiProperty({ format: 'date-time' })
  to: Date;
  @ApiProperty({ type: [UsageRow] })
  items: UsageRow[];
  @ApiProperty({ description: 'There are more rows. Group by less, or ask for a shorter time.' })
  truncated: boolean;
  @ApiProperty({ type: [UsageSums], description: 'Of all calls, by currency.' })
  totals: UsageSums[];
  @ApiProperty({ type: [BudgetView], description: 'The budgets that the caller sees, with their present windows.' })
  budgets: BudgetView[];
}
