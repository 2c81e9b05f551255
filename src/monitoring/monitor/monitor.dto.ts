import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { ToInt } from '../../platform/http/paging.ts';

export class LimitQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 200, default: 20 })
  @ToInt()
  @IsInt()
  @Min(1)
  @Max(200)
  @IfGiven()
  limit: number = 20;
}

export class FailuresQuery extends LimitQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 8_784, default: 24, description: 'Failures of this many hours.' })
  @ToInt()
  @IsInt()
  @Min(1)
  @Max(8_784)
  @IfGiven()
  hours: number = 24;

  @ApiPropertyOptional({ maxLength: 100, description: 'Only of this task name.' })
  @IsString()
  @MaxLength(100)
  @IfGiven()
  taskName?: string;
}

export class StatisticsQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 366, default: 7, description: 'Today and the days before it.' })
  @ToInt()
  @IsInt()
  @Min(1)
  @Max(366)
  @IfGiven()
  days: number = 7;

  @ApiPropertyOptional({ maxLength: 100, description: 'Only of this task name.' })
  @IsString()
  @MaxLength(100)
  @IfGiven()
  taskName?: string;
}
