import { Injectable } from '@nestjs/common';
import type { PageReceipt } from '../../engine/bulk/page-receipt.ts';
import { PageReceiptStore } from '../../engine/bulk/page-receipt-store.ts';
import { inTransaction, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { retryTransient } from '../../platform/database/transient.ts';
import type { TaskContext } from '../definitions/task-context.ts';

export interface PageDone<Receipt extends PageReceipt> {
  readonly receipt: Receipt;
  /** Called once the page is committed. */
  readonly afterCommit?: () => void;
}

/** The queue of bulk operations, because an operation that cancels a backlog must not wait behind it. */
export const OPERATIONS_QUEUE = 'operations';

const PAGE_RETRY_MS = 15_000;

/**
 * An operation on more rows than one statement should change. One transaction changes a page and stores its receipt,
 * so each page is processed once across all attempts, and none after the operation was cancelled.
 */
@Injectable()
export class PagedOperation {
  constructor(
    private readonly pools: Pools,
    private readonly receipts: PageReceiptStore,
  ) {}

  /** Processes the pages from `first` on. `onPage` gets the receipt of each, including those of earlier attempts. */
  async run<Receipt extends PageReceipt>(
    { id, signal }: Pick<TaskContext, 'id' | 'signal'>,
    first: string,
    act: (executor: SqlExecutor, from: string) => Promise<PageDone<Receipt>>,
    onPage: (receipt: Receipt) => void,
  ): Promise<void> {
    for (let from: string | null = first; from !== null; ) {
      signal.throwIfAborted();
      const at: string = from;
      const receipt: Receipt = await retryTransient({ forMs: PAGE_RETRY_MS, signal }, () => this.page(id, at, act));
      onPage(receipt);
      from = receipt.next;
    }
  }

  private async page<Receipt extends PageReceipt>(
    id: string,
    from: string,
    act: (executor: SqlExecutor, from: string) => Promise<PageDone<Receipt>>,
  ): Promise<Receipt> {
    const known = await this.receipts.find<Receipt>(id, from);
    if (known) return known;
    const { receipt, afterCommit } = await inTransaction(this.pools.api, async (executor) => {
      const done = await act(executor, from);
      const stored = await this.receipts.insert(id, from, done.receipt, executor);
      if (!stored) throw new Error('the operation has ended, or another attempt runs it: this page is not processed here');
      return done;
    });
    afterCommit?.();
    return receipt;
  }
}
