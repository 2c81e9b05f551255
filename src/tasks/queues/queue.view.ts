import { parseActor } from '../../core/actor/actor.ts';
import { ActorView } from '../../platform/http/actor.view.ts';
import { ApiProperty } from '@nestjs/swagger';
import type { QueueState } from './queue.service.ts';

/** One queue: whether it is paused, the number of its tasks, and its workers in this process. */
export class QueueView {
  @ApiProperty({ example: 'content' })
  name: string;
  @ApiProperty({ description: 'No process claims from it; what runs goes on.' })
  paused: boolean;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  pausedAt: Date | null;
  @ApiProperty({ type: ActorView, nullable: true })
  pausedBy: ActorView | null;
  @ApiProperty({ example: 'priority', description: 'The order in which it gives out tasks.' })
  strategy: string;
  @ApiProperty({ type: 'integer', description: 'Tasks that wait for their start time or for dependencies.' })
  pending: number;
  @ApiProperty({ type: 'integer', description: 'They could start.' })
  submitted: number;
  @ApiProperty({ type: 'integer' })
  running: number;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'For how long the oldest of those that could start has waited; null: none.',
  })
  oldestWaitingMs: number | null;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Tasks of it that the process which answers runs at once; null: it serves others.',
  })
  slots: number | null;
  @ApiProperty({ type: 'integer', nullable: true, description: 'How many of these slots are taken.' })
  busy: number | null;
}

export class QueueList {
  @ApiProperty({ type: [QueueView] })
  items: QueueView[];
}

export function toQueueView({ here, oldestWaitingMs, ...queue }: QueueState): QueueView {
  const { name, pausedAt, pausedBy, strategy, pending, submitted, running } = queue;
  return {
    name,
    paused: pausedAt !== null,
    pausedAt,
    pausedBy: pausedBy === null ? null : parseActor(pausedBy),
    strategy,
    pending,
    submitted,
    running,
    oldestWaitingMs: oldestWaitingMs === null ? null : Math.round(oldestWaitingMs),
    slots: here?.slots ?? null,
    busy: here?.running ?? null,
  };
}
