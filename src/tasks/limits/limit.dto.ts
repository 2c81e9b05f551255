import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsObject, Max, Min, ValidateNested } from 'class-validator';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import type { Limit } from '../../engine/dispatch/limit-store.ts';

const MAX_COUNT = 1_000_000;
const DAY_MS = 86_400_000;

export class RateBody {
  @ApiProperty({ type: 'integer', minimum: 1, maximum: MAX_COUNT })
  @IsInt()
  @Min(1)
  @Max(MAX_COUNT)
  count: number;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: DAY_MS, description: 'Milliseconds.' })
  @IsInt()
  @Min(1)
  @Max(DAY_MS)
  perMs: number;
}

export class LimitBody {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: MAX_COUNT,
    description: 'Limit on the running tasks of the key; 0 blocks the key.',
  })
  @IsInt()
  @Min(0)
  @Max(MAX_COUNT)
  @IfGiven()
  maxRunning?: number;

  @ApiPropertyOptional({
    type: RateBody,
    description: 'Average number of tasks of the key that start in a period; as many may start at once.',
  })
  @IsObject()
  @ValidateNested()
  @Type(() => RateBody)
  @IfGiven()
  rate?: RateBody;
}

export class LimitView {
  @ApiProperty({ example: 'provider:openai', description: 'task:<name>, provider:<name>, or a concurrency key.' })
  key: string;
  @ApiProperty({ type: 'integer', nullable: true })
  maxRunning: number | null;
  @ApiProperty({ type: RateBody, nullable: true })
  rate: RateBody | null;
  @ApiProperty({ type: 'integer', description: 'Running tasks of the key, including those that wait for external work.' })
  running: number;
  @ApiProperty({ type: 'integer', nullable: true, description: 'Tasks that its rate allows now; null without a rate.' })
  tokens: number | null;
  @ApiProperty({ description: 'Declared by the task definition, and not changed by an operator.' })
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
