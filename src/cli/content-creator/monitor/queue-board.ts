import type { ApiClient } from '../../api-client.ts';
import type { DayView, ExecutionView, MonitorHealthView, MonitorMetricsView, QueueView } from '../../api-types.ts';

/** The numbers of one queue, in the words of BullMQ's board. */
export interface BoardQueue {
  readonly name: string;
  readonly paused: boolean;
  /** Ready to start. */
  readonly waiting: number;
  readonly active: number;
  /** They wait for a time, a dependency or a retry. */
  readonly delayed: number;
  readonly oldestWaitingMs: number | null;
  readonly slots: number | null;
}

export interface QueueBoard {
  readonly timestamp: string;
  readonly queues: readonly BoardQueue[];
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  /** Today, in UTC. */
  readonly completed: number;
  readonly failed: number;
  readonly workers: number;
  readonly health: { readonly status: string; readonly problems: readonly string[] };
  readonly recent: readonly BoardTask[];
}

type BoardTask = Pick<ExecutionView, 'executionId' | 'taskName' | 'status' | 'progress' | 'createdAt' | 'queue'>;

const RECENT = 20;

/** Reads the board from the server, in five requests at once. */
export async function readBoard(api: ApiClient, now = new Date()): Promise<QueueBoard> {
  const [queues, days, metrics, health, recent] = await Promise.all([
    api.get<{ items: readonly QueueView[] }>('/queues'),
    api.get<{ items: readonly DayView[] }>('/monitor/stats', { days: 1 }),
    api.get<MonitorMetricsView>('/monitor/metrics'),
    api.get<MonitorHealthView>('/monitor/health'),
    api.get<{ items: readonly BoardTask[] }>('/monitor/recent', { limit: RECENT }),
  ]);
  const rows = queues.items.map(
    ({ name, paused, submitted, running, pending, oldestWaitingMs, slots }): BoardQueue => ({
      name,
      paused,
      waiting: submitted,
      active: running,
      delayed: pending,
      oldestWaitingMs,
      slots,
    }),
  );
  const sum = (of: (row: BoardQueue) => number): number => rows.reduce((total, row) => total + of(row), 0);
  const ofDay = (of: (day: DayView) => number): number => days.items.reduce((total, day) => total + of(day), 0);
  return {
    timestamp: now.toISOString(),
    queues: rows,
    waiting: sum(({ waiting }) => waiting),
    active: sum(({ active }) => active),
    delayed: sum(({ delayed }) => delayed),
    completed: ofDay(({ completed }) => completed),
    failed: ofDay(({ failed, timeout }) => failed + timeout),
    workers: metrics.workersOnline,
    health: {
      status: health.status,
      problems: health.problems.map((problem) => (typeof problem === 'string' ? problem : JSON.stringify(problem))),
    },
    recent: recent.items.map(({ executionId, taskName, status, progress, createdAt, queue }) => ({
      executionId,
      taskName,
      status,
      progress,
      createdAt,
      queue,
    })),
  };
}
