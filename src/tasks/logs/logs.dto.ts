import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { ToInt } from '../../platform/http/paging.ts';
import { LogLine } from './log-line.view.ts';
import { TransitionView } from './transition.view.ts';

/** The largest number that a column of type int holds. */
export const MAX_SEQ = 2_147_483_647;

export class LogsQuery {
  @ApiPropertyOptional({ type: 'integer', default: 0, description: 'Lines after this sequence number.' })
  @ToInt()
  @IsInt()
  @Min(0)
  @Max(MAX_SEQ)
  @IsOptional()
  after: number = 0;

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

export class TransitionList {
  @ApiProperty({ type: [TransitionView] })
  items: TransitionView[];
}
