import { ApiProperty } from '@nestjs/swagger';
import { FAILURE_CLASSES } from '../../core/task/failure.ts';
import { MONITOR_STATUSES, type MonitorProblem, type MonitorStatus } from '../../core/monitoring/monitor-health.ts';
import type { ThroughputBucket } from '../../engine/inspection/daily-statistics-store.ts';
import { ExecutionView } from '../../tasks/executions/execution.view.ts';

const COUNT = { type: 'integer' } as const;
const RATE = { type: 'number', minimum: 0, maximum: 1, nullable: true } as const;

export class StatisticsView {
  @ApiProperty({ ...COUNT, description: 'Submitted tasks.' })
  submitted: number;
  @ApiProperty({ ...COUNT, description: 'Attempts that started.' })
  started: number;
  @ApiProperty(COUNT)
  completed: number;
  @ApiProperty(COUNT)
  failed: number;
  @ApiProperty(COUNT)
  timeout: number;
  @ApiProperty(COUNT)
  cancelled: number;
  @ApiProperty({ ...COUNT, description: 'Failed attempts that were followed by another one.' })
  retried: number;
  @ApiProperty({ ...COUNT, description: 'Tasks taken back from lost workers.' })
  rescued: number;
  @ApiProperty({ type: 'number', nullable: true, description: 'Of the last attempts of completed tasks; null when none completed.' })
  averageRunMs: number | null;
}

export class DayView extends StatisticsView {
  @ApiProperty({ format: 'date', description: 'In UTC.' })
  day: string;
}

export class DaysView {
  @ApiProperty({ type: [DayView], description: 'The newest first, also days without a task.' })
  items: DayView[];
}

export class MonitorMetricsView {
  @ApiProperty({ format: 'date-time' })
  at: Date;
  @ApiProperty({ ...COUNT, description: 'Tasks that may start now.' })
  ready: number;
  @ApiProperty({ ...COUNT, description: 'Tasks that wait for their time or for others.' })
  pending: number;
  @ApiProperty(COUNT)
  running: number;
  @ApiProperty({ ...COUNT, nullable: true, description: 'Of the ready task that waits longest.' })
  oldestWaitingMs: number | null;
  @ApiProperty(COUNT)
  workersOnline: number;
  @ApiProperty(COUNT)
  agentsOnline: number;
  @ApiProperty({ type: DayView })
  today: DayView;
  @ApiProperty({ type: StatisticsView, description: 'Today and the six days before.' })
  week: StatisticsView;
  @ApiProperty({ ...RATE, description: 'Completed tasks among those that completed, failed or timed out this week.' })
  successRate: number | null;
}

export class RecentView {
  @ApiProperty({ type: [ExecutionView] })
  items: ExecutionView[];
}

export class FailureGroupView {
  @ApiProperty({ description: 'Equal for failures of one cause.' })
  fingerprint: string;
  @ApiProperty(COUNT)
  count: number;
  @ApiProperty({ ...COUNT, description: 'How many task names have it.' })
  names: number;
  @ApiProperty({ format: 'date-time' })
  firstAt: Date;
  @ApiProperty({ format: 'date-time' })
  lastAt: Date;
  @ApiProperty({ description: 'Of the newest failure, as the members below.' })
  taskName: string;
  @ApiProperty({ format: 'uuid' })
  executionId: string;
  @ApiProperty({ enum: FAILURE_CLASSES, nullable: true })
  class: string | null;
  @ApiProperty({ type: 'string', nullable: true })
  code: string | null;
  @ApiProperty({ type: 'string', nullable: true })
  message: string | null;
}

export class FailureGroupsView {
  @ApiProperty({ type: [FailureGroupView], description: 'The most frequent first.' })
  items: FailureGroupView[];
}

export class PendingTaskView {
  @ApiProperty({ format: 'uuid' })
  executionId: string;
  @ApiProperty()
  taskName: string;
  @ApiProperty()
  queue: string;
  @ApiProperty({ enum: ['pending', 'submitted'], description: 'submitted: it may start now.' })
  status: string;
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 10 })
  priority: number;
  @ApiProperty(COUNT)
  attempt: number;
  @ApiProperty({ format: 'date-time' })
  runAt: Date;
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
  @ApiProperty({ ...COUNT, description: 'Tasks that it waits for.' })
  openDependencies: number;
  @ApiProperty({ ...COUNT, nullable: true, description: 'Since it could have started; null for a task that may not start yet.' })
  waitingMs: number | null;
}

export class PendingView {
  @ApiProperty({ type: [PendingTaskView], description: 'The one that could have started first before the others.' })
  items: PendingTaskView[];
}

export class MonitorProblemView implements MonitorProblem {
  @ApiProperty({ enum: ['failure_rate', 'timeout_rate', 'backlog', 'no_worker'] })
  code: MonitorProblem['code'];
  @ApiProperty({ enum: ['warning', 'unhealthy'] })
  status: MonitorProblem['status'];
  @ApiProperty({ type: 'number' })
  value: number;
  @ApiProperty({ type: 'number' })
  threshold: number;
}

export class MonitorHealthView {
  @ApiProperty({ enum: MONITOR_STATUSES, description: 'unhealthy: more than 20 % failures, or tasks wait and no worker is online.' })
  status: MonitorStatus;
  @ApiProperty({ ...RATE, description: 'Failed and timed-out tasks among those that ended today and yesterday.' })
  failureRate: number | null;
  @ApiProperty(RATE)
  timeoutRate: number | null;
  @ApiProperty({ ...COUNT, description: 'Ready tasks.' })
  backlog: number;
  @ApiProperty(COUNT)
  workersOnline: number;
  @ApiProperty({ type: [MonitorProblemView] })
  problems: MonitorProblemView[];
}

export class ThroughputBucketView implements ThroughputBucket {
  @ApiProperty({ format: 'date-time' })
  start: Date;
  @ApiProperty({ ...COUNT, description: 'Submitted tasks.' })
  submitted: number;
  @ApiProperty(COUNT)
  completed: number;
  @ApiProperty(COUNT)
  failed: number;
  @ApiProperty(COUNT)
  timeout: number;
  @ApiProperty(COUNT)
  cancelled: number;
}

export class ThroughputView {
  @ApiProperty({ format: 'date-time', description: 'The minute in which the first bucket begins.' })
  since: Date;
  @ApiProperty({ format: 'date-time', description: 'The end of the last bucket, which may be later than now.' })
  until: Date;
  @ApiProperty({ ...COUNT, description: 'Length of a bucket in seconds.' })
  stepSeconds: number;
  @ApiProperty({ type: [ThroughputBucketView], description: 'In order, at most 500, also buckets without a task.' })
  items: ThroughputBucketView[];
}
