import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import type { HealthCheckStatus } from '@nestjs/terminus';

class CheckState {
  @ApiProperty({ enum: ['up', 'down'] })
  status: 'up' | 'down';
  [fact: string]: unknown;
}

const CHECKS = { type: 'object', additionalProperties: { $ref: getSchemaPath(CheckState) } } as const;

/** What a probe answers, in the form of @nestjs/terminus, which monitors read. */
@ApiExtraModels(CheckState)
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
