import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { DEFAULT_PRIORITY } from '../../core/task/priority.ts';
import { isTerminal } from '../../core/task/states.ts';
import type { TaskRow, TaskTrigger } from '../../core/task/task.ts';
import { Notifications } from '../../platform/database/notifications.ts';
import { executorOfManager } from '../../platform/database/manager-executor.ts';
import { jsonBytes, StatementBatcher } from '../../platform/database/statement-batcher.ts';
import { retryTransient } from '../../platform/database/transient.ts';
import { requestHash } from '../../platform/http/idempotency.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { isUuid } from '../../platform/http/uuid.ts';
import { TaskQueue } from '../../queue/task-queue.ts';
import { TaskDefinitionRegistry } from '../definitions/task-definition.registry.ts';
import { dispatchGroupOf } from '../definitions/dispatch-group-of.ts';
import { type DependencyPolicy, findDependencies, insertDependencies, refuseImpossible } from '../../engine/task-dependencies.ts';
import { encodeStoppedAttempts, STOPPED_CHANNEL } from '../../engine/stopped-attempts.ts';
import { SWEEP_ROWS } from '../../engine/sweep-pages.ts';
import { TaskControlStore } from '../../engine/task-control-store.ts';
import { type NewTask, type Submitted, type TaskFilter, TaskStore } from '../../engine/task-store.ts';
import type { StoppedAttempt } from '../../engine/transition-result.ts';
import { checkStartOptions } from './start-options.check.ts';
import { validateParams } from '../definitions/validate-params.ts';

export interface SubmitRequest {
  name: string;
  params?: unknown;
  /** 1–10. */
  priority?: number;
  /** Not before this time. */
  runAt?: Date | null;
  maxAttempts?: number;
  timeoutMs?: number;
  parentId?: string;
  /** Instead of the definition's: under which it is counted, at most 200 characters. */
  concurrencyKey?: string;
  /** Chosen by the caller so that others may refer to it; a new one unless given. */
  id?: string;
  /** Ids of tasks that must end first. */
  dependsOn?: readonly string[];
  /** cancel unless given. */
  onDependencyFailure?: DependencyPolicy;
  /** The text of an actor (core/actor/actor.ts): idempotency keys are its own. */
  createdBy: string;
  trigger: TaskTrigger;
  /** W3C traceparent of the request. */
  traceContext?: string | null;
  idempotencyKey?: string | null;
}

export interface CancelReport {
  cancelled: string[];
  notFound: string[];
  alreadyFinished: string[];
}

export interface RetryOptions {
  /** Replaces the task's params. */
  params?: unknown;
  /** Do this step and those after it again. */
  fromStep?: string;
  /** Start it without what it depends on. */
  ignoreDependencies?: boolean;
}

/** A request waits this long for a database that restarts before it is told to come again. */
const SUBMIT_RETRY_MS = 2_000;
const BATCH = 500;

/** Accepts and cancels tasks. What it answered is committed; no broker is waited for. */
@Injectable()
export class TaskService implements OnApplicationShutdown {
  private readonly submissions: StatementBatcher<NewTask, Submitted>;

  constructor(
    private readonly definitions: TaskDefinitionRegistry,
    private readonly repository: TaskStore,
    private readonly control: TaskControlStore,
    private readonly queue: TaskQueue,
    private readonly notifications: Notifications,
    private readonly dataSource: DataSource,
  ) {
    this.submissions = new StatementBatcher({
      run: (rows) => this.repository.insert(rows),
      repeatMs: SUBMIT_RETRY_MS,
      sizeOf: ({ params }) => jsonBytes(params),
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.queue.close();
  }

  /** Stores one task; those submitted at the same moment share a statement. */
  async submit(request: SubmitRequest): Promise<Submitted> {
    const task = this.prepare(request);
    const stored = this.isSingleRowInsert(task) ? await this.submissions.add(task) : (await this.store([task]))[0];
    return this.accept(stored as Submitted, task);
  }

  /**
   * Stores many tasks and answers in order: all or none when one of them has an idempotency key, a task to wait for or a record
   * beside it, else all or none of each 500. Throws 422 with the index of each whose key stands for another request.
   */
  async submitMany(requests: readonly SubmitRequest[]): Promise<Submitted[]> {
    const tasks = requests.map((request) => this.prepare(request));
    if (!tasks.every((task) => this.isSingleRowInsert(task) && task.idempotencyKey === null))
      return this.acceptAll(await this.store(tasks), tasks);
    const stored: Submitted[] = [];
    for (const batch of batchesOf(tasks)) {
      const rows = await retryTransient({ forMs: SUBMIT_RETRY_MS }, () => this.repository.insert(batch));
      stored.push(...this.acceptAll(rows, batch));
    }
    return stored;
  }

  /** One transaction for the tasks and what their definitions write beside them. */
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

  /** Stores tasks, what they wait for, and what their definitions write beside them, in the caller's transaction. */
  private async storeInTransaction(manager: EntityManager, tasks: readonly NewTask[]): Promise<Submitted[]> {
    const executor = executorOfManager(manager);
    const dependencies = await findDependencies(executor, tasks);
    const byTask = Map.groupBy(dependencies, ({ taskId }) => taskId);
    const openOf = ({ id }: NewTask): number => byTask.get(id)?.filter(({ open }) => open).length ?? 0;
    const counted = tasks.map((task) => ({ ...task, openDependencies: openOf(task) }));
    const rows = await this.repository.insert(counted, executor);
    const fresh = tasks.filter((_, i) => !rows[i]?.replayed);
    // Only now: a repeat gets its stored answer, whatever has become of what it depends on since.
    for (const { id } of fresh) refuseImpossible(byTask.get(id) ?? []);
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

  /** Stores tasks in the caller's transaction, all or none. What it returns is called once that has been committed. */
  async submitInTransaction(manager: EntityManager, requests: readonly SubmitRequest[]): Promise<() => void> {
    const tasks = requests.map((request) => this.prepare(request));
    const stored = await this.storeInTransaction(manager, tasks);
    rejectReusedKeys(stored, tasks);
    return () => void this.acceptAll(stored, tasks);
  }

  /** Whether the task's row is all there is to store: no record of its definition beside it, nobody it waits for. */
  private isSingleRowInsert(task: NewTask): boolean {
    return task.dependsOn.length === 0 && this.definitions.get(task.name).handler.onSubmitted === undefined;
  }

  async get(id: string): Promise<TaskRow> {
    const task = isUuid(id) ? await this.repository.find(id) : undefined;
    if (!task) throw ProblemError.notFound('execution_not_found', `There is no execution "${id.slice(0, 100)}".`);
    return task;
  }

  list(filter: TaskFilter): Promise<TaskRow[]> {
    return this.repository.list(filter);
  }

  /** By id; unknown ones are left out. */
  async getMany(ids: readonly string[]): Promise<Map<string, TaskRow>> {
    const rows = ids.length === 0 ? [] : await this.repository.findMany(ids);
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** Immediate, whatever the owner does. Unknown ids are named; those that had ended stay as they were. */
  async cancelByIds(ids: readonly string[], actor: string): Promise<CancelReport> {
    const wanted = [...new Set(ids)];
    const known = wanted.filter(isUuid);
    const stopped = known.length > 0 ? await this.inBatches(() => this.control.cancel(known, actor)) : [];
    const cancelled = new Set(stopped.map((row) => row.id));
    const rest = known.filter((id) => !cancelled.has(id.toLowerCase()));
    const statuses = rest.length > 0 ? await this.repository.statuses(rest) : [];
    const finished = new Set(statuses.filter((row) => isTerminal(row.status)).map((row) => row.id));
    return {
      cancelled: wanted.filter((id) => cancelled.has(id.toLowerCase())),
      notFound: wanted.filter((id) => !cancelled.has(id.toLowerCase()) && !finished.has(id.toLowerCase())),
      alreadyFinished: wanted.filter((id) => finished.has(id.toLowerCase())),
    };
  }

  async cancelByNames(names: readonly string[], actor: string): Promise<{ cancelled: string[]; taskNotFound: string[] }> {
    const known = names.filter((name) => this.definitions.find(name));
    const stopped = await this.inBatches(() => this.control.cancelByName(known, actor));
    return { cancelled: stopped.map((row) => row.id), taskNotFound: names.filter((name) => !known.includes(name)) };
  }

  async cancelBatch(batchId: string, actor: string): Promise<void> {
    await this.inBatches(() => this.control.cancelBatch(batchId, actor));
  }

  /** All that are not final now; what is submitted meanwhile goes on. */
  async cancelAll(actor: string): Promise<{ count: number }> {
    const newest = uuidv7();
    const stopped = await this.inBatches(() => this.control.cancelAll(newest, actor));
    return { count: stopped.length };
  }

  /**
   * A manual retry of a task that failed, timed out or was cancelled: every budget anew. `params` replaces them; steps done
   * before are not done again, except from `fromStep` on. It waits for what it depends on, as at its submission.
   */
  async retry(id: string, wishes: RetryOptions, actor: string): Promise<TaskRow> {
    const task = await this.get(id);
    const params = wishes.params === undefined ? null : validateParams(this.definitions.get(task.name), wishes.params);
    const { fromStep, ignoreDependencies } = wishes;
    const retried = await this.control.retryManually(id, actor, { params, fromStep, ignoreDependencies });
    if (!retried) {
      const detail = isTerminal(task.status) ? 'Run it again as a new task.' : 'It has not ended yet: cancel it first, or wait.';
      throw ProblemError.conflict('not_retryable', `The execution is ${task.status}.`, { detail });
    }
    if (retried.status === 'submitted') this.queue.announce([retried]);
    return this.get(id);
  }

  private async inBatches(cancel: () => Promise<StoppedAttempt[]>): Promise<StoppedAttempt[]> {
    const all: StoppedAttempt[] = [];
    for (let more = true; more; ) {
      const stopped = await cancel();
      this.notifyOwners(stopped);
      all.push(...stopped);
      more = stopped.length === SWEEP_ROWS;
    }
    return all;
  }

  private notifyOwners(stopped: readonly StoppedAttempt[]): void {
    for (const payload of encodeStoppedAttempts(stopped)) this.notifications.notify(STOPPED_CHANNEL, payload);
  }

  private prepare(request: SubmitRequest): NewTask {
    const definition = this.definitions.get(request.name);
    const params = validateParams(definition, request.params);
    checkStartOptions(request);
    return {
      id: request.id ?? uuidv7(),
      name: definition.name,
      queue: definition.queue,
      priority: request.priority ?? DEFAULT_PRIORITY,
      runAt: request.runAt ?? null,
      params,
      maxAttempts: request.maxAttempts ?? definition.maxAttempts,
      maxRejections: definition.maxRejections,
      backoff: definition.backoff,
      timeoutMs: request.timeoutMs ?? definition.timeoutMs,
      expiresInMs: definition.expiresInMs,
      parentId: request.parentId ?? null,
      ...dispatchGroupOf(definition, params, request.concurrencyKey),
      dependsOn: request.dependsOn ?? [],
      onDependencyFailure: request.onDependencyFailure ?? 'cancel',
      createdBy: request.createdBy,
      actor: request.createdBy,
      trigger: request.trigger,
      traceContext: request.traceContext ?? null,
      idempotencyKey: request.idempotencyKey ?? null,
      requestHash: request.idempotencyKey ? hashOf(request, params) : null,
    };
  }

  /** Announces a new task; a repeat must ask for what was asked before. */
  private accept(stored: Submitted, task: NewTask): Submitted {
    if (isKeyConflict(stored, task)) {
      throw ProblemError.unprocessable(KEY_REUSED, KEY_REUSED_TITLE, { detail: SAME_OR_NEW });
    }
    if (stored.status === 'submitted' && !stored.replayed) {
      this.queue.announce([{ id: stored.id, queue: task.queue, priority: task.priority }]);
    }
    return stored;
  }

  private acceptAll(stored: readonly Submitted[], tasks: readonly NewTask[]): Submitted[] {
    return stored.map((row, i) => this.accept(row, tasks[i] as NewTask));
  }
}

const KEY_REUSED = 'idempotency_key_reused';
const KEY_REUSED_TITLE = 'This Idempotency-Key was used for another request.';
const SAME_OR_NEW = 'Send the same body as before, or a new key.';
/** More findings than a person mends at once. */
const MAX_REPORTED_ERRORS = 20;

function isKeyConflict(stored: Submitted, task: NewTask): boolean {
  return stored.replayed && stored.requestHash !== task.requestHash;
}

/** Within the transaction that stores them, which this ends. */
function rejectReusedKeys(rows: readonly Submitted[], tasks: readonly NewTask[]): void {
  const reused = rows.flatMap((row, i) => (isKeyConflict(row, tasks[i] as NewTask) ? [{ row, i }] : []));
  if (reused.length === 0) return;
  const errors = reused.slice(0, MAX_REPORTED_ERRORS).map(({ row, i }) => ({
    pointer: `/${i}`,
    code: KEY_REUSED,
    detail: `its key was used for another request, the execution ${row.id}`,
  }));
  const title = tasks.length === 1 ? KEY_REUSED_TITLE : 'Idempotency keys were used for other requests; nothing was stored.';
  throw ProblemError.unprocessable(KEY_REUSED, title, { detail: SAME_OR_NEW, errors });
}

function* batchesOf<T>(all: readonly T[]): Generator<T[]> {
  for (let i = 0; i < all.length; i += BATCH) yield all.slice(i, i + BATCH);
}

function hashOf({ name, priority, runAt, dependsOn, onDependencyFailure, concurrencyKey }: SubmitRequest, params: object): string {
  return requestHash(name, { params, priority, runAt, dependsOn, onDependencyFailure, concurrencyKey }).toString('hex');
}
