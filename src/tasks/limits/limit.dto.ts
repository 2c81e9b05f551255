import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsObject, Max, Min, ValidateNested } from 'class-validator';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import type { Limit } from '../../engine/dispatch/limit-store.ts';

const MOST = 1_000_000;
const DAY_MS = 86_400_000;

export class RateBody {
  @ApiProperty({ type: 'integer', minimum: 1, maximum: MOST })
  @IsInt()
  @Min(1)
  @Max(MOST)
  count: number;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: DAY_MS, description: 'Milliseconds.' })
  @IsInt()
  @Min(1)
  @Max(DAY_MS)
  perMs: number;
}

export class LimitBody {
  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: MOST, description: 'Tasks of the key that run at once; 0 holds all back.' })
  @IsInt()
  @Min(0)
  @Max(MOST)
  @IfGiven()
  maxRunning?: number;

  @ApiPropertyOptional({
    type: RateBody,
    description: 'Tasks of the key that start in a period, in the long run; as many may start at once.',
  })
  @IsObject()
  @ValidateNested()
  @Type(() => RateBody)
  @IfGiven()
  rate?: RateBody;
}

export class LimitView {
  @ApiProperty({ example: 'provider:openai', description: 'task:<name>, provider:<name>, or a concurrency key of tasks.' })
  key: string;
  @ApiProperty({ type: 'integer', nullable: true })
  maxRunning: number | null;
  @ApiProperty({ type: RateBody, nullable: true })
  rate: RateBody | null;
  @ApiProperty({ type: 'integer', description: 'Tasks of the key that run now; those that wait for others outside count.' })
  running: number;
  @ApiProperty({ type: 'integer', nullable: true, description: 'Tasks that its rate would let start now; null: it has none.' })
  tokens: number | null;
  @ApiProperty({ description: 'From the definition of the task, until somebody sets another.' })
  declared: boolean;
  @ApiProperty({ type: 'string', format: 'date-time' })
  updatedAt: Date;
}

export class LimitList {
  @ApiProperty({ type: [LimitView] })
  items: LimitView[];
}

export function toLimitView({ key, maxRunning, rate, running, tokens, declared, updatedAt }: Limit): LimitView {
  return { key, maxRunning, rate, running, tokens, declared, updatedAt };
}
