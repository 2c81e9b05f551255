import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayNotEmpty, IsIn, IsInt, IsOptional, IsString, Length, Max, Min } from 'class-validator';
import { LOG_LEVELS, type LogLevel } from '../../core/task/task.ts';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { ToArray } from '../../platform/http/to-array.decorator.ts';
import { ToInt } from '../../platform/http/paging.ts';
import { LogLine } from './log-line.view.ts';
import { TransitionView } from './transition.view.ts';

/** The largest number that a column of type int holds. */
export const MAX_SEQ = 2_147_483_647;

export class LogFilter {
  @ApiPropertyOptional({ enum: LOG_LEVELS, isArray: true, description: 'Lines of these levels.' })
  @ToArray()
  @IsIn(LOG_LEVELS, { each: true, message: `level must be one of ${LOG_LEVELS.join(', ')}` })
  @ArrayNotEmpty()
  @IfGiven()
  level?: LogLevel[];

  @ApiPropertyOptional({ minLength: 1, maxLength: 200, description: 'Lines whose message contains this text, in any case.' })
  @IsString()
  @Length(1, 200)
  @IfGiven()
  q?: string;
}

export class LogsQuery extends LogFilter {
  @ApiPropertyOptional({ type: 'integer', default: 0, description: 'Lines after this sequence number.' })
  @ToInt()
  @IsInt()
  @Min(0)
  @Max(MAX_SEQ)
  @IsOptional()
  after: number = 0;

  @ApiPropertyOptional({
    type: 'integer',
    description: 'The last lines before this sequence number, instead of the first ones after `after`.',
  })
  @ToInt()
  @IsInt()
  @Min(0)
  @Max(MAX_SEQ)
  @IfGiven()
  before?: number;

  @ApiPropertyOptional({ type: 'integer', default: 200, minimum: 1, maximum: 1000 })
  @ToInt()
  @IsInt()
  @Min(1)
  @Max(1000)
  @IsOptional()
  limit: number = 200;
}

export class LogPage {
  @ApiProperty({ type: [LogLine] })
  items: LogLine[];
  @ApiProperty({ type: 'integer', description: 'The `after` of the next page.' })
  nextAfter: number;
  @ApiProperty({ description: 'The execution has more lines: this page ended at `limit` lines or at 1 MiB.' })
  truncated: boolean;
  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'Link to the next page; null unless truncated.',
    example: '/executions/01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f/logs?after=200&limit=200',
  })
  nextUrl: string | null;
}

/** A page of the lines that match, with what `LogPage` has. */
export class FoundLogPage extends LogPage {
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'The `before` of the page that ends where this one begins; null when no earlier line matches, and without `before`.',
  })
  prevBefore: number | null;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'How many lines of the execution match `level` and `q`; null without both.',
  })
  matches: number | null;
}

export class TransitionList {
  @ApiProperty({ type: [TransitionView] })
  items: TransitionView[];
}
