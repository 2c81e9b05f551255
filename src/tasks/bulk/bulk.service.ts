import { Injectable } from '@nestjs/common';
import { Notifications } from '../../platform/database/notifications.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { TaskQueue } from '../../queue/task-queue.ts';
import { encodeStoppedAttempts, STOPPED_CHANNEL } from '../../engine/stopped-attempts.ts';
import { SWEEP_ROWS } from '../../engine/sweep-pages.ts';
import type { StoppedAttempt } from '../../engine/transition-result.ts';
import { TaskControlStore } from '../../engine/task-control-store.ts';
import type { SkipReason, Verdicts } from '../../engine/bulk/bulk-action.ts';
import { toCriteria } from '../executions/execution-filter.dto.ts';
import type { BulkRequest } from './bulk.dto.ts';
import { type BulkSelection, countByVerdict, REPRIORITISE_TASKS, SELECT_SUBMITTER, selectPage } from '../../engine/bulk/bulk.sql.ts';
import type { PageReceipt } from '../../engine/bulk/page-receipt.ts';
import type { PageDone } from './paged-operation.ts';

export interface BulkPage extends PageReceipt {
  readonly done: number;
  readonly skipped: Verdicts;
}

/** Finds the tasks of a bulk request, and does to them what it says. */
@Injectable()
export class BulkService {
  private readonly sql: SqlExecutor;

  constructor(
    pools: Pools,
    private readonly control: TaskControlStore,
    private readonly queue: TaskQueue,
    private readonly notifications: Notifications,
  ) {
    this.sql = executorOf(pools.api);
  }

  /** What would happen, or, for an operation, what there was to do when it was submitted. */
  async count(request: BulkRequest, operationId: string | null): Promise<Verdicts> {
    const { text, values } = countByVerdict(toSelection(request, operationId));
    const rows = await this.sql.query<{ verdict: SkipReason | 'eligible'; count: number }>(text, values);
    const verdicts: Verdicts = Object.fromEntries(rows.map(({ verdict, count }) => [verdict, count]));
    if (request.ids === undefined) return verdicts;
    const found = rows.reduce((sum, { count }) => sum + count, 0);
    const missing = new Set(request.ids.map((id) => id.toLowerCase())).size - found;
    return missing > 0 ? { ...verdicts, not_found: missing } : verdicts;
  }

  /** One page of an operation, in the caller's transaction. */
  async act(request: BulkRequest, operationId: string, actor: string, executor: SqlExecutor, below: string): Promise<PageDone<BulkPage>> {
    const { text, values } = selectPage(toSelection(request, operationId), below);
    const rows = await executor.query<{ id: string; verdict: SkipReason | 'eligible' }>(text, values);
    const eligible = rows.filter(({ verdict }) => verdict === 'eligible').map(({ id }) => id);
    const { done, afterCommit } = eligible.length === 0 ? { done: 0 } : await this.move(request, eligible, actor, executor);
    const skipped: Verdicts = {};
    for (const { verdict } of rows) if (verdict !== 'eligible') skipped[verdict] = (skipped[verdict] ?? 0) + 1;
    if (done < eligible.length) skipped.changed_meanwhile = eligible.length - done;
    return { receipt: { done, skipped, next: rows.length < SWEEP_ROWS ? null : (rows.at(-1)?.id ?? null) }, afterCommit };
  }

  /** The name of who asked for an operation, and the operation. */
  async actorOf(operationId: string): Promise<string> {
    const [row] = await this.sql.query<{ actor: string }>(SELECT_SUBMITTER, [operationId]);
    return `${row?.actor ?? 'unknown'} (bulk ${operationId})`;
  }

  /** The guarded statements, which look at each task again. */
  private async move(
    { action, priority, ignoreDependencies }: BulkRequest,
    ids: readonly string[],
    actor: string,
    executor: SqlExecutor,
  ): Promise<{ done: number; afterCommit?: () => void }> {
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
        return { done: (await executor.query(REPRIORITISE_TASKS, [ids, priority])).length };
    }
  }

  private stopped(tasks: readonly StoppedAttempt[]): { done: number; afterCommit: () => void } {
    return {
      done: tasks.length,
      afterCommit: () => encodeStoppedAttempts(tasks).forEach((payload) => this.notifications.notify(STOPPED_CHANNEL, payload)),
    };
  }
}

function toSelection({ action, ids, filter = {}, priority }: BulkRequest, operationId: string | null): BulkSelection {
  const criteria = { ...toCriteria(filter), ids, errorCode: filter.errorCode };
  return { action, criteria, priority: priority ?? null, operationId };
}
