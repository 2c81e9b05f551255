import { ApiProperty } from '@nestjs/swagger';
import { BLOCKER_CODES, type BlockerCode } from '../../core/task/blockers.ts';

class DependencyView {
  @ApiProperty({ type: 'string', format: 'uuid', nullable: true, description: 'Null for an execution outside the accounts of the key.' })
  executionId: string | null;
  @ApiProperty({ type: 'string', nullable: true, description: 'Null for an execution outside the accounts of the key.' })
  status: string | null;
  @ApiProperty({ description: 'True while it blocks the execution.' })
  open: boolean;
}

export class BlockerView {
  @ApiProperty({ enum: BLOCKER_CODES })
  code: BlockerCode;
  @ApiProperty({ description: 'True when the condition is met.' })
  open: boolean;
  @ApiProperty({ example: '3 ready tasks of the queue default are ahead of it (its priority is 5).' })
  detail: string;
  @ApiProperty({ type: 'string', format: 'date-time', required: false, description: 'When that changes by itself.' })
  until?: Date;
  @ApiProperty({ type: [DependencyView], required: false })
  dependsOn?: DependencyView[];
}

/** Why an execution is not running: all conditions for its start. */
export class BlockersView {
  @ApiProperty({ format: 'uuid' })
  executionId: string;
  @ApiProperty()
  taskName: string;
  @ApiProperty()
  status: string;
  @ApiProperty({ type: 'string', nullable: true })
  phase: string | null;
  @ApiProperty({ type: [BlockerView] })
  blockers: BlockerView[];
  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'Null when it may start as soon as a slot is free, and when the time cannot be known.',
  })
  earliestStart: Date | null;
}
