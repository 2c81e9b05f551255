import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { AgentRegistry } from '../../agents/agent.registry.ts';
import { PublishPoolService } from '../../content/publishing/publish-pool.service.ts';
import { type CheckStatus, type DatedCheck, dated, worstOf } from '../../core/monitoring/health-check.ts';
import { installationChecks } from '../../core/monitoring/installation-checks.ts';
import { processChecks } from '../../core/monitoring/process-checks.ts';
import { HistoryReader } from '../../engine/inspection/history-reader.ts';
import { QueueStore } from '../../engine/queues/queue-store.ts';
import { Settings } from '../../platform/config/settings.ts';
import { FailureLog } from '../../platform/database/failure-log.ts';
import { Pools } from '../../platform/database/pools.ts';
import type { Loop } from '../../platform/lifecycle/loop.ts';
import { LoopRegistry } from '../../platform/lifecycle/loop-registry.ts';
import { WebhookService } from '../../results/webhooks/webhook.service.ts';
import { HealthService } from '../health/health.service.ts';
import { SharedReading } from '../metrics/shared-reading.ts';
import { AsyncTaskMonitor } from '../monitor/async-task-monitor.ts';

const NAME = 'health-report';

export interface HealthReport {
  readonly status: CheckStatus;
  readonly checkedAt: Date;
  readonly checks: readonly DatedCheck[];
}

/**
 * Named checks of this process and of the installation. A loop makes the report, so that a request reads memory and a check knows since
 * when it is bad. What all processes share is read by one of them, which carries the dates on.
 */
@Injectable()
export class HealthReportService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: Loop;
  private own: readonly DatedCheck[] = [];
  private shared: readonly DatedCheck[] = [];
  private checkedAt = new Date();
  private busy = performance.eventLoopUtilization();

  constructor(
    private readonly health: HealthService,
    private readonly monitor: AsyncTaskMonitor,
    private readonly queues: QueueStore,
    private readonly agents: AgentRegistry,
    private readonly pool: PublishPoolService,
    private readonly webhooks: WebhookService,
    private readonly history: HistoryReader,
    private readonly reading: SharedReading,
    private readonly pools: Pools,
    private readonly settings: Settings,
    loops: LoopRegistry,
    failures: FailureLog,
  ) {
    const intervalMs = settings.metricsInterval * 1_000;
    this.loop = loops.create({ name: NAME, intervalMs, jitter: 0.1, run: () => this.refresh(), onError: failures.of(NAME) });
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.loop.stop();
  }

  /** The newest report. Without the database the checks of the installation are the last known ones. */
  report(): HealthReport {
    const checks = [...this.own, ...this.shared];
    return { status: worstOf(checks), checkedAt: this.checkedAt, checks };
  }

  async refresh(): Promise<void> {
    const now = await this.history.now().catch(() => undefined);
    const clockSkewMs = now === undefined ? null : Date.now() - now.getTime();
    this.checkedAt = new Date();
    this.own = dated(processChecks({ ...this.ownFacts(), clockSkewMs }), this.own, this.checkedAt);
    const stored = await this.reading.get<{ checks: DatedCheck[] }>(NAME, this.settings.metricsInterval, async (before) => ({
      checks: dated(installationChecks(await this.facts()), before?.checks ?? [], new Date()),
    }));
    if (stored) this.shared = stored.readings.checks.map((check) => ({ ...check, since: new Date(check.since) }));
  }

  private ownFacts() {
    const { draining, database, queue, loops } = this.health.details();
    const { heap_size_limit: limit, used_heap_size: used } = getHeapStatistics();
    const busy = performance.eventLoopUtilization();
    const { utilization: eventLoopUse } = performance.eventLoopUtilization(busy, this.busy);
    this.busy = busy;
    const waiting = { api: this.pools.api.waitingCount, engine: this.pools.engine.waitingCount };
    return { draining, database, waiting, queueProblems: queue.problems, loops, heapUse: used / limit, eventLoopUse };
  }

  private async facts() {
    const [queues, overdueLeases, counts, publishing, webhooks, rates] = await Promise.all([
      this.queues.all(),
      this.queues.overdueLeases(),
      this.agents.counts(),
      this.pool.counts(undefined, null),
      this.webhooks.states(),
      this.monitor.health(),
    ]);
    const of = (kind: string, status: string) => counts.find((row) => row.kind === kind && row.status === status)?.count ?? 0;
    return {
      queues: queues.map((queue) => ({ ...queue, paused: queue.pausedAt !== null })),
      rates,
      overdueLeases,
      workersOnline: of('process', 'online'),
      agentsOffline: of('remote', 'offline'),
      agentsQuarantined: of('remote', 'quarantined'),
      publishing,
      pausedWebhooks: webhooks.paused,
      failingWebhooks: webhooks.counts.failing,
    };
  }
}
