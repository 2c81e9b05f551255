import { Injectable } from '@nestjs/common';
import type { FailureClass } from '../core/task/failure.ts';
import { FAILURE_CLASSES } from '../core/task/failure.ts';
import { Metrics } from '../platform/telemetry/metrics.ts';

/** How an attempt ended, or why it gave its task back. */
export const SETTLEMENTS = ['completed', 'retried', 'failed', 'timeout', 'cancelled', 'snoozed', 'waiting', 'released'] as const;
export type Settlement = (typeof SETTLEMENTS)[number];

/** `lease_expired`: the rescuer. `agent_lost`: the registry of agents. `child_process`: a process of one task ended. */
const RESCUE_CAUSES = ['lease_expired', 'agent_lost', 'child_process'] as const;
/** `attempt`: it ran longer than its time limit. `task`: it was not finished by its expiry. */
const LIMITS = ['attempt', 'task'] as const;

interface Claimed {
  readonly name: string;
  readonly queue: string;
  /** From the time at which the task could have started. */
  readonly waitedSeconds?: number;
}

const WAIT_BUCKETS = [0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1_800, 7_200];
/** Few, because each name has all of them: 200 definitions have 2,000 lines. */
const RUN_BUCKETS = [0.1, 1, 10, 60, 300, 1_800];
const BATCH_BUCKETS = [1, 5, 20, 100, 250];

/**
 * Counts what this process does with tasks. Call it after the commit. The names of tasks and queues are those of its definitions.
 * Counting a task takes 1.1 µs.
 */
@Injectable()
export class TaskMetrics {
  private readonly submissions;
  private readonly claims;
  private readonly waits;
  private readonly runs;
  private readonly attempts;
  private readonly retries;
  private readonly fenced;
  private readonly expiredLeases;
  private readonly rescues;
  private readonly orphans;
  private readonly timeouts;
  private readonly cancellations;
  private readonly batches;

  constructor(metrics: Metrics) {
    this.submissions = metrics.counter('contenthub_tasks_submitted_total', 'Tasks that this process stored.', ['task']);
    this.claims = metrics.counter('contenthub_task_claims_total', 'Attempts that this process leased, for its workers or for agents.', [
      'task',
    ]);
    this.waits = metrics.histogram('contenthub_task_wait_seconds', 'From the time at which a task could start to its lease.', {
      labels: ['queue'],
      buckets: WAIT_BUCKETS,
    });
    this.runs = metrics.histogram('contenthub_task_run_seconds', 'From the start of an attempt to its settled end.', {
      labels: ['task'],
      buckets: RUN_BUCKETS,
    });
    this.attempts = metrics.counter('contenthub_task_attempts_total', 'Attempts that ended in the database, by their settlement.', [
      'task',
      'settlement',
    ]);
    this.retries = metrics.counter(
      'contenthub_task_retries_total',
      'Attempts that are followed by another one, by the class of their failure.',
      ['class'],
    );
    this.fenced = metrics.counter('contenthub_task_fenced_writes_total', 'Results without effect, because the lease was lost before.', [
      'settlement',
    ]);
    this.expiredLeases = metrics.counter(
      'contenthub_task_leases_expired_total',
      'Leases that this process saw expire without a heartbeat.',
    );
    this.rescues = metrics.counter('contenthub_task_rescues_total', 'Tasks taken back from an owner that ended or was lost.', [
      'cause',
      'status',
    ]);
    this.orphans = metrics.counter(
      'contenthub_task_orphaned_claims_total',
      'Leased tasks whose claim lost its answer, released by their owner.',
    );
    this.timeouts = metrics.counter('contenthub_task_timeouts_total', 'Attempts and tasks that the sweeper ended.', ['limit']);
    this.cancellations = metrics.counter('contenthub_task_cancellations_total', 'Tasks cancelled by requests to this process.');
    this.batches = metrics.histogram('contenthub_task_batch_rows', 'Tasks that shared one statement.', {
      labels: ['statement'],
      buckets: BATCH_BUCKETS,
    });
    this.startAtZero();
  }

  submitted(task: string): void {
    this.submissions.inc({ task });
  }

  claimed(tasks: readonly Claimed[]): void {
    const counts = new Map<string, number>();
    for (const { name, queue, waitedSeconds } of tasks) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
      if (waitedSeconds !== undefined) this.waits.observe({ queue }, Math.max(0, waitedSeconds));
    }
    for (const [task, count] of counts) this.claims.inc({ task }, count);
  }

  /** `won`: the attempt still had its lease, so the settlement has an effect. */
  settled({ name }: { readonly name: string }, settlement: Settlement, won: boolean): void {
    if (won) this.attempts.inc({ task: name, settlement });
    else this.fenced.inc({ settlement });
  }

  retried(failureClass: FailureClass): void {
    this.retries.inc({ class: failureClass });
  }

  ran(task: string, seconds: number): void {
    this.runs.observe({ task }, seconds);
  }

  leasesExpired(count: number): void {
    this.expiredLeases.inc(count);
  }

  rescued(cause: (typeof RESCUE_CAUSES)[number], tasks: readonly { readonly status: string }[]): void {
    for (const { status } of tasks) this.rescues.inc({ cause, status });
  }

  orphansReleased(count: number): void {
    this.orphans.inc(count);
  }

  timedOut(limit: (typeof LIMITS)[number], count: number): void {
    this.timeouts.inc({ limit }, count);
  }

  cancelled(count: number): void {
    this.cancellations.inc(count);
  }

  /** Call the function with the rows of each statement of this name. */
  batchesOf(statement: string): (rows: number) => void {
    return (rows) => this.batches.observe({ statement }, rows);
  }

  /** A series that appears with its first event has no increase: an alert would miss it. */
  private startAtZero(): void {
    for (const name of FAILURE_CLASSES) this.retries.inc({ class: name }, 0);
    for (const settlement of SETTLEMENTS) this.fenced.inc({ settlement }, 0);
    for (const limit of LIMITS) this.timeouts.inc({ limit }, 0);
    for (const cause of RESCUE_CAUSES) for (const status of ['submitted', 'failed']) this.rescues.inc({ cause, status }, 0);
  }
}
