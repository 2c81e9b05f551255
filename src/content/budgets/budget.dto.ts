import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsString, IsTimeZone, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';
import { BUDGET_PERIODS, type BudgetPeriod } from '../../core/budget/budget-window.ts';
import type { Budget } from '../../creators/budgets/budget.ts';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { IsName } from '../../platform/http/is-name.decorator.ts';

/** A thousand million units of the currency. */
const MOST_MICROS = 1e15;
const AMOUNT = { type: 'integer', minimum: 0, maximum: MOST_MICROS, example: 20_000_000 } as const;

export class CreateBudgetBody {
  @ApiProperty({ example: 'models, daily' })
  @IsString()
  @IsName()
  @MaxLength(100)
  name: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Counts the calls of this account. Left out: of all accounts together.' })
  @IsUUID()
  @IfGiven()
  accountId?: string;

  @ApiPropertyOptional({
    example: 'deep',
    description: 'Counts the calls of this provider, or the work of the creator cli or http. Left out: of all providers together.',
  })
  @IsString()
  @IsName()
  @MaxLength(100)
  @IfGiven()
  provider?: string;

  @ApiProperty({ enum: BUDGET_PERIODS })
  @IsIn(BUDGET_PERIODS)
  period: BudgetPeriod;

  @ApiPropertyOptional({ default: 'UTC', example: 'Asia/Shanghai', description: 'Its midnight starts a window. A week starts on Monday.' })
  @IsTimeZone()
  @IfGiven()
  timeZone?: string;

  @ApiProperty({ ...AMOUNT, description: 'Millionths of the currency for each window. 0 stops every call that costs anything.' })
  @IsInt()
  @Min(0)
  @Max(MOST_MICROS)
  amountMicros: number;

  @ApiProperty({ example: 'USD', pattern: '^[A-Z]{3}$', description: 'The currency of the prices of the models.' })
  @Matches(/^[A-Z]{3}$/, { message: 'currency must be three capital letters, such as USD' })
  currency: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 100,
    default: 80,
    description: 'Percent of the amount at which an event is written.',
  })
  @IsInt()
  @Min(1)
  @Max(100)
  @IfGiven()
  warnPercent?: number;

  @ApiPropertyOptional({ default: true })
  @IsBoolean()
  @IfGiven()
  enabled?: boolean;
}

export class UpdateBudgetBody {
  @ApiPropertyOptional()
  @IsString()
  @IsName()
  @MaxLength(100)
  @IfGiven()
  name?: string;

  @ApiPropertyOptional({ enum: BUDGET_PERIODS })
  @IsIn(BUDGET_PERIODS)
  @IfGiven()
  period?: BudgetPeriod;

  @ApiPropertyOptional({ example: 'Asia/Shanghai' })
  @IsTimeZone()
  @IfGiven()
  timeZone?: string;

  @ApiPropertyOptional(AMOUNT)
  @IsInt()
  @Min(0)
  @Max(MOST_MICROS)
  @IfGiven()
  amountMicros?: number;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 100 })
  @IsInt()
  @Min(1)
  @Max(100)
  @IfGiven()
  warnPercent?: number;

  @ApiPropertyOptional()
  @IsBoolean()
  @IfGiven()
  enabled?: boolean;
}

export class BudgetView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty()
  name: string;
  @ApiProperty({ type: 'string', format: 'uuid', nullable: true, description: 'Null: all accounts together.' })
  accountId: string | null;
  @ApiProperty({ type: 'string', nullable: true, description: 'Null: all providers together.' })
  provider: string | null;
  @ApiProperty({ enum: BUDGET_PERIODS })
  period: BudgetPeriod;
  @ApiProperty()
  timeZone: string;
  @ApiProperty({ type: 'integer', description: 'Millionths of the currency.' })
  amountMicros: number;
  @ApiProperty({ example: 'USD' })
  currency: string;
  @ApiProperty({ type: 'integer' })
  warnPercent: number;
  @ApiProperty()
  enabled: boolean;
  @ApiProperty({ type: 'integer' })
  version: number;
  @ApiProperty({ format: 'date-time', description: 'Start of the present window.' })
  windowStart: Date;
  @ApiProperty({ format: 'date-time', description: 'Start of the next window.' })
  windowEnd: Date;
  @ApiProperty({ type: 'integer', description: 'Of the present window.' })
  spentMicros: number;
  @ApiProperty({ type: 'integer', description: 'The highest cost of the calls that have not ended.' })
  reservedMicros: number;
  @ApiProperty({ type: 'integer', description: 'Never less than 0.' })
  remainingMicros: number;
  @ApiProperty({
    type: 'integer',
    description: 'Calls of the present window whose cost is unknown or in another currency, from before the budget covered them.',
  })
  uncountedCalls: number;
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
  @ApiProperty({ format: 'date-time' })
  updatedAt: Date;
}

export class BudgetList {
  @ApiProperty({ type: [BudgetView] })
  items: BudgetView[];
}

export function toBudgetView({ window, ...budget }: Budget): BudgetView {
  const { amountMicros, spentMicros, reservedMicros } = budget;
  const remainingMicros = Math.max(0, amountMicros - spentMicros - reservedMicros);
  return { ...budget, windowStart: window.start, windowEnd: window.end, remainingMicros };
}
