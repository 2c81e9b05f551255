import { Injectable } from '@nestjs/common';
import { AgentRegistry } from '../../agents/agent.registry.ts';
import { type MonitorHealth, monitorHealth } from '../../core/monitoring/monitor-health.ts';
import type { TaskRow } from '../../core/task/task.ts';
import {
  DailyStatisticsStore,
  type DayStatistics,
  type ThroughputBucket,
  type ThroughputFilter,
} from '../../engine/inspection/daily-statistics-store.ts';
import { type FailureGroup, MonitorReader, type PendingTask } from '../../engine/inspection/monitor-reader.ts';
import { QueueService } from '../../tasks/queues/queue.service.ts';
import { TaskService } from '../../tasks/service/task.service.ts';

/** The numbers of today and yesterday decide about the health. */
const HEALTH_DAYS = 2;
const METRIC_DAYS = 7;
/** Rounds of one request: 100,000 transitions. The loop of the scheduler counts the rest. */
const MAX_ROUNDS = 5;

export interface MonitorMetrics {
  readonly at: Date;
  readonly ready: number;
  readonly pending: number;
  readonly running: number;
  readonly oldestWaitingMs: number | null;
  readonly workersOnline: number;
  readonly agentsOnline: number;
  readonly today: DayStatistics;
  /** Today and the six days before. */
  readonly week: Omit<DayStatistics, 'day'>;
  /** Completed tasks among those that ended this week without being cancelled; null when none ended. */
  readonly successRate: number | null;
}

/** What runs, waits and fails, for people. Prometheus reads /metrics instead. */
@Injectable()
export class AsyncTaskMonitor {
  constructor(
    private readonly queues: QueueService,
    private readonly tasks: TaskService,
    private readonly reader: MonitorReader,
    private readonly statistics: DailyStatisticsStore,
    private readonly agents: AgentRegistry,
  ) {}

  async metrics(): Promise<MonitorMetrics> {
    const [live, days, online] = await Promise.all([this.live(), this.days(METRIC_DAYS), this.online()]);
    const week = sumOf(days);
    const ended = week.completed + week.failed + week.timeout;
    const [today] = days;
    if (!today) throw new Error('the statistics have no day');
    return { at: new Date(), ...live, ...online, today, week, successRate: ended === 0 ? null : week.completed / ended };
  }

  /** Tasks of all names, the newest first. */
  recent(limit: number): Promise<TaskRow[]> {
    return this.tasks.list({ limit });
  }

  /** Tasks that failed within `seconds`, grouped by the fingerprint of the cause. */
  failures(seconds: number, name: string | undefined, limit: number): Promise<FailureGroup[]> {
    return this.reader.failures(seconds, name, limit);
  }

  /** Tasks that have not started, the one that could have started first before the others. */
  pending(limit: number): Promise<PendingTask[]> {
    return this.reader.pending(limit);
  }

  /** Statistics of days up to this moment, the newest day first. */
  async days(count: number, name?: string): Promise<DayStatistics[]> {
    for (let round = 0; round < MAX_ROUNDS && (await this.statistics.countNext()); round++);
    return this.statistics.days(count, name);
  }

  /** Transitions up to this moment, in buckets of time. */
  async throughput(filter: ThroughputFilter): Promise<ThroughputBucket[]> {
    for (let round = 0; round < MAX_ROUNDS && (await this.statistics.countNext()); round++);
    return this.statistics.throughput(filter);
  }

  async health(): Promise<MonitorHealth & { backlog: number; workersOnline: number }> {
    const [{ ready }, days, { workersOnline }] = await Promise.all([this.live(), this.days(HEALTH_DAYS), this.online()]);
    const { completed, failed, timeout } = sumOf(days);
    return { ...monitorHealth({ completed, failed, timeout, backlog: ready, workersOnline }), backlog: ready, workersOnline };
  }

  private async live(): Promise<Pick<MonitorMetrics, 'ready' | 'pending' | 'running' | 'oldestWaitingMs'>> {
    const queues = await this.queues.list();
    const sum = (of: 'submitted' | 'pending' | 'running') => queues.reduce((total, queue) => total + queue[of], 0);
    const waits = queues.flatMap(({ oldestWaitingMs }) => (oldestWaitingMs === null ? [] : [oldestWaitingMs]));
    const oldestWaitingMs = waits.length === 0 ? null : Math.round(Math.max(...waits));
    return { ready: sum('submitted'), pending: sum('pending'), running: sum('running'), oldestWaitingMs };
  }

  private async online(): Promise<Pick<MonitorMetrics, 'workersOnline' | 'agentsOnline'>> {
    const counts = await this.agents.counts();
    const of = (wanted: string) => counts.find(({ kind, status }) => kind === wanted && status === 'online')?.count ?? 0;
    return { workersOnline: of('process'), agentsOnline: of('remote') };
  }
}

function sumOf(days: readonly DayStatistics[]): Omit<DayStatistics, 'day'> {
  const sum = (value: (day: DayStatistics) => number) => days.reduce((total, day) => total + value(day), 0);
  const completed = sum((day) => day.completed);
  const runMs = sum((day) => (day.averageRunMs ?? 0) * day.completed);
  return {
    submitted: sum((day) => day.submitted),
    started: sum((day) => day.started),
    completed,
    failed: sum((day) => day.failed),
    timeout: sum((day) => day.timeout),
    cancelled: sum((day) => day.cancelled),
    retried: sum((day) => day.retried),
    rescued: sum((day) => day.rescued),
    averageRunMs: completed === 0 ? null : runMs / completed,
  };
}
