export interface MetricInfo {
  readonly unit: 'count' | 'seconds' | 'percent';
  /** Names of the labels of its series; none: one series. */
  readonly labels: readonly string[];
  readonly description: string;
  /** What an operator can do when it is too high. */
  readonly action: string;
  /** `daily`: the statistics of days can show when a rule would have fired. */
  readonly history: 'daily' | null;
}

const metric = (
  unit: MetricInfo['unit'],
  labels: readonly string[],
  description: string,
  action: string,
  history: MetricInfo['history'] = null,
): MetricInfo => ({ unit, labels, description, action, history });

const SEE_FAILURES = 'contenthub monitor failed groups them by cause';
const SEE_WAITING = 'contenthub monitor pending, then contenthub task why <id>';

/** Every measure that a rule can watch. Rules name them, so a name is never changed. */
export const METRICS = {
  backlog: metric('count', [], 'Tasks of all queues that may start now.', SEE_WAITING),
  queue_depth: metric('count', ['queue'], 'Tasks of a queue that may start now.', SEE_WAITING),
  oldest_waiting_seconds: metric(
    'seconds',
    ['queue'],
    'How long the oldest ready task of a queue has waited. Paused queues are left out.',
    SEE_WAITING,
  ),
  tasks_without_handler: metric(
    'count',
    ['queue'],
    'Ready tasks of a queue that no live process or agent can run.',
    'start a worker or an agent that has the task, or cancel them',
  ),
  queue_paused_seconds: metric('seconds', ['queue'], 'How long a queue has been paused.', 'contenthub queue resume <name>'),
  overdue_leases: metric(
    'count',
    [],
    'Leases that expired over a minute ago and that no process rescued.',
    'start a process with the role scheduler, or restart the one whose loop hangs',
  ),
  failure_rate: metric(
    'percent',
    [],
    'Failed and timed-out tasks among those that ended today and yesterday (UTC).',
    SEE_FAILURES,
    'daily',
  ),
  timeout_rate: metric(
    'percent',
    [],
    'Timed-out tasks among those that ended today and yesterday (UTC).',
    'contenthub task list --status timeout',
    'daily',
  ),
  daily_failures: metric('count', [], 'Tasks that failed or timed out today (UTC).', SEE_FAILURES, 'daily'),
  daily_retries: metric('count', [], 'Failed attempts of today (UTC) that were followed by another one.', SEE_FAILURES, 'daily'),
  daily_rescues: metric(
    'count',
    [],
    'Tasks that were taken back from lost workers today (UTC).',
    'look for crashed worker processes',
    'daily',
  ),
  workers_online: metric('count', [], 'Worker processes that send heartbeats.', 'start a process with the role worker'),
  agents_offline: metric('count', [], 'Agents that send no heartbeats.', 'start them again, or contenthub agent remove <id>'),
  agents_quarantined: metric(
    'count',
    [],
    'Agents that get no tasks because they crashed.',
    'look at their log, then contenthub agent resume <id>',
  ),
  schedule_late_seconds: metric(
    'seconds',
    ['schedule'],
    'How long a schedule is due without having fired.',
    'start a process with the role scheduler, or read its log',
  ),
  outbox_oldest_seconds: metric(
    'seconds',
    [],
    'Age of the oldest event that waits for the task of its delivery.',
    'start a process with the role scheduler, or read its log',
  ),
  publications_overdue: metric(
    'count',
    [],
    'Approved entries of the publish pool that are not published two minutes after their time.',
    'contenthub pool list shows what each one waits for',
  ),
  publications_failed: metric(
    'count',
    [],
    'Entries of the publish pool that failed.',
    'contenthub pool retry <entry> when the channel works',
  ),
  publications_outcome_unknown: metric(
    'count',
    [],
    'Entries of the publish pool that may or may not be published.',
    'look at the channel, then contenthub pool settle <entry>',
  ),
  budget_used_percent: metric(
    'percent',
    ['budget'],
    'What an enabled budget has spent and reserved, of its amount.',
    'contenthub budget list',
  ),
  loop_late_seconds: metric(
    'seconds',
    ['process', 'loop'],
    'How long a loop of a scheduler process has had no success. Loops in time have no series.',
    'remove the cause that the log names; do not restart during an outage of the database',
  ),
  queue_driver_problems: metric(
    'count',
    ['process'],
    'Problems that the queue driver of a scheduler process reports.',
    'restore Redis; until then PostgreSQL wakes the workers',
  ),
  oldest_transaction_seconds: metric(
    'seconds',
    [],
    'Age of the oldest open transaction of the database.',
    'look for it in pg_stat_activity; it stops the clean-up of the task table',
  ),
  evaluation_gap_seconds: metric(
    'seconds',
    [],
    'How long no rule was evaluated before this round: the database did not answer, or no scheduler ran. Otherwise 0.',
    'read the log of the scheduler and of the database; nothing else fires until a minute later',
  ),
  unreadable_metrics: metric(
    'count',
    [],
    'Measures that could not be read in this round. The alerts of their rules keep their state.',
    'read the log of the scheduler',
  ),
} as const satisfies Record<string, MetricInfo>;

export type MetricName = keyof typeof METRICS;
export const METRIC_NAMES = Object.keys(METRICS) as MetricName[];
/** They measure the evaluation itself, so an outage does not hold them back. */
export const ABOUT_EVALUATION: ReadonlySet<MetricName> = new Set<MetricName>(['evaluation_gap_seconds', 'unreadable_metrics']);
