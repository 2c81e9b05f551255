import { Injectable } from '@nestjs/common';
import { executorOf, inTransaction, Pools, type SqlExecutor } from '../platform/database/pools.ts';
import * as sql from './cancel.sql.ts';
import { RESUME_SNOOZED } from './settle.sql.ts';
import * as dependencies from './dependency.sql.ts';
import { FIRST_ID, SWEEP_ROWS } from './sweep-pages.ts';
import { TaskChangeNotifier } from './task-change-notifier.ts';
import type { StoppedAttempt, TransitionResult } from './transition-result.ts';

export interface ManualRetry {
  /** Replaces those of the task; null keeps them. */
  params?: object | null;
  /** Repeats this step and those after it. */
  fromStep?: string;
  /** Runs the task although its dependencies have not ended. */
  ignoreDependencies?: boolean;
}

/** Cancels and retries tasks for operators and clients. */
@Injectable()
export class TaskControlStore {
  private readonly api: SqlExecutor;

  constructor(
    private readonly pools: Pools,
    private readonly changes: TaskChangeNotifier,
  ) {
    this.api = executorOf(pools.api);
  }

  /** At most SWEEP_ROWS ids. */
  cancel(ids: readonly string[], actor: string, executor: SqlExecutor = this.api): Promise<StoppedAttempt[]> {
    return this.publishing(executor.query<StoppedAttempt>(sql.CANCEL_TASKS, [ids, actor]));
  }

  /** At most SWEEP_ROWS ids. Only tasks that are not leased. */
  cancelWaiting(ids: readonly string[], actor: string, executor: SqlExecutor = this.api): Promise<StoppedAttempt[]> {
    return this.publishing(executor.query<StoppedAttempt>(sql.CANCEL_WAITING_TASKS, [ids, actor]));
  }

  /** Page by page: what each statement cancelled. */
  async *cancelMany(ids: readonly string[], actor: string): AsyncGenerator<StoppedAttempt[]> {
    for (let i = 0; i < ids.length; i += SWEEP_ROWS) yield await this.cancel(ids.slice(i, i + SWEEP_ROWS), actor);
  }

  /** The tasks of these names, or all, that are not final now. Tasks submitted later stay, by the clock of the database. */
  async *cancelLive(names: readonly string[] | null, actor: string): AsyncGenerator<StoppedAttempt[]> {
    const [clock] = await this.api.query<{ now: string }>(sql.SELECT_CLOCK, []);
    for (let after: string | undefined = FIRST_ID; after !== undefined; ) {
      const rows: { id: string }[] = await this.api.query(sql.SELECT_LIVE_IDS, [names, clock?.now, after]);
      yield* this.cancelMany(
        rows.map(({ id }) => id),
        actor,
      );
      after = rows.length < sql.LIVE_IDS ? undefined : rows.at(-1)?.id;
    }
  }

  async *cancelBatch(batchId: string, actor: string): AsyncGenerator<StoppedAttempt[]> {
    for (let after: string | undefined = FIRST_ID; after !== undefined; ) {
      const stopped: StoppedAttempt[] = await this.publishing(this.api.query(sql.CANCEL_TASKS_OF_BATCH, [batchId, actor, after]));
      yield stopped;
      after = stopped.length < SWEEP_ROWS ? undefined : stopped.reduce((last, { id }) => (id > last ? id : last), after);
    }
  }

  /** Makes tasks due whose last attempt was snoozed. Returns their ids. */
  async resumeSnoozed(ids: readonly string[]): Promise<string[]> {
    return (await this.api.query<{ id: string }>(RESUME_SNOOZED, [ids])).map(({ id }) => id);
  }

  /** Undefined when the task has not ended, or has completed. */
  async retryManually(id: string, actor: string, options: ManualRetry): Promise<TransitionResult | undefined> {
    return (await this.publishing(inTransaction(this.pools.api, (tx) => retryWithin(tx, [id], actor, options))))[0];
  }

  /** In the caller's transaction. Leaves out tasks that have not ended, or have completed. A task may have to wait: see its status. */
  retryManyManually(ids: readonly string[], actor: string, options: ManualRetry, tx: SqlExecutor): Promise<TransitionResult[]> {
    return this.publishing(retryWithin(tx, ids, actor, options));
  }

  /** Notifies live views of the changed tasks. */
  private async publishing<Row extends { id: string }>(changed: Promise<Row[]>): Promise<Row[]> {
    return this.changes.publish(await changed);
  }
}

async function retryWithin(
  tx: SqlExecutor,
  ids: readonly string[],
  actor: string,
  { params = null, ignoreDependencies = false, fromStep }: ManualRetry,
): Promise<TransitionResult[]> {
  await tx.query(dependencies.LOCK_FOR_RETRY, [ids]);
  const values = [ids, actor, params === null ? null : JSON.stringify(params), ignoreDependencies, fromStep ?? null];
  const retried = await tx.query<TransitionResult>(dependencies.MANUAL_RETRY, values);
  if (retried.length > 0) await tx.query(dependencies.REARM_DEPENDENTS, [retried.map(({ id }) => id)]);
  return retried;
}
