import { Injectable } from '@nestjs/common';
import type { Failure } from '../core/task/failure.ts';
import type { ClaimedTask, Fence } from '../core/task/task.ts';
import { executorOf, Pools, type SqlExecutor } from '../platform/database/pools.ts';
import * as sql from './settle.sql.ts';
import { TaskChangeNotifier } from './task-change-notifier.ts';
import type { TransitionResult } from './transition-result.ts';

export type Completion = Fence & { result: unknown };
export type CompletionAnswer = 'now' | 'before' | 'lost';
export type Retry = Fence & { delayMs: number; error: Failure };
export type End = Fence & { status: 'failed' | 'timeout' | 'cancelled'; error: Failure };
export type Wait = Fence & { externalId: string; pollAfterMs: number };
export type ExternalTask = ClaimedTask & { externalId: string; ranSeconds: number };
export type Snooze = Fence & { delayMs: number };

export interface OrphanedClaimFilter {
  queues: readonly string[];
  owner: string;
  /** Quarantined tasks, or the others. */
  quarantined: boolean;
  /** The attempts that the owner runs. */
  running: readonly Fence[];
}

/** Writes of the owner of an attempt. Each is fenced by the epoch: the answers show which rows still had it. */
@Injectable()
export class AttemptStore {
  private readonly engine: SqlExecutor;

  constructor(
    pools: Pools,
    private readonly changes: TaskChangeNotifier,
  ) {
    this.engine = executorOf(pools.engine);
  }

  /** One answer for each row, in order. `before`: the statement had already run, and its reply was lost. */
  async complete(rows: readonly Completion[], actor: string, executor: SqlExecutor = this.engine): Promise<CompletionAnswer[]> {
    const completed = attemptsOf(await this.publishing(executor.query<Fence>(sql.COMPLETE_TASKS, [JSON.stringify(rows), actor])));
    const missing = rows.filter((row) => !completed.has(attemptOf(row)));
    const values = [missing.map(({ id }) => id), missing.map(({ epoch }) => epoch)];
    const before = missing.length === 0 ? new Set() : attemptsOf(await executor.query<Fence>(sql.SELECT_COMPLETED, values));
    return rows.map((row) => {
      const attempt = attemptOf(row);
      // A client that repeats its request may complete one attempt twice in one statement.
      if (completed.delete(attempt)) {
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

  snooze(rows: readonly Snooze[], actor: string): Promise<Set<string>> {
    return settled(this.publishing(this.engine.query(sql.SNOOZE_TASKS, [JSON.stringify(rows), actor])));
  }

  release(rows: readonly Fence[], actor: string): Promise<Set<string>> {
    return settled(
      this.publishing(this.engine.query(sql.RELEASE_TASKS, [JSON.stringify(rows.map(({ id, epoch }) => ({ id, epoch }))), actor])),
    );
  }

  /** Releases leased tasks, except those that were started meanwhile. */
  releaseUnstarted(rows: readonly Fence[], actor: string): Promise<Set<string>> {
    return settled(
      this.publishing(this.engine.query(sql.RELEASE_UNSTARTED, [JSON.stringify(rows.map(({ id, epoch }) => ({ id, epoch }))), actor])),
    );
  }

  /** Releases tasks that `owner` leases from these queues and does not run; see engine/recovery/orphaned-claim-recovery.ts. */
  releaseOrphaned({ queues, owner, quarantined, running }: OrphanedClaimFilter): Promise<TransitionResult[]> {
    const [ids, epochs] = [running.map(({ id }) => id), running.map(({ epoch }) => epoch)];
    return this.publishing(this.engine.query<TransitionResult>(sql.RELEASE_ORPHANED_CLAIMS, [queues, owner, ids, epochs, quarantined]));
  }

  updateProgress(rows: readonly (Fence & { progress: number; step: string | null })[]): Promise<Set<string>> {
    return settled(this.publishing(this.engine.query(sql.UPDATE_PROGRESS, [JSON.stringify(rows)])));
  }

  /** Tasks with external work whose poll is due. Other pollers get none of them for `againMs`. */
  takePolls(limit: number, againMs: number, names: readonly string[]): Promise<ExternalTask[]> {
    return this.engine.query<ExternalTask>(sql.TAKE_POLLS, [limit, againMs, names]);
  }

  /** The next round of any process polls these tasks. Returns the ids of those that wait for external work and were not due. */
  async pollNow(ids: readonly string[], executor: SqlExecutor = this.engine): Promise<string[]> {
    return (await executor.query<{ id: string }>(sql.POLL_NOW, [ids])).map(({ id }) => id);
  }

  async postponePoll({ id, epoch }: Fence, ms: number): Promise<void> {
    await this.engine.query(sql.POSTPONE_POLL, [id, epoch, ms]);
  }

  /** Notifies live views of the changed tasks. */
  private async publishing<Row extends { id: string }>(changed: Promise<Row[]>): Promise<Row[]> {
    return this.changes.publish(await changed);
  }
}

const attemptOf = ({ id, epoch }: Fence): string => `${id}/${epoch}`;
const attemptsOf = (rows: readonly Fence[]): Set<string> => new Set(rows.map(attemptOf));

async function settled(rows: Promise<{ id: string }[]>): Promise<Set<string>> {
  return new Set((await rows).map((row) => row.id));
}
