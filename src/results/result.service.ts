import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { classify, type Failure, type FailureClass, TaskFailure } from '../core/task/failure.ts';
import type { Outcome } from '../core/task/outcome.ts';
import { toResultJson } from '../core/task/result-json.ts';
import { decideRetry, storableDelay } from '../core/task/retry-policy.ts';
import type { ClaimedTask, Fence } from '../core/task/task.ts';
import { executorOfManager } from '../platform/database/manager-executor.ts';
import { jsonBytes, StatementBatcher } from '../platform/database/statement-batcher.ts';
import { retryTransient } from '../platform/database/transient.ts';
import { Logger } from '../platform/telemetry/logger.ts';
import { WorkerIdentity } from '../engine/worker-identity.ts';
import { type Completion, type End, type Retry, type Snooze, TaskRepository, type Wait } from '../engine/task.repository.ts';
import { ResultHandlerRegistry } from './result-handler.registry.ts';
import { storableResult } from './storable-result.ts';

/** A finished piece of work outlives a restart of the database; after this long its lease is another's anyway. */
const SETTLE_RETRY_MS = 60_000;

/**
 * Ends attempts. Each write is fenced by the attempt's epoch: when the lease was lost it matches no row, and what the
 * attempt did has no effect. A task without effects is settled together with others; one with effects in a transaction
 * of its own with them.
 */
@Injectable()
export class ResultService {
  private readonly completions: StatementBatcher<Completion, boolean>;
  private readonly retries: StatementBatcher<Retry, boolean>;
  private readonly ends: StatementBatcher<End, boolean>;
  private readonly waits: StatementBatcher<Wait, boolean>;
  private readonly snoozes: StatementBatcher<Snooze, boolean>;
  private readonly releases: StatementBatcher<Fence, boolean>;
  private readonly actor: string;

  constructor(
    private readonly repository: TaskRepository,
    private readonly handlers: ResultHandlerRegistry,
    private readonly dataSource: DataSource,
    private readonly logger: Logger,
    identity: WorkerIdentity,
  ) {
    const actor = (this.actor = identity.owner);
    this.completions = this.batcher(
      async (rows) => new Set((await repository.complete(rows, actor)).keys()),
      ({ result }) => jsonBytes(result),
    );
    this.retries = this.batcher((rows) => repository.retry(rows, actor));
    this.ends = this.batcher((rows) => repository.fail(rows, actor));
    this.waits = this.batcher((rows) => repository.wait(rows, actor));
    this.snoozes = this.batcher((rows) => repository.snooze(rows, actor));
    this.releases = this.batcher((rows) => repository.release(rows, actor));
  }

  async settle(task: ClaimedTask, outcome: Outcome): Promise<void> {
    switch (outcome.kind) {
      case 'done':
        return this.complete(task, outcome.result);
      case 'retry':
        return this.retryOrFail(task, classify(new TaskFailure('transient', outcome.reason, 'retry_asked')), outcome.delayMs);
      case 'snooze':
        return this.report(task, await this.snoozes.add({ ...fence(task), delayMs: storableDelay(outcome.delayMs) }));
      case 'wait':
        return this.report(
          task,
          await this.waits.add({ ...fence(task), externalId: outcome.externalId, pollAfterMs: storableDelay(outcome.pollAfterMs) }),
        );
      case 'cancel':
        return this.end(task, 'cancelled', classify(new TaskFailure('cancelled', outcome.reason, 'cancelled_by_handler')));
    }
  }

  /** `cause`: what was thrown; it may know when a retry makes sense. */
  settleFailure(task: ClaimedTask, failure: Failure, cause?: unknown): Promise<void> {
    return this.retryOrFail(task, failure, cause instanceof TaskFailure ? cause.retryAfterMs : null);
  }

  /** Gives the task back unharmed. */
  async release(task: ClaimedTask): Promise<void> {
    this.report(task, await this.releases.add(fence(task)));
  }

  private async complete(task: ClaimedTask, result: unknown): Promise<void> {
    try {
      const handler = this.handlers.find(task.name);
      // Effects get what a process that ran alone, or an agent, would have sent: JSON that PostgreSQL takes.
      const clean = toResultJson(result);
      const stored = storableResult(handler?.toStoredResult ? handler.toStoredResult(clean) : clean);
      if (!handler) return this.report(task, await this.completions.add({ ...fence(task), result: stored }));
      const won = await this.completeWithEffects(task, stored, (manager) => handler.onCompleted(manager, task, clean));
      this.report(task, won);
    } catch (error) {
      await this.settleFailure(task, classify(error), error);
    }
  }

  private completeWithEffects(
    task: ClaimedTask,
    result: unknown,
    effects: (manager: DataSource['manager']) => Promise<void>,
  ): Promise<boolean> {
    const row = { ...fence(task), result };
    return retryTransient({ forMs: SETTLE_RETRY_MS }, () =>
      this.dataSource.transaction(async (manager) => {
        const won = await this.repository.complete([row], this.actor, executorOfManager(manager));
        // 'before': the commit of an earlier try went through although its answer did not arrive
        if (won.get(task.id) === 'now') await effects(manager);
        return won.has(task.id);
      }),
    );
  }

  private async retryOrFail(task: ClaimedTask, error: Failure, retryAfterMs: number | null): Promise<void> {
    const { attempt, maxAttempts, backoff, rejections, maxRejections } = task;
    const facts = { failureClass: error.class, attempt, maxAttempts, backoff, rejections, maxRejections, retryAfterMs };
    const decision = decideRetry(facts, Math.random());
    if (!decision.retry) return this.end(task, endOf(error.class), error);
    this.report(task, await this.retries.add({ ...fence(task), delayMs: decision.delayMs, error }));
  }

  private async end(task: ClaimedTask, status: End['status'], error: Failure): Promise<void> {
    this.report(task, await this.ends.add({ ...fence(task), status, error }));
  }

  private report(task: ClaimedTask, won: boolean): void {
    if (!won) this.logger.debug({ taskId: task.id, epoch: task.epoch }, 'lease lost: what this attempt did has no effect');
  }

  private batcher<Row extends Fence>(
    run: (rows: Row[]) => Promise<Set<string>>,
    sizeOf?: (row: Row) => number,
  ): StatementBatcher<Row, boolean> {
    return new StatementBatcher<Row, boolean>({
      ...(sizeOf && { sizeOf }),
      run: async (rows) => {
        const won = await retryTransient({ forMs: SETTLE_RETRY_MS }, () => run(rows));
        return rows.map((row) => won.has(row.id));
      },
    });
  }
}

const fence = ({ id, epoch }: Fence): Fence => ({ id, epoch });

function endOf(failureClass: FailureClass): End['status'] {
  return failureClass === 'timeout' || failureClass === 'cancelled' ? failureClass : 'failed';
}
