import { Injectable } from '@nestjs/common';
import type { ExpiredLease } from '../core/task/rescue-policy.ts';
import type { PhaseFacts, TaskStatus } from '../core/task/states.ts';
import type { ClaimedTask, Fence, TaskRow, TaskTrigger } from '../core/task/task.ts';
import type { Backoff } from '../core/task/retry-policy.ts';
import type { Failure } from '../core/task/failure.ts';
import { executorOf, inTransaction, Pools, type SqlExecutor } from '../platform/database/pools.ts';
import type { WakeUp } from '../queue/task-queue.ts';
import type { DependencyPolicy } from './task-dependencies.ts';
import { type TaskCriteria, conditionsOf } from './task-criteria.ts';
import * as dependencies from './dependency.sql.ts';
import { TaskChangeNotifier } from './task-change-notifier.ts';
import * as sql from './task.sql.ts';

export interface NewTask {
  id: string;
  name: string;
  queue: string;
  priority: number;
  runAt: Date | null;
  params: unknown;
  maxAttempts: number;
  maxRejections: number;
  backoff: Backoff;
  timeoutMs: number;
  expiresInMs: number | null;
  parentId: string | null;
  /** These three: core/dispatch/dispatch-group.ts. Null for a task without keys and capabilities. */
  dispatchGroup: string | null;
  limitKeys: readonly string[] | null;
  capabilities: readonly string[] | null;
  /** Ids of tasks to wait for. */
  dependsOn: readonly string[];
  onDependencyFailure: DependencyPolicy;
  createdBy: string;
  actor: string;
  trigger: TaskTrigger;
  idempotencyKey: string | null;
  /** Hex SHA-256 of what was asked, to tell a repeat from another request under the same key. */
  requestHash: string | null;
}

/** The stored task as it is now: after a repeat it may have ended. */
export interface Submitted extends PhaseFacts {
  id: string;
  createdAt: Date;
  /** An earlier submission had the same key or id; this one stored nothing. */
  replayed: boolean;
  /** Of the stored submission. */
  requestHash: string | null;
}

export type Completion = Fence & { result: unknown };
export type CompletionAnswer = 'now' | 'before' | 'lost';
export type Retry = Fence & { delayMs: number; error: Failure };
export type End = Fence & { status: 'failed' | 'timeout' | 'cancelled'; error: Failure };
export type Wait = Fence & { externalId: string; pollAfterMs: number };
export type ExternalTask = ClaimedTask & { externalId: string };
export type Snooze = Fence & { delayMs: number };
export type TransitionResult = { id: string; status: TaskStatus; queue: string };
/** `epoch` and `owner` of the attempt that is over; without an owner there was none. */
export type StoppedAttempt = Fence & { owner: string | null };

export interface ManualRetry {
  /** Replace those of the task; null keeps them. */
  params?: object | null;
  /** Do this step and those after it again. */
  fromStep?: string;
  /** Run it although what it depends on has not ended. */
  ignoreDependencies?: boolean;
}

export interface OrphanedClaimFilter {
  queues: readonly string[];
  owner: string;
  /** Those in quarantine, or the others. */
  quarantined: boolean;
  /** The attempts its owner knows of. */
  running: readonly Fence[];
}

/** The task table. Each method is one guarded statement; which rows come back says whom it moved. */
@Injectable()
export class TaskRepository {
  private readonly engine: SqlExecutor;
  private readonly api: SqlExecutor;

  constructor(
    private readonly pools: Pools,
    private readonly news: TaskChangeNotifier,
  ) {
    this.engine = executorOf(pools.engine);
    this.api = executorOf(pools.api);
  }

  /** One answer for each task, in order. `executor`: a transaction to take part in. */
  async insert(tasks: readonly (NewTask & { openDependencies?: number })[], executor: SqlExecutor = this.api): Promise<Submitted[]> {
    const rows = await this.publishing(
      executor.query<Pick<Submitted, 'id' | 'status' | 'createdAt'>>(sql.INSERT_TASKS, [JSON.stringify(tasks)]),
    );
    const inserted = new Map(rows.map((row) => [row.id, row]));
    const earlier = inserted.size === tasks.length ? new Map() : await this.findExisting(tasks, inserted, executor);
    return tasks.map((task) => {
      const fresh = inserted.get(task.id);
      if (fresh) return { ...fresh, attempt: 0, externalId: null, replayed: false, requestHash: task.requestHash };
      const stands = earlier.get(task.id);
      if (!stands) throw new Error(`task ${task.id} was neither stored nor found`);
      return { ...stands, replayed: true };
    });
  }

  private async findExisting(
    tasks: readonly NewTask[],
    inserted: Map<string, unknown>,
    executor: SqlExecutor,
  ): Promise<Map<string, Submitted>> {
    const missing = tasks.filter((task) => !inserted.has(task.id));
    const wanted = missing.map(({ id, createdBy, idempotencyKey }) => ({ id, createdBy, idempotencyKey }));
    const rows = await executor.query<Submitted & { wantedId: string }>(sql.SELECT_EXISTING_SUBMISSIONS, [JSON.stringify(wanted)]);
    return new Map(rows.map(({ wantedId, ...row }) => [wantedId, row]));
  }

  /** One answer for each row, in order. `before`: the statement had run already, and its reply was lost. */
  async complete(rows: readonly Completion[], actor: string, executor: SqlExecutor = this.engine): Promise<CompletionAnswer[]> {
    const moved = attemptsOf(await this.publishing(executor.query<Fence>(sql.COMPLETE_TASKS, [JSON.stringify(rows), actor])));
    const missing = rows.filter((row) => !moved.has(attemptOf(row)));
    const values = [missing.map(({ id }) => id), missing.map(({ epoch }) => epoch)];
    const before = missing.length === 0 ? new Set() : attemptsOf(await executor.query<Fence>(sql.SELECT_COMPLETED, values));
    return rows.map((row) => {
      const attempt = attemptOf(row);
      // A client that repeats its request may complete one attempt twice in one statement.
      if (moved.delete(attempt)) {
        before.add(attempt);
        return 'now';
      }
      return before.has(attempt) ? 'before' : 'lost';
    });
  }

  retry(rows: readonly Retry[], actor: string): Promise<Set<string>> {
    return settled(this.publishing(this.engine.query(sql.RETRY_TASKS, [JSON.stringify(rows), actor])));
  }

  fail(rows: readonly End[], actor: string): Promise<Set<string>> {
    return settled(this.publishing(this.engine.query(sql.FAIL_TASKS, [JSON.stringify(rows), actor])));
  }

  wait(rows: readonly Wait[], actor: string): Promise<Set<string>> {
    return settled(this.publishing(this.engine.query(sql.WAIT_TASKS, [JSON.stringify(rows), actor])));
  }

  /** External work that is due; others will not get it for `againMs`. */
  takePolls(limit: number, againMs: number): Promise<ExternalTask[]> {
    return this.engine.query<ExternalTask>(sql.TAKE_POLLS, [limit, againMs]);
  }

  async postponePoll({ id, epoch }: Fence, ms: number): Promise<void> {
    await this.engine.query(sql.POSTPONE_POLL, [id, epoch, ms]);
  }

  snooze(rows: readonly Snooze[], actor: string): Promise<Set<string>> {
    return settled(this.publishing(this.engine.query(sql.SNOOZE_TASKS, [JSON.stringify(rows), actor])));
  }

  release(rows: readonly Fence[], actor: string): Promise<Set<string>> {
    return settled(
      this.publishing(this.engine.query(sql.RELEASE_TASKS, [JSON.stringify(rows.map(({ id, epoch }) => ({ id, epoch }))), actor])),
    );
  }

  /** Leased and not started: what has been started meanwhile is left alone. */
  releaseUnstarted(rows: readonly Fence[], actor: string): Promise<Set<string>> {
    return settled(
      this.publishing(this.engine.query(sql.RELEASE_UNSTARTED, [JSON.stringify(rows.map(({ id, epoch }) => ({ id, epoch }))), actor])),
    );
  }

  /** What `owner` holds of these queues beside the attempts it knows of; see engine/recovery/orphaned-claim-recovery.ts. */
  releaseOrphaned({ queues, owner, quarantined, running }: OrphanedClaimFilter): Promise<TransitionResult[]> {
    const [ids, epochs] = [running.map(({ id }) => id), running.map(({ epoch }) => epoch)];
    return this.publishing(this.engine.query<TransitionResult>(sql.RELEASE_ORPHANED_CLAIMS, [queues, owner, ids, epochs, quarantined]));
  }

  updateProgress(rows: readonly (Fence & { progress: number; step: string | null })[]): Promise<Set<string>> {
    return settled(this.publishing(this.engine.query(sql.UPDATE_PROGRESS, [JSON.stringify(rows)])));
  }

  expiredLeases(): Promise<ExpiredLease[]> {
    return this.engine.query<ExpiredLease>(sql.SELECT_EXPIRED_LEASES, []);
  }

  async rescue(leases: readonly ExpiredLease[], actor: string): Promise<TransitionResult[]> {
    const spared = await this.publishing(this.engine.query<TransitionResult>(sql.REQUEUE_WITHOUT_PENALTY, [JSON.stringify(leases), actor]));
    return [...spared, ...(await this.publishing(this.engine.query<TransitionResult>(sql.RESCUE_TASKS, [JSON.stringify(leases), actor])))];
  }

  /** The process of one attempt ended. `cause`: the rest of the sentence "it ended with …". */
  rescueIsolated(row: Fence & { cause: string }, actor: string): Promise<TransitionResult[]> {
    return this.publishing(this.engine.query<TransitionResult>(sql.RESCUE_ISOLATED, [JSON.stringify([row]), actor]));
  }

  promote(actor: string): Promise<Required<WakeUp>[]> {
    return this.publishing(this.engine.query(sql.PROMOTE_TASKS, [actor]));
  }

  timeOut(actor: string): Promise<(TransitionResult & StoppedAttempt)[]> {
    return this.publishing(this.engine.query(sql.TIME_OUT_TASKS, [actor]));
  }

  expire(actor: string): Promise<(TransitionResult & StoppedAttempt)[]> {
    return this.publishing(this.engine.query(sql.EXPIRE_TASKS, [actor]));
  }

  /** Each cancels at most SWEEP_ROWS; call again until fewer come back. */
  cancel(ids: readonly string[], actor: string, executor: SqlExecutor = this.api): Promise<StoppedAttempt[]> {
    return this.publishing(executor.query<StoppedAttempt>(sql.CANCEL_TASKS, [ids, actor]));
  }

  /** Those that nobody has taken yet. */
  cancelWaiting(ids: readonly string[], actor: string, executor: SqlExecutor = this.api): Promise<StoppedAttempt[]> {
    return this.publishing(executor.query<StoppedAttempt>(sql.CANCEL_WAITING_TASKS, [ids, actor]));
  }

  cancelBatch(batchId: string, actor: string): Promise<StoppedAttempt[]> {
    return this.publishing(this.api.query<StoppedAttempt>(sql.CANCEL_TASKS_OF_BATCH, [batchId, actor]));
  }

  cancelByName(names: readonly string[], actor: string): Promise<StoppedAttempt[]> {
    return this.publishing(this.api.query<StoppedAttempt>(sql.CANCEL_TASKS_BY_NAME, [names, actor]));
  }

  /** All up to an id: what is submitted later stays. */
  cancelAll(newestId: string, actor: string): Promise<StoppedAttempt[]> {
    return this.publishing(this.api.query<StoppedAttempt>(sql.CANCEL_ALL_TASKS, [newestId, actor]));
  }

  /** A manual retry; undefined when the task did not end, or completed. */
  async retryManually(id: string, actor: string, options: ManualRetry): Promise<TransitionResult | undefined> {
    return (await this.publishing(inTransaction(this.pools.api, (tx) => retryWithin(tx, [id], actor, options))))[0];
  }

  /** In the caller's transaction. Leaves out tasks that did not end, or completed. A task may have to wait: see its status. */
  retryManyManually(ids: readonly string[], actor: string, options: ManualRetry, tx: SqlExecutor): Promise<TransitionResult[]> {
    return this.publishing(retryWithin(tx, ids, actor, options));
  }

  async find(id: string): Promise<TaskRow | undefined> {
    return (await this.findMany([id]))[0];
  }

  findMany(ids: readonly string[]): Promise<TaskRow[]> {
    return this.api.query<TaskRow>(sql.SELECT_TASKS_BY_ID, [ids]);
  }

  /** Newest first. */
  list({ beforeId, limit, ...criteria }: TaskFilter): Promise<TaskRow[]> {
    const values: unknown[] = [limit];
    const conditions = conditionsOf(criteria, values);
    if (beforeId !== undefined) conditions.push(`t.id < $${values.push(beforeId)}`);
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    return this.api.query<TaskRow>(`SELECT ${sql.TASK_COLUMNS} FROM tasks t ${where} ORDER BY id DESC LIMIT $1`, values);
  }

  statuses(ids: readonly string[]): Promise<{ id: string; status: TaskStatus }[]> {
    return this.api.query(sql.SELECT_STATUSES, [ids]);
  }

  countLive(): Promise<{ queue: string; status: TaskStatus; count: number }[]> {
    return this.api.query(sql.COUNT_LIVE_TASKS, []);
  }

  /** Passes moved rows on, and tells live views of them. */
  private async publishing<Row extends { id: string }>(moved: Promise<Row[]>): Promise<Row[]> {
    return this.news.publish(await moved);
  }
}

export interface TaskFilter extends TaskCriteria {
  beforeId?: string;
  limit: number;
}

const attemptOf = ({ id, epoch }: Fence): string => `${id}/${epoch}`;
const attemptsOf = (rows: readonly Fence[]): Set<string> => new Set(rows.map(attemptOf));

async function settled(rows: Promise<{ id: string }[]>): Promise<Set<string>> {
  return new Set((await rows).map((row) => row.id));
}

async function retryWithin(
  tx: SqlExecutor,
  ids: readonly string[],
  actor: string,
  { params = null, ignoreDependencies = false, fromStep }: ManualRetry,
): Promise<TransitionResult[]> {
  await tx.query(dependencies.LOCK_FOR_RETRY, [ids]);
  const values = [ids, actor, params === null ? null : JSON.stringify(params), ignoreDependencies, fromStep ?? null];
  const moved = await tx.query<TransitionResult>(dependencies.MANUAL_RETRY, values);
  if (moved.length > 0) await tx.query(dependencies.REARM_DEPENDENTS, [moved.map(({ id }) => id)]);
  return moved;
}
