import { Injectable } from '@nestjs/common';
import type { Verdicts } from '../../engine/bulk/bulk-action.ts';
import { BulkOperationStore } from '../../engine/bulk/bulk-operation-store.ts';
import type { BulkSelection } from '../../engine/bulk/bulk-selection.ts';
import type { PageReceipt } from '../../engine/bulk/page-receipt.ts';
import { StopNotifier } from '../../engine/stop-notifier.ts';
import { TaskControlStore } from '../../engine/task-control-store.ts';
import type { StoppedAttempt } from '../../engine/transition-result.ts';
import type { SqlExecutor } from '../../platform/database/pools.ts';
import { TaskQueue } from '../../queue/task-queue.ts';
import { toCriteria } from '../executions/execution-filter.dto.ts';
import type { BulkOperationParams } from './bulk.dto.ts';
import type { PageDone } from './paged-operation.ts';

export interface BulkPage extends PageReceipt {
  readonly done: number;
  readonly skipped: Verdicts;
}

/** A stored operation. */
export interface Operation {
  readonly id: string;
  /** The actor of its changes: its submitter, and its id. */
  readonly actor: string;
  /** What the durations of its filter are before. */
  readonly submittedAt: Date;
}

interface Changed {
  readonly done: number;
  readonly afterCommit?: () => void;
}

/** Selects the tasks of a bulk request, and changes them. */
@Injectable()
export class BulkService {
  constructor(
    private readonly operations: BulkOperationStore,
    private readonly control: TaskControlStore,
    private readonly queue: TaskQueue,
    private readonly stops: StopNotifier,
  ) {}

  /** What the request would do now; with an operation, what it would have done when that was submitted. */
  async count(request: BulkOperationParams, operation: Operation | null): Promise<Verdicts> {
    const rows = await this.operations.countByVerdict(toSelection(request, operation));
    const verdicts: Verdicts = Object.fromEntries(rows.map(({ verdict, count }) => [verdict, count]));
    if (request.ids === undefined) return verdicts;
    const found = rows.reduce((sum, { count }) => sum + count, 0);
    const missing = new Set(request.ids.map((id) => id.toLowerCase())).size - found;
    return missing > 0 ? { ...verdicts, not_found: missing } : verdicts;
  }

  /** One page of an operation, in the caller's transaction. */
  async act(request: BulkOperationParams, operation: Operation, executor: SqlExecutor, below: string): Promise<PageDone<BulkPage>> {
    const { tasks, next } = await this.operations.page(toSelection(request, operation), below, executor);
    const eligible = tasks.filter(({ verdict }) => verdict === 'eligible').map(({ id }) => id);
    const { done, afterCommit }: Changed =
      eligible.length === 0 ? { done: 0 } : await this.change(request, eligible, operation.actor, executor);
    const skipped: Verdicts = {};
    for (const { verdict } of tasks) if (verdict !== 'eligible') skipped[verdict] = (skipped[verdict] ?? 0) + 1;
    if (done < eligible.length) skipped.changed_meanwhile = eligible.length - done;
    return { receipt: { done, skipped, next }, afterCommit };
  }

  async operationOf(id: string): Promise<Operation> {
    const { actor, submittedAt } = await this.operations.submissionOf(id);
    return { id, actor: `${actor} (bulk ${id})`, submittedAt };
  }

  /** Uses the guarded statements, which check each task again. */
  private async change(
    { action, priority, ignoreDependencies }: BulkOperationParams,
    ids: readonly string[],
    actor: string,
    executor: SqlExecutor,
  ): Promise<Changed> {
    switch (action) {
      case 'cancel':
        return this.stopped(await this.control.cancel(ids, actor, executor));
      case 'drain':
        return this.stopped(await this.control.cancelWaiting(ids, actor, executor));
      case 'retry': {
        const retried = await this.control.retryManyManually(ids, actor, { ignoreDependencies }, executor);
        const ready = retried.filter(({ status }) => status === 'submitted');
        return { done: retried.length, afterCommit: () => this.queue.announce(ready) };
      }
      case 'reprioritise':
        return { done: await this.operations.reprioritise(ids, priority as number, executor) };
    }
  }

  private stopped(tasks: readonly StoppedAttempt[]): Changed {
    return { done: tasks.length, afterCommit: () => this.stops.publish(tasks) };
  }
}

function toSelection({ action, ids, filter = {}, priority, scope }: BulkOperationParams, operation: Operation | null): BulkSelection {
  const criteria = { ...toCriteria(filter, operation?.submittedAt), ids, scope };
  return { action, criteria, priority: priority ?? null, operationId: operation?.id ?? null };
}
