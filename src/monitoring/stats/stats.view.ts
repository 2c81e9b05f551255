import { ApiProperty } from '@nestjs/swagger';
import type { QueueState } from '../../tasks/queues/queue.service.ts';

/** Tasks that have not ended, by what they wait for. */
export class TaskCounts {
  @ApiProperty({ type: 'integer', description: 'They could start.' })
  waiting: number;
  @ApiProperty({ type: 'integer', description: 'They wait for a time or for other tasks.' })
  delayed: number;
  @ApiProperty({ type: 'integer', description: 'They run, here or elsewhere.' })
  active: number;
}

export class QueueCounts extends TaskCounts {
  @ApiProperty({ example: 'content' })
  name: string;
  @ApiProperty({ description: 'No process claims from it.' })
  paused: boolean;
  @ApiProperty({ type: 'integer', nullable: true, description: 'For how long the oldest waiting task has waited; null: none waits.' })
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
