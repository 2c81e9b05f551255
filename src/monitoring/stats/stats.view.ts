import { ApiProperty } from '@nestjs/swagger';
import type { QueueState } from '../../tasks/queues/queue.service.ts';

/** Live tasks, by what they wait for. */
export class TaskCounts {
  @ApiProperty({ type: 'integer', description: 'Ready tasks.' })
  waiting: number;
  @ApiProperty({ type: 'integer', description: 'Tasks that wait for their start time or for dependencies.' })
  delayed: number;
  @ApiProperty({ type: 'integer', description: 'Tasks that run, here or in another system.' })
  active: number;
}

export class QueueCounts extends TaskCounts {
  @ApiProperty({ example: 'content' })
  name: string;
  @ApiProperty({ description: 'The queue is paused: no process claims from it.' })
  paused: boolean;
  @ApiProperty({ type: 'integer', nullable: true, description: 'The waiting time of the oldest waiting task; null when none waits.' })
  oldestWaitingMs: number | null;
}

export class StatsView {
  @ApiProperty({ type: 'string', format: 'date-time' })
  timestamp: Date;
  @ApiProperty({ type: [QueueCounts], description: 'By name.' })
  queues: QueueCounts[];
  @ApiProperty({ type: TaskCounts, description: 'The sums over all queues.' })
  total: TaskCounts;
}

export function toStatsView(states: readonly QueueState[], timestamp: Date): StatsView {
  const queues = states.map(({ name, pausedAt, pending, submitted, running, oldestWaitingMs }) => ({
    name,
    paused: pausedAt !== null,
    waiting: submitted,
    delayed: pending,
    active: running,
    oldestWaitingMs: oldestWaitingMs === null ? null : Math.round(oldestWaitingMs),
  }));
  const sum = (count: (queue: QueueCounts) => number): number => queues.reduce((total, queue) => total + count(queue), 0);
  return { timestamp, queues, total: { waiting: sum((q) => q.waiting), delayed: sum((q) => q.delayed), active: sum((q) => q.active) } };
}
