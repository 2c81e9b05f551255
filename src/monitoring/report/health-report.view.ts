import { ApiProperty } from '@nestjs/swagger';
import { CHECK_STATUSES, type CheckStatus } from '../../core/monitoring/health-check.ts';

export class HealthCheckView {
  @ApiProperty({ example: 'queues.oldest' })
  name: string;
  @ApiProperty({ enum: CHECK_STATUSES, description: 'degraded: it works, but worse than it should. down: it does not work.' })
  status: CheckStatus;
  @ApiProperty({ format: 'date-time', description: 'When the check was first seen with its status.' })
  since: Date;
  @ApiProperty()
  detail: string;
  @ApiProperty({ type: 'string', nullable: true, description: 'What to do; null for ok.' })
  action: string | null;
}

export class FullHealthReport {
  @ApiProperty({ enum: CHECK_STATUSES, description: 'That of the worst check.' })
  status: CheckStatus;
  @ApiProperty({ format: 'date-time' })
  checkedAt: Date;
  @ApiProperty({ type: [HealthCheckView], description: 'Of the process that answers, then of the installation.' })
  checks: HealthCheckView[];
}
