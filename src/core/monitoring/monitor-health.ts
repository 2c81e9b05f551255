/** Tasks that ended within the window, tasks that wait, and workers. */
export interface MonitorFacts {
  readonly completed: number;
  readonly failed: number;
  readonly timeout: number;
  /** Ready tasks. */
  readonly backlog: number;
  readonly workersOnline: number;
}

export const MONITOR_STATUSES = ['healthy', 'warning', 'unhealthy'] as const;
export type MonitorStatus = (typeof MONITOR_STATUSES)[number];

export interface MonitorProblem {
  readonly code: 'failure_rate' | 'timeout_rate' | 'backlog' | 'no_worker';
  readonly status: Exclude<MonitorStatus, 'healthy'>;
  readonly value: number;
  readonly threshold: number;
}

export interface MonitorHealth {
  readonly status: MonitorStatus;
  /** Failed and timed-out tasks among those that ended; null when none ended. */
  readonly failureRate: number | null;
  readonly timeoutRate: number | null;
  readonly problems: readonly MonitorProblem[];
}

export const THRESHOLDS = { unhealthyFailures: 0.2, warningFailures: 0.1, warningTimeouts: 0.1, warningBacklog: 50 };

/** Above a threshold, not at it. */
export function monitorHealth({ completed, failed, timeout, backlog, workersOnline }: MonitorFacts): MonitorHealth {
  const ended = completed + failed + timeout;
  const failureRate = ended === 0 ? null : (failed + timeout) / ended;
  const timeoutRate = ended === 0 ? null : timeout / ended;
  const problems: MonitorProblem[] = [];
  const above = (code: MonitorProblem['code'], status: MonitorProblem['status'], value: number, threshold: number): boolean => {
    if (value <= threshold) return false;
    problems.push({ code, status, value, threshold });
    return true;
  };
  if (!above('failure_rate', 'unhealthy', failureRate ?? 0, THRESHOLDS.unhealthyFailures))
    above('failure_rate', 'warning', failureRate ?? 0, THRESHOLDS.warningFailures);
  above('timeout_rate', 'warning', timeoutRate ?? 0, THRESHOLDS.warningTimeouts);
  above('backlog', 'warning', backlog, THRESHOLDS.warningBacklog);
  if (workersOnline === 0) problems.push({ code: 'no_worker', status: backlog > 0 ? 'unhealthy' : 'warning', value: 0, threshold: 1 });
  const worst = problems.some((problem) => problem.status === 'unhealthy') ? 'unhealthy' : problems.length > 0 ? 'warning' : 'healthy';
  return { status: worst, failureRate, timeoutRate, problems };
}
