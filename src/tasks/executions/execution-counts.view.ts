import { ApiProperty } from '@nestjs/swagger';
import { PUBLIC_STATUSES, type PublicStatus } from '../../core/task/states.ts';
import type { StatusCount } from '../../engine/inspection/status-counts.ts';

export class ExecutionCount implements StatusCount<PublicStatus> {
  @ApiProperty({ enum: PUBLIC_STATUSES })
  status: PublicStatus;
  @ApiProperty({ type: 'integer', minimum: 0 })
  count: number;
  @ApiProperty({ description: 'An estimate. Counts are exact as long as at most 10,000 executions have to be read for a status.' })
  approx: boolean;
}

export class ExecutionCounts {
  @ApiProperty({ type: [ExecutionCount], description: 'One for each status, or for each that `status` names.' })
  items: ExecutionCount[];
  @ApiProperty({ type: 'integer', minimum: 0, description: 'The sum.' })
  total: number;
  @ApiProperty({ description: 'One of the counts is an estimate.' })
  approx: boolean;
}
