import { ApiProperty } from '@nestjs/swagger';
import { LOG_LEVELS, type LogLevel } from '../../core/task/task.ts';
import { ANY_JSON } from '../../platform/http/any-json.ts';

export class LogLine {
  @ApiProperty({ type: 'integer', nullable: true, description: 'Rises by one; null for a line that reports a transition.' })
  seq: number | null;
  @ApiProperty({ type: 'string', format: 'date-time' })
  timestamp: Date;
  @ApiProperty({ enum: LOG_LEVELS })
  level: LogLevel;
  @ApiProperty({ example: 'Task started (attempt 1 of 3, time limit: 300000ms)' })
  message: string;
  @ApiProperty({ required: false, ...ANY_JSON })
  data?: unknown;
}
