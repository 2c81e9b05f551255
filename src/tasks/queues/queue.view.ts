import { parseActor } from '../../core/actor/actor.ts';
import { ActorView } from '../../platform/http/actor.view.ts';
import { ApiProperty } from '@nestjs/swagger';
import type { QueueState } from './queue.service.ts';

/** One queue: whether it is paused, the number of its tasks, and its workers in this process. */
export class QueueView {
  @ApiProperty({ example: 'content' })
  name: string;
  @ApiProperty({ description: 'No process claims from it; running tasks finish.' })
  paused: boolean;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  pausedAt: Date | null;
  @ApiProperty({ type: ActorView, nullable: true })
  pausedBy: ActorView | null;
  @ApiProperty({ example: 'priority', description: 'The order in which it dispatches tasks.' })
  strategy: string;
  @ApiProperty({ type: 'integer', description: 'Tasks that wait for their start time or for dependencies.' })
  pending: number;
  @ApiProperty({ type: 'integer', description: 'Ready tasks.' })
  submitted: number;
  @ApiProperty({ type: 'integer' })
  running: number;
  @ApiProperty({
    type: 'integer',
    description:
      'Ready tasks of it that no running worker process has a handler for or, in an agent queue, that no online agent has the capabilities for. 0 in a healthy installation.',
  })
  withoutHandler: number;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'The waiting time of the oldest ready task; null without one.',
  })
  oldestWaitingMs: number | null;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Slots for the queue in the process that answers; null: it serves other queues.',
  })
  slots: number | null;
  @ApiProperty({ type: 'integer', nullable: true, description: 'How many of these slots are busy.' })
  busy: number | null;
}

export class QueueList {
  @ApiProperty({ type: [QueueView] })
  items: QueueView[];
}

export function toQueueView({ here, oldestWaitingMs, ...queue }: QueueState): QueueView {
  const { name, pausedAt, pausedBy, strategy, pending, submitted, running, withoutHandler } = queue;
  return {
    name,
    paused: pausedAt !== null,
    pausedAt,
    pausedBy: pausedBy === null ? null : parseActor(pausedBy),
    strategy,
    pending,
    submitted,
    running,
    withoutHandler,
    oldestWaitingMs: oldestWaitingMs === null ? null : Math.round(oldestWaitingMs),
    slots: here?.slots ?? null,
    busy: here?.running ?? null,
  };
}
