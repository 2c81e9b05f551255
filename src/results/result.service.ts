import { Injectable } from '@nestjs/common';
import { classify, type Failure, type FailureClass, TaskFailure } from '../core/task/failure.ts';
import type { Outcome } from '../core/task/outcome.ts';
import { toResultJson } from '../core/task/result-json.ts';
import { decideRetry, storableDelay } from '../core/task/retry-policy.ts';
import type { ClaimedTask, Fence } from '../core/task/task.ts';
import { inTransaction, Pools, type TransactionClient } from '../platform/database/pools.ts';
import { jsonBytes, StatementBatcher } from '../platform/database/statement-batcher.ts';
import { retryTransient } from '../platform/database/transient.ts';
import { Logger } from '../platform/telemetry/logger.ts';
import { runInTrace } from '../platform/telemetry/tracing/trace-scope.ts';
import { type Settlement, TaskMetrics } from '../engine/task-metrics.ts';
import { WorkerIdentity } from '../engine/worker-identity.ts';
import {
  AttemptStore,
  type Completion,
  type CompletionAnswer,
  type End,
  type Retry,
  type Snooze,
  type Wait,
} from '../engine/attempt-store.ts';
import { ResultHandlerRegistry } from './result-handler.registry.ts';
import { storableResult } from './storable-result.ts';

/**
 * Completions with effects that share a transaction: this settles three times as many per second as one each, because
 * a commit waits for the disk. Two of these transactions at once leave half of the engine's connections to claims.
 */
const TASKS_PER_TRANSACTION = 20;

interface CompletionWithEffects {
  readonly row: Completion;
  readonly write: (tx: TransactionClient) => Promise<void>;
}

/** A result waits this long for a database that restarts. After that another worker owns the task. */
const SETTLE_RETRY_MS = 60_000;

/**
 * Ends attempts. Each write names the epoch of its attempt: after the lease was lost it matches no row and has no effect.
 * Writes of one kind that arrive together share a statement; completions with effects share a transaction. When a row fails,
 * the rows of its batch are repeated one by one.
 */
@Injectable()
export class ResultService {
  private readonly completions: StatementBatcher<Completion, boolean>;
  private readonly effects: StatementBatcher<CompletionWithEffects, boolean>;
  private readonly retries: StatementBatcher<Retry, boolean>;
  private readonly ends: StatementBatcher<End, boolean>;
  private readonly waits: StatementBatcher<Wait, boolean>;
  private readonly snoozes: StatementBatcher<Snooze, boolean>;
  private readonly releases: StatementBatcher<Fence, boolean>;
  private readonly actor: string;

  constructor(
    private readonly attempts: AttemptStore,
    private readonly handlers: ResultHandlerRegistry,
    private readonly pools: Pools,
    private readonly logger: Logger,
    private readonly metrics: TaskMetrics,
    identity: WorkerIdentity,
  ) {
    const actor = (this.actor = identity.owner);
    this.completions = new StatementBatcher({
      run: async (rows) => (await retryTransient({ forMs: SETTLE_RETRY_MS }, () => attempts.complete(rows, actor))).map(isWon),
      sizeOf: ({ result }) => jsonBytes(result),
      onBatch: metrics.batchesOf('complete'),
      span: 'complete tasks',
    });
    this.effects = new StatementBatcher({
      run: (completions) => this.completeWithEffects(completions),
      sizeOf: ({ row }) => jsonBytes(row.result),
      maxRows: TASKS_PER_TRANSACTION,
      onBatch: metrics.batchesOf('complete_with_effects'),
      span: 'complete tasks with effects',
    });
    this.retries = this.batcher('retry', (rows) => attempts.retry(rows, actor));
    this.ends = this.batcher('fail', (rows) => attempts.fail(rows, actor));
    this.waits = this.batcher('wait', (rows) => attempts.wait(rows, actor));
    this.snoozes = this.batcher('snooze', (rows) => attempts.snooze(rows, actor));
    this.releases = this.batcher('release', (rows) => attempts.release(rows, actor));
  }

  async settle(task: ClaimedTask, outcome: Outcome): Promise<void> {
    switch (outcome.kind) {
      case 'done':
        return this.complete(task, outcome.result);
      case 'retry':
        return this.retryOrFail(task, classify(new TaskFailure('transient', outcome.reason, 'retry_asked')), outcome.delayMs);
      case 'snooze':
        return this.report(task, 'snoozed', await this.snoozes.add({ ...fence(task), delayMs: storableDelay(outcome.delayMs) }));
      case 'wait':
        return this.report(
          task,
          'waiting',
          await this.waits.add({ ...fence(task), externalId: outcome.externalId, pollAfterMs: storableDelay(outcome.pollAfterMs) }),
        );
      case 'cancel':
        return this.end(task, 'cancelled', classify(new TaskFailure('cancelled', outcome.reason, 'cancelled_by_handler')));
    }
  }

  /** `cause`: the thrown error; a TaskFailure may set the time of the retry. */
  settleFailure(task: ClaimedTask, failure: Failure, cause?: unknown): Promise<void> {
    return this.retryOrFail(task, failure, cause instanceof TaskFailure ? cause.retryAfterMs : null);
  }

  /** Returns the task to the queue; the attempt does not count. */
  async release(task: ClaimedTask): Promise<void> {
    if (await this.releases.add(fence(task))) return this.metrics.settled(task, 'released', true);
    // Either it was released 5 times before and this was its last attempt, or the lease is lost and the failure
    // matches no row either.
    const failure = new TaskFailure('transient', 'the worker shut down during the last attempt', 'worker_shut_down');
    await this.settleFailure(task, classify(failure));
  }

  private async complete(task: ClaimedTask, result: unknown): Promise<void> {
    try {
      const handler = this.handlers.find(task.name);
      // The same value for every kind of worker: a child process and an agent send JSON.
      const clean = toResultJson(result);
      const stored = storableResult(handler?.toStoredResult ? handler.toStoredResult(clean) : clean);
      if (!handler) return this.report(task, 'completed', await this.completions.add({ ...fence(task), result: stored }));
      // The transaction runs in the scope of another task of its batch.
      const scope = { traceContext: task.traceContext, taskId: task.id };
      const write = (tx: TransactionClient) => runInTrace(scope, () => handler.onCompleted(tx, task, clean));
      this.report(task, 'completed', await this.effects.add({ row: { ...fence(task), result: stored }, write }));
    } catch (error) {
      await this.settleFailure(task, classify(error), error);
    }
  }

  private completeWithEffects(completions: readonly CompletionWithEffects[]): Promise<boolean[]> {
    return retryTransient({ forMs: SETTLE_RETRY_MS }, () =>
      inTransaction(this.pools.engine, async (tx) => {
        const rows = completions.map(({ row }) => row);
        const answers = await this.attempts.complete(rows, this.actor, tx);
        for (const [i, { write }] of completions.entries()) {
          // 'before': an earlier attempt was committed although its answer did not arrive.
          if (answers[i] === 'now') await write(tx);
        }
        return answers.map(isWon);
      }),
    );
  }

  private async retryOrFail(task: ClaimedTask, error: Failure, retryAfterMs: number | null): Promise<void> {
    const { attempt, maxAttempts, backoff, rejections, maxRejections } = task;
    const facts = { failureClass: error.class, attempt, maxAttempts, backoff, rejections, maxRejections, retryAfterMs };
    const decision = decideRetry(facts, Math.random());
    if (!decision.retry) return this.end(task, endOf(error.class), error);
    const won = await this.retries.add({ ...fence(task), delayMs: decision.delayMs, error });
    if (won) this.metrics.retried(error.class);
    this.report(task, 'retried', won);
  }

  private async end(task: ClaimedTask, status: End['status'], error: Failure): Promise<void> {
    this.report(task, status, await this.ends.add({ ...fence(task), status, error }));
  }

  private report(task: ClaimedTask, settlement: Settlement, won: boolean): void {
    this.metrics.settled(task, settlement, won);
    if (!won) this.logger.debug({ taskId: task.id, epoch: task.epoch }, 'lease lost: the result of this attempt has no effect');
  }

  private batcher<Row extends Fence>(statement: string, run: (rows: Row[]) => Promise<Set<string>>): StatementBatcher<Row, boolean> {
    return new StatementBatcher<Row, boolean>({
      onBatch: this.metrics.batchesOf(statement),
      span: `${statement} tasks`,
      run: async (rows) => {
        const won = await retryTransient({ forMs: SETTLE_RETRY_MS }, () => run(rows));
        return rows.map((row) => won.has(row.id));
      },
    });
  }
}

const isWon = (answer: CompletionAnswer): boolean => answer !== 'lost';
const fence = ({ id, epoch }: Fence): Fence => ({ id, epoch });

function endOf(failureClass: FailureClass): End['status'] {
  return failureClass === 'timeout' || failureClass === 'cancelled' ? failureClass : 'failed';
}
