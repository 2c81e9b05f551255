import { ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { IsFilled } from '../../platform/http/is-filled.decorator.ts';
import { CreateContentTaskBody } from './content-task.dto.ts';

/** What differs from the first request. */
export class RewriteBody extends PickType(CreateContentTaskBody, ['creator', 'creatorOptions', 'priority', 'taskId'] as const) {
  @ApiPropertyOptional({ maxLength: 2000, description: 'What to change, besides the reasons and the note of the review.' })
  @IsString()
  @IsFilled()
  @MaxLength(2_000)
  @IfGiven()
  instruction?: string;
}
