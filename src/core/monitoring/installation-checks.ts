import { degraded, down, type HealthCheck, ok } from './health-check.ts';
import { type MonitorHealth, THRESHOLDS } from './monitor-health.ts';

export interface InstallationFacts {
  readonly queues: readonly {
    readonly name: string;
    readonly submitted: number;
    readonly withoutHandler: number;
    readonly oldestWaitingMs: number | null;
    readonly paused: boolean;
  }[];
  readonly rates: Pick<MonitorHealth, 'failureRate' | 'timeoutRate'>;
  readonly overdueLeases: number;
  readonly workersOnline: number;
  readonly agentsOffline: number;
  readonly agentsQuarantined: number;
  /** Names. */
  readonly pausedWebhooks: readonly string[];
  readonly failingWebhooks: number;
  readonly publishing: { readonly overdue: number; readonly failed: number; readonly outcomeUnknown: number };
}

const OLDEST_MS = 900_000;
const percent = (rate: number): string => `${Math.round(rate * 1_000) / 10} %`;

/** Checks of what all processes share. */
export function installationChecks(facts: InstallationFacts): HealthCheck[] {
  return [...queueChecks(facts), ...taskChecks(facts), ...workerChecks(facts), ...publishingChecks(facts), ...webhookChecks(facts)];
}

function queueChecks({ queues }: InstallationFacts): HealthCheck[] {
  const ready = queues.reduce((sum, { submitted }) => sum + submitted, 0);
  const oldest = Math.max(0, ...queues.filter(({ paused }) => !paused).map(({ oldestWaitingMs }) => oldestWaitingMs ?? 0));
  const lost = queues.filter(({ withoutHandler }) => withoutHandler > 0).map(({ name, withoutHandler }) => `${name} (${withoutHandler})`);
  const paused = queues.filter((queue) => queue.paused).map(({ name }) => name);
  const minutes = Math.round(oldest / 60_000);
  return [
    ready > THRESHOLDS.warningBacklog
      ? degraded(
          'queues.backlog',
          `${ready} ready tasks`,
          'add slots or worker processes, or see what holds them: contenthub monitor pending',
        )
      : ok('queues.backlog', `${ready} ready tasks`),
    oldest > OLDEST_MS
      ? degraded('queues.oldest', `a ready task has waited ${minutes} min`, 'contenthub monitor pending, then contenthub task why <id>')
      : ok('queues.oldest', `the oldest ready task has waited ${minutes} min`),
    lost.length > 0
      ? degraded(
          'queues.handlers',
          `no process or agent can run tasks of ${lost.join(', ')}`,
          'start a worker or an agent that has the task, or cancel them',
        )
      : ok('queues.handlers', 'every ready task has a process or agent for it'),
    paused.length > 0
      ? degraded('queues.paused', `paused: ${paused.join(', ')}`, 'contenthub queue resume <name> when the reason is gone')
      : ok('queues.paused', 'none is paused'),
  ];
}

function taskChecks({ rates: { failureRate, timeoutRate }, overdueLeases }: InstallationFacts): HealthCheck[] {
  const failures = failureRate ?? 0;
  const timeouts = timeoutRate ?? 0;
  return [
    failures > THRESHOLDS.warningFailures
      ? degraded('tasks.failures', `${percent(failures)} failed since yesterday`, 'contenthub monitor failed groups them by cause')
      : ok('tasks.failures', `${percent(failures)} failed since yesterday`),
    timeouts > THRESHOLDS.warningTimeouts
      ? degraded(
          'tasks.timeouts',
          `${percent(timeouts)} timed out since yesterday`,
          'find what became slow: contenthub task list --status timeout',
        )
      : ok('tasks.timeouts', `${percent(timeouts)} timed out since yesterday`),
    overdueLeases > 0
      ? down(
          'tasks.rescue',
          `${overdueLeases} leases expired over a minute ago`,
          'start a process with the role scheduler, or restart the one whose loop hangs',
        )
      : ok('tasks.rescue', 'no lease is overdue'),
  ];
}

function workerChecks({ queues, workersOnline, agentsOffline, agentsQuarantined }: InstallationFacts): HealthCheck[] {
  const waiting = queues.some(({ submitted }) => submitted > 0);
  const start = 'start a process with the role worker';
  const none = waiting ? down('workers.online', 'none, and tasks wait', start) : degraded('workers.online', 'none', start);
  return [
    workersOnline === 0 ? none : ok('workers.online', `${workersOnline} worker processes`),
    agentsOffline > 0
      ? degraded('agents.offline', `${agentsOffline} agents send no heartbeats`, 'start them again, or contenthub agent remove <id>')
      : ok('agents.offline', 'every agent sends heartbeats'),
    agentsQuarantined > 0
      ? degraded('agents.quarantine', `${agentsQuarantined} agents get no tasks`, 'look at their log, then contenthub agent resume <id>')
      : ok('agents.quarantine', 'no agent is in quarantine'),
  ];
}

function publishingChecks({ publishing: { overdue, failed, outcomeUnknown } }: InstallationFacts): HealthCheck[] {
  return [
    overdue > 0
      ? degraded('publishing.overdue', `${overdue} entries are late`, 'contenthub pool list shows what each one waits for')
      : ok('publishing.overdue', 'no entry is late'),
    failed > 0
      ? degraded('publishing.failed', `${failed} entries failed`, 'contenthub pool retry <entry> when the channel works')
      : ok('publishing.failed', 'no entry failed'),
    outcomeUnknown > 0
      ? degraded(
          'publishing.outcome',
          `${outcomeUnknown} entries may or may not be published`,
          'look at the channel, then contenthub pool settle <entry>',
        )
      : ok('publishing.outcome', 'every outcome is known'),
  ];
}

function webhookChecks({ pausedWebhooks, failingWebhooks }: InstallationFacts): HealthCheck[] {
  return [
    pausedWebhooks.length > 0
      ? degraded(
          'webhooks.paused',
          `paused: ${pausedWebhooks.join(', ')}`,
          'contenthub webhook show <webhook> tells why; contenthub webhook resume <webhook> when the receiver works',
        )
      : ok('webhooks.paused', 'none is paused'),
    failingWebhooks > 0
      ? degraded(
          'webhooks.failing',
          `the last attempt of ${failingWebhooks} failed`,
          'contenthub webhook deliveries <webhook> --status pending shows the errors',
        )
      : ok('webhooks.failing', 'the last attempt of each succeeded'),
  ];
}
