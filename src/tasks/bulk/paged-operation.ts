import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { executorOfManager } from '../../platform/database/manager-executor.ts';
import type { SqlExecutor } from '../../platform/database/pools.ts';
import { retryTransient } from '../../platform/database/transient.ts';
import type { TaskContext } from '../definitions/task-context.ts';
import type { PageReceipt } from '../../engine/bulk/page-receipt.ts';
import { StepStore } from '../../engine/step-store.ts';
import { INSERT_PAGE } from '../../engine/bulk/bulk.sql.ts';

export interface PageDone<Receipt extends PageReceipt> {
  readonly receipt: Receipt;
  /** To be told once the page is committed. */
  readonly news?: () => void;
}

/** A queue of its own: who cancels a backlog must not wait at its end. */
export const OPERATIONS_QUEUE = 'operations';

const STEP = 'page';
const SETTLE_RETRY_MS = 15_000;

/**
 * Work on more rows than one statement should touch. The act on a page and its receipt, a checkpoint of the operation, are
 * one transaction: a page is done once, whoever takes the operation up again, and none is done after its cancellation.
 */
@Injectable()
export class PagedOperation {
  constructor(
    private readonly dataSource: DataSource,
    private readonly steps: StepStore,
  ) {}

  /** Does each page from `first` on, and tells of each; those done by an earlier attempt are told as they were. */
  async run<Receipt extends PageReceipt>(
    { id, signal }: Pick<TaskContext, 'id' | 'signal'>,
    first: string,
    act: (executor: SqlExecutor, from: string) => Promise<PageDone<Receipt>>,
    onPage: (receipt: Receipt) => void,
  ): Promise<void> {
    for (let from: string | null = first; from !== null; ) {
      signal.throwIfAborted();
      const at: string = from;
      const receipt: Receipt = await retryTransient({ forMs: SETTLE_RETRY_MS, signal }, () => this.page(id, at, act));
      onPage(receipt);
      from = receipt.next;
    }
  }

  private async page<Receipt extends PageReceipt>(
    id: string,
    from: string,
    act: (executor: SqlExecutor, from: string) => Promise<PageDone<Receipt>>,
  ): Promise<Receipt> {
    const hash = StepStore.hashOf(from);
    const before = await this.steps.find(id, STEP, hash);
    if (before) return before.output as Receipt;
    const { receipt, news } = await this.dataSource.transaction(async (manager) => {
      const executor = executorOfManager(manager);
      const done = await act(executor, from);
      const kept = await executor.query(INSERT_PAGE, [id, STEP, hash, JSON.stringify(done.receipt)]);
      if (kept.length === 0) throw new Error('the operation does not run any more, or another does it: this page is left to it');
      return done;
    });
    news?.();
    return receipt;
  }
}
