import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';

export class DrainBody {
  @ApiPropertyOptional({ default: false, description: 'Only count what would be cancelled.' })
  @IsBoolean()
  @IfGiven()
  preview?: boolean;
}
