import { Injectable } from '@nestjs/common';
import { AgentRegistry } from '../../agents/agent.registry.ts';
import type { PoolCounts } from '../../content/publishing/pool-entry.ts';
import { PublishPoolService } from '../../content/publishing/publish-pool.service.ts';
import { QueueStore } from '../../engine/queues/queue-store.ts';
import { SignInLockReader, type SignInLocks } from '../../platform/auth/sign-in/sign-in-locks.ts';
import { Settings } from '../../platform/config/settings.ts';
import { FailureLog, type FailureReporter } from '../../platform/database/failure-log.ts';
import { WebhookService, type WebhookStates } from '../../results/webhooks/webhook.service.ts';
import { within } from '../../platform/lifecycle/with-timeout.ts';
import { Metrics, type Reading } from '../../platform/telemetry/metrics.ts';
import { SharedReading, type StoredReading } from './shared-reading.ts';

const NAME = 'installation';
/** Prometheus ends a scrape after 10 s. Without an answer of the database the metrics of the process are exposed alone. */
const ANSWER_MS = 5_000;

interface QueueReading {
  readonly name: string;
  readonly pending: number;
  readonly submitted: number;
  readonly running: number;
  readonly withoutHandler: number;
  readonly oldestWaitingMs: number | null;
  readonly paused: boolean;
}

interface Readings {
  readonly queues: readonly QueueReading[];
  readonly overdueLeases: number;
  readonly agents: Awaited<ReturnType<AgentRegistry['counts']>>;
  readonly publishing: PoolCounts;
  /** Missing in a reading of an older process. */
  readonly webhooks?: WebhookStates['counts'];
  readonly signInLocks?: SignInLocks;
}

/** Queues, workers and publishing of the whole installation. Every process exposes the same values; one of them reads. */
@Injectable()
export class InstallationMetrics {
  private current: StoredReading<Readings> | undefined;
  private failures = 0;
  private readonly onError: FailureReporter;

  constructor(
    private readonly queues: QueueStore,
    private readonly agents: AgentRegistry,
    private readonly pool: PublishPoolService,
    private readonly webhooks: WebhookService,
    private readonly locks: SignInLockReader,
    private readonly shared: SharedReading,
    private readonly settings: Settings,
    metrics: Metrics,
    failures: FailureLog,
  ) {
    this.onError = failures.of('metrics');
    const queue =
      <L extends string>(labels: (row: QueueReading) => readonly Reading<L | 'queue'>[]) =>
      () =>
        (this.current?.readings.queues ?? []).flatMap(labels);
    metrics.gauge(
      'contenthub_queue_tasks',
      'Tasks that are not final. ready: may start now; pending: wait for their time or a dependency.',
      ['queue', 'state'],
      queue<'state'>(({ name, submitted, pending, running }) => [
        [{ queue: name, state: 'ready' }, submitted],
        [{ queue: name, state: 'pending' }, pending],
        [{ queue: name, state: 'running' }, running],
      ]),
    );
    metrics.gauge(
      'contenthub_queue_oldest_ready_seconds',
      'Waiting time of the oldest ready task; 0 when none waits.',
      ['queue'],
      queue(({ name, oldestWaitingMs }) => [[{ queue: name }, (oldestWaitingMs ?? 0) / 1_000]]),
    );
    metrics.gauge(
      'contenthub_queue_tasks_without_handler',
      'Ready tasks that no live process or agent can run.',
      ['queue'],
      queue(({ name, withoutHandler }) => [[{ queue: name }, withoutHandler]]),
    );
    metrics.gauge(
      'contenthub_queue_paused',
      '1 for a paused queue.',
      ['queue'],
      queue(({ name, paused }) => [[{ queue: name }, Number(paused)]]),
    );
    metrics.gauge(
      'contenthub_task_leases_overdue',
      'Leased tasks whose lease expired over a minute ago and that no process rescued.',
      [],
      () => (this.current ? [[{}, this.current.readings.overdueLeases]] : []),
    );
    metrics.gauge('contenthub_agents', 'Worker processes and remote agents, by status.', ['kind', 'status'], () =>
      (this.current?.readings.agents ?? []).map(({ kind, status, count }) => [{ kind, status }, count] as const),
    );
    metrics.gauge('contenthub_publish_entries', 'Entries of the publish pool that are not published.', ['status'], () => this.entries());
    metrics.gauge('contenthub_publish_overdue_entries', 'Approved entries that are not published two minutes after their time.', [], () =>
      this.current ? [[{}, this.current.readings.publishing.overdue]] : [],
    );
    metrics.gauge('contenthub_webhooks', 'Webhooks by state. failing: the last attempt failed.', ['state'], () =>
      Object.entries(this.current?.readings.webhooks ?? {}).map(([state, count]) => [{ state }, count] as const),
    );
    metrics.gauge('contenthub_sign_ins_locked', 'Usernames and addresses that must wait before they may sign in again.', ['source'], () => {
      const locks = this.current?.readings.signInLocks;
      return locks === undefined
        ? []
        : [
            [{ source: 'username' }, locks.usernames],
            [{ source: 'address' }, locks.addresses],
          ];
    });
    metrics.gauge(
      'contenthub_installation_read_timestamp_seconds',
      'When the values of the installation were read, by any process.',
      [],
      () => (this.current ? [[{}, this.current.storedAt]] : []),
    );
  }

  /** Before a scrape. Never throws: without the database the last values are exposed, with the time of their reading. */
  async refresh(): Promise<void> {
    try {
      this.current = await within(
        ANSWER_MS,
        this.shared.get(NAME, this.settings.metricsInterval, () => this.read()),
      );
      this.failures = 0;
    } catch (error) {
      this.onError(error, ++this.failures);
    }
  }

  private async read(): Promise<Readings> {
    const [queues, overdueLeases, agents, publishing, { counts: webhooks }, signInLocks] = await Promise.all([
      this.queues.all(),
      this.queues.overdueLeases(),
      this.agents.counts(),
      this.pool.counts(undefined, null),
      this.webhooks.states(),
      this.locks.counts(),
    ]);
    const states = queues.map(({ name, pending, submitted, running, withoutHandler, oldestWaitingMs, pausedAt }) => {
      return { name, pending, submitted, running, withoutHandler, oldestWaitingMs, paused: pausedAt !== null };
    });
    return { queues: states, overdueLeases, agents, publishing, webhooks, signInLocks };
  }

  private entries(): Reading<'status'>[] {
    if (!this.current) return [];
    const { pending, publishing, failed, outcomeUnknown } = this.current.readings.publishing;
    return Object.entries({ pending, publishing, failed, outcome_unknown: outcomeUnknown }).map(([status, count]) => [{ status }, count]);
  }
}
