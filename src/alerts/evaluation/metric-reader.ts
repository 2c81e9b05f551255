import { Injectable } from '@nestjs/common';
import { AgentRegistry } from '../../agents/agent.registry.ts';
import { BudgetService } from '../../content/budgets/budget.service.ts';
import { PublishPoolService } from '../../content/publishing/publish-pool.service.ts';
import type { Sample } from '../../core/alert/condition.ts';
import type { Readings } from '../../core/alert/evaluation-plan.ts';
import type { MetricName } from '../../core/alert/metric-catalogue.ts';
import { QueueStore } from '../../engine/queues/queue-store.ts';
import { AsyncTaskMonitor } from '../../monitoring/monitor/async-task-monitor.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { EventDispatcher } from '../../results/webhooks/event-dispatcher.ts';
import { ScheduleService } from '../../scheduler/schedule.service.ts';
import { OLDEST_TRANSACTION } from './evaluation.sql.ts';
import { ProcessReports } from './process-reports.ts';

type Group = Partial<Record<MetricName, readonly Sample[]>>;

const one = (value: number | null): readonly Sample[] => (value === null ? [] : [{ labels: {}, value }]);
const percent = (rate: number | null): number | null => (rate === null ? null : rate * 100);

export interface MetricReadings {
  readonly readings: Readings;
  /** Why groups of metrics could not be read. */
  readonly errors: readonly unknown[];
}

/** Reads the metrics of the catalogue. They are the numbers that GET /queues, /monitor and /pool show. */
@Injectable()
export class MetricReader {
  private readonly sql: SqlExecutor;

  constructor(
    pools: Pools,
    private readonly queues: QueueStore,
    private readonly agents: AgentRegistry,
    private readonly monitor: AsyncTaskMonitor,
    private readonly schedules: ScheduleService,
    private readonly events: EventDispatcher,
    private readonly pool: PublishPoolService,
    private readonly budgets: BudgetService,
    private readonly processes: ProcessReports,
  ) {
    this.sql = executorOf(pools.api);
  }

  /** A group that cannot be read does not hold up the others. @throws the first error when none can be read */
  async read(everySeconds: number): Promise<MetricReadings> {
    const groups = [
      this.ofQueues(),
      this.ofLeases(),
      this.ofAgents(),
      this.ofTasks(),
      this.ofSchedules(),
      this.ofEvents(),
      this.ofPublishing(),
      this.ofBudgets(),
      this.processes.read(everySeconds),
      this.ofDatabase(),
    ];
    const results = await Promise.allSettled(groups);
    const read = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const errors: unknown[] = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    if (read.length === 0) throw errors[0];
    const readings = new Map(read.flatMap((group) => Object.entries(group)) as [MetricName, readonly Sample[]][]);
    return { readings: readings.set('unreadable_metrics', one(errors.length)), errors };
  }

  private async ofQueues(): Promise<Group> {
    const queues = await this.queues.all();
    const now = Date.now();
    const each = (valueOf: (queue: (typeof queues)[number]) => number | null): Sample[] =>
      queues.flatMap((queue) => one(valueOf(queue)).map(({ value }) => ({ labels: { queue: queue.name }, value })));
    return {
      backlog: one(queues.reduce((sum, { submitted }) => sum + submitted, 0)),
      queue_depth: each(({ submitted }) => submitted),
      tasks_without_handler: each(({ withoutHandler }) => withoutHandler),
      oldest_waiting_seconds: each(({ oldestWaitingMs, pausedAt }) => (pausedAt === null ? (oldestWaitingMs ?? 0) / 1_000 : null)),
      queue_paused_seconds: each(({ pausedAt }) => (pausedAt === null ? null : (now - pausedAt.getTime()) / 1_000)),
    };
  }

  private async ofLeases(): Promise<Group> {
    return { overdue_leases: one(await this.queues.overdueLeases()) };
  }

  private async ofAgents(): Promise<Group> {
    const counts = await this.agents.counts();
    const of = (kind: string, status: string) => counts.find((row) => row.kind === kind && row.status === status)?.count ?? 0;
    return {
      workers_online: one(of('process', 'online')),
      agents_offline: one(of('remote', 'offline')),
      agents_quarantined: one(of('remote', 'quarantined')),
    };
  }

  private async ofTasks(): Promise<Group> {
    const { failureRate, timeoutRate } = await this.monitor.health();
    const [today] = await this.monitor.days(1);
    return {
      failure_rate: one(percent(failureRate)),
      timeout_rate: one(percent(timeoutRate)),
      daily_failures: one((today?.failed ?? 0) + (today?.timeout ?? 0)),
      daily_retries: one(today?.retried ?? 0),
      daily_rescues: one(today?.rescued ?? 0),
    };
  }

  private async ofSchedules(): Promise<Group> {
    const late = await this.schedules.late();
    return { schedule_late_seconds: late.map(({ name, seconds }) => ({ labels: { schedule: name }, value: seconds })) };
  }

  private async ofEvents(): Promise<Group> {
    return { outbox_oldest_seconds: one(await this.events.oldestSeconds()) };
  }

  private async ofPublishing(): Promise<Group> {
    const { overdue, failed, outcomeUnknown } = await this.pool.counts(undefined, null);
    return { publications_overdue: one(overdue), publications_failed: one(failed), publications_outcome_unknown: one(outcomeUnknown) };
  }

  private async ofBudgets(): Promise<Group> {
    const budgets = (await this.budgets.list(null)).filter(({ enabled }) => enabled);
    return {
      budget_used_percent: budgets.map(({ name, amountMicros, spentMicros, reservedMicros }) => ({
        labels: { budget: name },
        value: amountMicros === 0 ? 100 : (100 * (spentMicros + reservedMicros)) / amountMicros,
      })),
    };
  }

  private async ofDatabase(): Promise<Group> {
    const [row] = await this.sql.query<{ seconds: number }>(OLDEST_TRANSACTION, []);
    return { oldest_transaction_seconds: one(row?.seconds ?? 0) };
  }
}
