import { ApiProperty } from '@nestjs/swagger';
import type { HealthCheckStatus } from '@nestjs/terminus';

interface CheckState {
  status: 'up' | 'down';
  [fact: string]: unknown;
}

const CHECK = {
  type: 'object',
  required: ['status'],
  properties: { status: { type: 'string', enum: ['up', 'down'] } },
  additionalProperties: true,
};
const CHECKS = { type: 'object', additionalProperties: CHECK } as const;

/** The answer of a probe in the format of @nestjs/terminus, which monitoring tools read. */
export class HealthReport {
  @ApiProperty({ enum: ['ok', 'error', 'shutting_down'] })
  status: HealthCheckStatus;
  @ApiProperty({ ...CHECKS, description: 'Checks that passed, by name.' })
  info: Record<string, CheckState>;
  @ApiProperty({ ...CHECKS, description: 'Checks that failed, by name.' })
  error: Record<string, CheckState>;
  @ApiProperty({ ...CHECKS, description: 'All checks, by name.' })
  details: Record<string, CheckState>;
}
