import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { isTerminal } from '../../core/task/states.ts';
import type { TaskRow } from '../../core/task/task.ts';
import { executorOfManager } from '../../platform/database/manager-executor.ts';
import { jsonBytes, StatementBatcher } from '../../platform/database/statement-batcher.ts';
import { retryTransient } from '../../platform/database/transient.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { isUuid } from '../../platform/http/uuid.ts';
import { TaskQueue } from '../../queue/task-queue.ts';
import { TaskDefinitionRegistry } from '../definitions/task-definition.registry.ts';
import { EagerClaims } from '../../engine/dispatch/eager-claims.ts';
import { findDependencies, insertDependencies, rejectImpossible } from '../../engine/task-dependencies.ts';
import { StopNotifier } from '../../engine/stop-notifier.ts';
import { TaskMetrics } from '../../engine/task-metrics.ts';
import { TaskControlStore } from '../../engine/task-control-store.ts';
import { type NewTask, type SearchedTasks, type Submitted, type TaskFilter, TaskStore } from '../../engine/task-store.ts';
import type { StoppedAttempt } from '../../engine/transition-result.ts';
import { retryParams } from './retry-params.ts';
import { type SubmitRequest, toNewTask } from './new-task.ts';
import { SubmissionSpans } from './submission-spans.ts';
import { isKeyConflict, keyReused, rejectReusedKeys } from './reused-keys.ts';

export interface CancelReport {
  cancelled: string[];
  notFound: string[];
  alreadyFinished: string[];
}

/** A task that a dry run would have stored. */
export interface PreviewedSubmission {
  readonly task: NewTask;
  readonly stored: Submitted;
}

export interface RetryOptions {
  /** Replaces the task's params. */
  params?: unknown;
  /** Repeats this step and the steps after it. */
  fromStep?: string;
  /** Starts it without waiting for its dependencies. */
  ignoreDependencies?: boolean;
}

/** How long a request waits for a database that restarts; then it is answered with 503. */
const SUBMIT_RETRY_MS = 2_000;
/** Tasks of one INSERT. */
const INSERT_ROWS = 500;

/** Submits, reads, cancels and retries tasks. Every answer is committed, and none waits for a broker. */
@Injectable()
export class TaskService implements OnApplicationShutdown {
  private readonly submissions: StatementBatcher<NewTask, Submitted>;
  private readonly spans = new SubmissionSpans();

  constructor(
    private readonly definitions: TaskDefinitionRegistry,
    private readonly taskStore: TaskStore,
    private readonly eagerClaims: EagerClaims,
    private readonly control: TaskControlStore,
    private readonly queue: TaskQueue,
    private readonly stops: StopNotifier,
    private readonly dataSource: DataSource,
    private readonly metrics: TaskMetrics,
  ) {
    this.submissions = new StatementBatcher({
      span: 'insert tasks',
      run: (rows) => this.eagerClaims.insert(rows),
      repeatMs: SUBMIT_RETRY_MS,
      onBatch: metrics.batchesOf('submit'),
      sizeOf: ({ params }) => jsonBytes(params),
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.queue.close();
  }

  /** Stores one task. Simultaneous submissions share a statement. */
  async submit(request: SubmitRequest): Promise<Submitted> {
    const task = this.prepare(request);
    const stored = await this.spans.storing([task], async () =>
      this.isSingleRowInsert(task) ? this.submissions.add(task) : (await this.store([task]))[0],
    );
    return this.accept(stored as Submitted, task);
  }

  /**
   * Stores many tasks and answers in order. All or none when one of them has an idempotency key, a dependency or a record
   * of its definition, else all or none of each 500. Throws 422 with the index of each key that was used for another request.
   */
  async submitMany(requests: readonly SubmitRequest[]): Promise<Submitted[]> {
    const tasks = requests.map((request) => this.prepare(request));
    if (!tasks.every((task) => this.isSingleRowInsert(task) && task.idempotencyKey === null))
      return this.acceptAll(await this.spans.storing(tasks, () => this.store(tasks)), tasks);
    const stored: Submitted[] = [];
    for (const batch of batchesOf(tasks)) {
      const insert = () => retryTransient({ forMs: SUBMIT_RETRY_MS }, () => this.taskStore.insert(batch));
      const rows = await this.spans.storing(batch, insert);
      stored.push(...this.acceptAll(rows, batch));
    }
    return stored;
  }

  /** One transaction for the tasks and the records of their definitions. */
  private store(tasks: readonly NewTask[]): Promise<Submitted[]> {
    return retryTransient({ forMs: SUBMIT_RETRY_MS }, () =>
      this.dataSource.transaction(async (manager) => {
        const rows: Submitted[] = [];
        for (const batch of batchesOf(tasks)) rows.push(...(await this.storeInTransaction(manager, batch)));
        rejectReusedKeys(rows, tasks);
        return rows;
      }),
    );
  }

  /** Stores tasks, their dependencies and the records of their definitions, in the caller's transaction. */
  private async storeInTransaction(manager: EntityManager, tasks: readonly NewTask[]): Promise<Submitted[]> {
    const executor = executorOfManager(manager);
    const dependencies = await findDependencies(executor, tasks);
    const byTask = Map.groupBy(dependencies, ({ taskId }) => taskId);
    const openOf = ({ id }: NewTask): number => byTask.get(id)?.filter(({ open }) => open).length ?? 0;
    const counted = tasks.map((task) => ({ ...task, openDependencies: openOf(task) }));
    const rows = await this.taskStore.insert(counted, executor);
    const fresh = tasks.filter((_, i) => !rows[i]?.replayed);
    // After the insert: a repeated request gets its stored answer, even when its dependencies have ended since.
    for (const { id } of fresh) rejectImpossible(byTask.get(id) ?? []);
    await insertDependencies(
      executor,
      fresh.flatMap(({ id }) => byTask.get(id) ?? []),
    );
    for (const name of new Set(fresh.map((task) => task.name))) {
      const accepted = fresh.filter((task) => task.name === name);
      const createdAt = rows[0]?.createdAt ?? new Date();
      const { handler } = this.definitions.get(name);
      await handler.onSubmitted?.(
        manager,
        accepted.map(({ id, params }) => ({ id, params, createdAt })),
      );
    }
    return rows;
  }

  /** Stores tasks in the caller's transaction, all or none. Call the returned function after the commit: it announces them. */
  async submitInTransaction(manager: EntityManager, requests: readonly SubmitRequest[]): Promise<() => void> {
    const tasks = requests.map((request) => this.prepare(request));
    const stored = await this.spans.storing(tasks, () => this.storeInTransaction(manager, tasks));
    rejectReusedKeys(stored, tasks);
    return () => void this.acceptAll(stored, tasks);
  }

  /** As submitInTransaction, in a transaction that the caller rolls back: nothing is announced, counted or traced. In the order of the requests. */
  async previewInTransaction(manager: EntityManager, requests: readonly SubmitRequest[]): Promise<PreviewedSubmission[]> {
    const tasks = requests.map((request) => toNewTask(this.definitions.get(request.name), request));
    const stored = await this.storeInTransaction(manager, tasks);
    rejectReusedKeys(stored, tasks);
    return tasks.map((task, i) => ({ task, stored: stored[i] as Submitted }));
  }

  /** True when only the row is stored: no dependencies, and no record of its definition. */
  private isSingleRowInsert(task: NewTask): boolean {
    return task.dependsOn.length === 0 && this.definitions.get(task.name).handler.onSubmitted === undefined;
  }

  async get(id: string): Promise<TaskRow> {
    const task = isUuid(id) ? await this.taskStore.find(id) : undefined;
    if (!task) throw executionNotFound(id);
    return task;
  }

  list(filter: TaskFilter): Promise<TaskRow[]> {
    return this.taskStore.list(filter);
  }

  search(filter: TaskFilter): Promise<SearchedTasks> {
    return this.taskStore.search(filter);
  }

  /** By id; unknown ids are left out. */
  async getMany(ids: readonly string[]): Promise<Map<string, TaskRow>> {
    const rows = ids.length === 0 ? [] : await this.taskStore.findMany(ids);
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** Takes effect at once, without the owner of the lease. Names unknown ids; ended tasks are not changed. */
  async cancelByIds(ids: readonly string[], actor: string): Promise<CancelReport> {
    const wanted = [...new Set(ids)];
    const known = wanted.filter(isUuid);
    const stopped = await this.collectStopped(this.control.cancelMany(known, actor));
    const cancelled = new Set(stopped.map((row) => row.id));
    const rest = known.filter((id) => !cancelled.has(id.toLowerCase()));
    const statuses = rest.length > 0 ? await this.taskStore.statuses(rest) : [];
    const finished = new Set(statuses.filter((row) => isTerminal(row.status)).map((row) => row.id));
    return {
      cancelled: wanted.filter((id) => cancelled.has(id.toLowerCase())),
      notFound: wanted.filter((id) => !cancelled.has(id.toLowerCase()) && !finished.has(id.toLowerCase())),
      alreadyFinished: wanted.filter((id) => finished.has(id.toLowerCase())),
    };
  }

  async cancelByNames(names: readonly string[], actor: string): Promise<{ cancelled: string[]; taskNotFound: string[] }> {
    const known = names.filter((name) => this.definitions.find(name));
    const stopped = await this.collectStopped(this.control.cancelLive(known, actor));
    return { cancelled: stopped.map((row) => row.id), taskNotFound: names.filter((name) => !known.includes(name)) };
  }

  async cancelBatch(batchId: string, actor: string): Promise<void> {
    await this.collectStopped(this.control.cancelBatch(batchId, actor));
  }

  /** Cancels all live tasks. Tasks submitted later are not affected. */
  async cancelAll(actor: string): Promise<{ count: number }> {
    const stopped = await this.collectStopped(this.control.cancelLive(null, actor));
    return { count: stopped.length };
  }

  /**
   * A manual retry of a task that failed, timed out or was cancelled, with all its budgets reset. Stored steps are
   * kept, except from `fromStep` on. The task waits for its dependencies as at its submission.
   */
  async retry(id: string, options: RetryOptions, actor: string): Promise<TaskRow> {
    const task = await this.get(id);
    const params = options.params === undefined ? null : retryParams(this.definitions.get(task.name), task, options.params);
    const { fromStep, ignoreDependencies } = options;
    const retried = await this.control.retryManually(id, actor, { params, fromStep, ignoreDependencies });
    if (!retried) {
      const detail = isTerminal(task.status) ? 'Run it again as a new task.' : 'It has not ended yet: cancel it first, or wait.';
      throw ProblemError.conflict('not_retryable', `The execution is ${task.status}.`, { detail });
    }
    if (retried.status === 'submitted') this.queue.announce([retried]);
    return this.get(id);
  }

  /** Notifies the owners of each page before the next one is cancelled. */
  private async collectStopped(pages: AsyncIterable<StoppedAttempt[]>): Promise<StoppedAttempt[]> {
    const all: StoppedAttempt[] = [];
    for await (const stopped of pages) {
      this.stops.publish(stopped);
      all.push(...stopped);
    }
    this.metrics.cancelled(all.length);
    return all;
  }

  private prepare(request: SubmitRequest): NewTask {
    return this.spans.begin(toNewTask(this.definitions.get(request.name), request));
  }

  /** Announces a new task. Rejects a repeated request with other content. */
  private accept(stored: Submitted, task: NewTask): Submitted {
    this.spans.end(task);
    if (isKeyConflict(stored, task)) throw keyReused();
    if (stored.replayed) return stored;
    this.metrics.submitted(task.name);
    if (stored.status === 'submitted' && !stored.isClaimed) {
      this.queue.announce([{ id: stored.id, queue: task.queue, priority: task.priority }]);
    }
    return stored;
  }

  private acceptAll(stored: readonly Submitted[], tasks: readonly NewTask[]): Submitted[] {
    return stored.map((row, i) => this.accept(row, tasks[i] as NewTask));
  }
}

export function executionNotFound(id: string): ProblemError {
  return ProblemError.notFound('execution_not_found', `There is no execution "${id.slice(0, 100)}".`);
}

function* batchesOf<T>(all: readonly T[]): Generator<T[]> {
  for (let i = 0; i < all.length; i += INSERT_ROWS) yield all.slice(i, i + INSERT_ROWS);
}
