import { Injectable } from '@nestjs/common';
import type { SqlExecutor } from '../../platform/database/pools.ts';
import { StepStore } from '../step-store.ts';
import type { PageReceipt } from './page-receipt.ts';
import { INSERT_PAGE } from './page-receipt.sql.ts';

const STEP = 'page';

/** Receipts of the processed pages of an operation, stored as checkpoints of its task. */
@Injectable()
export class PageReceiptStore {
  constructor(private readonly steps: StepStore) {}

  /** The receipt of the page that begins at `from`; undefined when the page is not processed yet. */
  async find<Receipt extends PageReceipt>(operationId: string, from: string): Promise<Receipt | undefined> {
    return (await this.steps.find(operationId, STEP, StepStore.hashOf(from)))?.output as Receipt | undefined;
  }

  /** Runs in the transaction that processes the page. False when the operation has ended, or another attempt processed the page. */
  async insert(operationId: string, from: string, receipt: PageReceipt, tx: SqlExecutor): Promise<boolean> {
    return (await tx.query(INSERT_PAGE, [operationId, STEP, StepStore.hashOf(from), JSON.stringify(receipt)])).length > 0;
  }
}
