import { ApiProperty } from '@nestjs/swagger';
import { GATE_CODES, type GateCode } from '../../core/task/why-not.ts';

class DependencyView {
  @ApiProperty({ format: 'uuid' })
  executionId: string;
  @ApiProperty()
  status: string;
  @ApiProperty({ description: 'Whether it still holds the execution back.' })
  open: boolean;
}

export class GateView {
  @ApiProperty({ enum: GATE_CODES })
  code: GateCode;
  @ApiProperty({ description: 'Lets the execution through.' })
  open: boolean;
  @ApiProperty({ example: '3 ready tasks of the queue default come first (its priority is 5).' })
  detail: string;
  @ApiProperty({ type: 'string', format: 'date-time', required: false, description: 'When that changes by itself.' })
  until?: Date;
  @ApiProperty({ type: [DependencyView], required: false })
  dependsOn?: DependencyView[];
}

/** Why an execution is not running: everything that must be so before it starts. */
export class WhyNotView {
  @ApiProperty({ format: 'uuid' })
  executionId: string;
  @ApiProperty()
  taskName: string;
  @ApiProperty()
  status: string;
  @ApiProperty({ type: 'string', nullable: true })
  phase: string | null;
  @ApiProperty({ type: [GateView] })
  gates: GateView[];
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'Null: as soon as a slot is free, or nobody can know.' })
  earliestStart: Date | null;
}
