import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, ValidateBy } from 'class-validator';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { isoDurationSeconds } from '../../core/time/iso-duration.ts';

export class CleanupRequest {
  @ApiProperty({ example: 'P30D', description: 'How long ago executions must have ended: an ISO 8601 duration of weeks, days or hours.' })
  @IsIsoDuration()
  olderThan: string;
}

export class CleanupBody extends CleanupRequest {
  @ApiPropertyOptional({ default: false, description: 'Only count what would be deleted.' })
  @IsBoolean()
  @IfGiven()
  dryRun?: boolean;
}

function IsIsoDuration(): PropertyDecorator {
  const validate = (value: unknown): boolean => typeof value === 'string' && isoDurationSeconds(value) !== undefined;
  const defaultMessage = (): string =>
    '$property must be an ISO 8601 duration such as P30D or PT12H; months and years have no fixed length';
  return ValidateBy({ name: 'isIsoDuration', validator: { validate, defaultMessage } });
}
