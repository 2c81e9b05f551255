import type { Severity } from './alert-states.ts';
import type { Comparison } from './condition.ts';
import type { MetricName } from './metric-catalogue.ts';

export interface RuleFields {
  readonly name: string;
  readonly metric: MetricName;
  readonly comparison: Comparison;
  readonly threshold: number;
  readonly forSeconds: number;
  readonly severity: Severity;
  readonly labels: Readonly<Record<string, string>>;
  readonly repeatSeconds: number;
  readonly enabled: boolean;
}

export const DEFAULT_REPEAT_SECONDS = 4 * 3_600;

const above = (name: string, metric: MetricName, threshold: number, forSeconds: number, severity: Severity): RuleFields => ({
  name,
  metric,
  comparison: 'above',
  threshold,
  forSeconds,
  severity,
  labels: {},
  repeatSeconds: DEFAULT_REPEAT_SECONDS,
  enabled: true,
});

/**
 * The first scheduler creates each of them once; operators may change, disable and delete them. The first four are the thresholds of
 * core/monitoring/monitor-health.ts.
 */
export const DEFAULT_RULES: readonly RuleFields[] = [
  above('failures-high', 'failure_rate', 20, 60, 'critical'),
  above('timeouts-high', 'timeout_rate', 10, 60, 'warning'),
  above('backlog-high', 'backlog', 50, 300, 'warning'),
  { ...above('no-worker', 'workers_online', 1, 60, 'critical'), comparison: 'below' },
  above('agents-offline', 'agents_offline', 0, 60, 'warning'),
  above('agents-quarantined', 'agents_quarantined', 0, 0, 'warning'),
  above('oldest-task-old', 'oldest_waiting_seconds', 900, 300, 'warning'),
  above('tasks-without-handler', 'tasks_without_handler', 0, 300, 'warning'),
  above('leases-overdue', 'overdue_leases', 0, 120, 'critical'),
  above('schedule-late', 'schedule_late_seconds', 120, 60, 'warning'),
  above('loop-late', 'loop_late_seconds', 0, 120, 'warning'),
  above('outbox-old', 'outbox_oldest_seconds', 300, 60, 'warning'),
  above('publications-overdue', 'publications_overdue', 0, 0, 'warning'),
  above('publications-failed', 'publications_failed', 0, 0, 'warning'),
  above('publications-unknown', 'publications_outcome_unknown', 0, 0, 'critical'),
  { ...above('budget-exhausted', 'budget_used_percent', 100, 0, 'warning'), comparison: 'at_least' },
  above('transaction-old', 'oldest_transaction_seconds', 600, 60, 'warning'),
  above('evaluation-gap', 'evaluation_gap_seconds', 60, 0, 'warning'),
  above('metrics-unreadable', 'unreadable_metrics', 0, 120, 'warning'),
];
