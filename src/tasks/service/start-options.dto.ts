import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsInt, Max, Min } from 'class-validator';
import { PRIORITY_WORDS, toPriority } from '../../core/task/priority.ts';
import { DEPENDENCY_POLICIES, type DependencyPolicy } from '../../engine/task-dependencies.ts';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { IsInstant } from '../../platform/http/is-instant.decorator.ts';

const WORDS = Object.keys(PRIORITY_WORDS).join(', ');
export const PRIORITY_RULE = `priority must be a whole number from 1 to 10, or one of ${WORDS}`;
export const PRIORITY_HINT = `1 (last) to 10 (first), or one of ${WORDS}.`;

/** A priority word becomes its number. Any other value stays as it is, and the rule behind this one rejects it. */
export function ToPriority(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => toPriority(value) ?? value);
}

/** Start time and priority of a task. */
export class StartOptions {
  @ApiPropertyOptional({ description: PRIORITY_HINT, default: 5, oneOf: [{ type: 'integer' }, { type: 'string' }] })
  @ToPriority()
  @IsInt({ message: PRIORITY_RULE })
  @Min(1)
  @Max(10)
  @IfGiven()
  priority?: number;

  @ApiPropertyOptional({ format: 'date-time', description: 'Not before this time.' })
  @IsInstant()
  @IfGiven()
  runAt?: string;
}

/** Options of a task that may wait for other tasks. */
export class DependentOptions extends StartOptions {
  @ApiPropertyOptional({
    enum: DEPENDENCY_POLICIES,
    default: 'cancel',
    description: 'What happens to the task when a dependency does not complete.',
  })
  @IsIn(DEPENDENCY_POLICIES, { message: `onDependencyFailure must be one of ${DEPENDENCY_POLICIES.join(', ')}` })
  @IfGiven()
  onDependencyFailure?: DependencyPolicy;
}
