import { TaskFailure } from '../../core/task/failure.ts';
import { timerMs } from '../../core/time/timer-ms.ts';
import { runInTrace } from '../../platform/telemetry/tracing/trace-scope.ts';
import { contextOfTask, startLinkedSpan } from '../../platform/telemetry/tracing/tracing.ts';
import type { TaskContext } from './task-context.ts';
import type { BatchOptions, BatchTaskHandlerOf, ExternalWork, SubmittedTask, TaskHandlerOf } from './task-handler.decorator.ts';
import type { EntityManager } from 'typeorm';

interface PendingTask {
  readonly task: TaskContext;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Collects the tasks of a definition with the option `batch`, and hands them to its handler in one call. For the runner it is an
 * ordinary handler: each attempt keeps its own lease, time limit, log and settlement.
 */
export class BatchingHandler implements TaskHandlerOf {
  private pending: PendingTask[] = [];
  private timer: NodeJS.Timeout | undefined;
  private readonly size: number;
  private readonly waitMs: number;
  readonly poll?: (work: ExternalWork) => Promise<unknown>;
  readonly onSubmitted?: (manager: EntityManager, tasks: readonly SubmittedTask[]) => Promise<void>;

  constructor(
    private readonly name: string,
    private readonly handler: BatchTaskHandlerOf,
    { size, waitMs = 0 }: BatchOptions,
  ) {
    this.size = size;
    this.waitMs = waitMs;
    if (handler.poll) this.poll = handler.poll.bind(handler);
    if (handler.onSubmitted) this.onSubmitted = handler.onSubmitted.bind(handler);
  }

  handle(task: TaskContext): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const added = { task, resolve, reject };
      this.pending.push(added);
      if (this.pending.length >= this.size) this.flush();
      else if (this.pending.length === 1) this.flushLater();
      // Only where tasks wait for a while: reading the signal creates an AbortController.
      if (this.waitMs > 0) this.removeOnAbort(added);
    });
  }

  /** With `waitMs` 0 at the end of this turn of the event loop, in which the tasks of a claim begin. */
  private flushLater(): void {
    if (this.waitMs === 0) setImmediate(() => this.flush());
    else this.timer = setTimeout(() => this.flush(), timerMs(this.waitMs));
  }

  private removeOnAbort(added: PendingTask): void {
    const { signal } = added.task;
    const remove = () => {
      const at = this.pending.indexOf(added);
      if (at < 0) return; // its batch has begun
      this.pending.splice(at, 1);
      if (this.pending.length === 0) clearTimeout(this.timer);
      added.reject(signal.reason);
    };
    if (signal.aborted) remove();
    else signal.addEventListener('abort', remove, { once: true });
  }

  private flush(): void {
    clearTimeout(this.timer);
    const batch = this.pending;
    this.pending = [];
    if (batch.length > 0) void this.run(batch);
  }

  private async run(batch: readonly PendingTask[]): Promise<void> {
    const tasks = batch.map(({ task }) => task);
    try {
      const values = await this.call(tasks);
      if (!Array.isArray(values) || values.length !== batch.length) throw invalidResult(values, batch.length);
      batch.forEach(({ resolve, reject }, i) => (values[i] instanceof Error ? reject(values[i]) : resolve(values[i])));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  /** In one span for all tasks. Log lines name no task. */
  private async call(tasks: readonly TaskContext[]): Promise<readonly unknown[]> {
    const contexts = tasks.map(({ traceContext }) => traceContext);
    const span = startLinkedSpan(`batch ${this.name}`, contexts, { attributes: { 'contenthub.batch.size': tasks.length } });
    try {
      return await runInTrace({ traceContext: span?.traceContext ?? contextOfTask(null) }, () => this.handler.handleBatch(tasks));
    } catch (error) {
      span?.fail(error);
      throw error;
    } finally {
      span?.end();
    }
  }
}

function invalidResult(values: unknown, wanted: number): TaskFailure {
  const returned = Array.isArray(values) ? `${values.length} values` : `${values === null ? 'null' : typeof values}`;
  return new TaskFailure(
    'internal',
    `handleBatch() returned ${returned}. Return an array of ${wanted} values, one for each task.`,
    'invalid_batch_result',
  );
}
