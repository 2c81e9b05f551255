import { Injectable } from '@nestjs/common';
import type { TaskContext } from '../definitions/task-context.ts';
import { TaskHandler, type TaskHandlerOf } from '../definitions/task-handler.decorator.ts';
import { addVerdicts, type BulkAction, countsOf, type Skipped, summaryOf, type Verdicts } from '../../engine/bulk/bulk-action.ts';
import { BulkOperationParams } from './bulk.dto.ts';
import { LAST_ID } from '../../engine/sweep-pages.ts';
import { BulkService } from './bulk.service.ts';
import { OPERATIONS_QUEUE, PagedOperation } from './paged-operation.ts';

export const BULK_OPERATION = 'bulk-operation';

export interface BulkResult {
  readonly action: BulkAction;
  /** Tasks selected at the submission, and how many of them were eligible then. */
  readonly matched: number;
  readonly eligible: number;
  readonly done: number;
  readonly skipped: Skipped;
}

/** Runs a bulk operation. Its progress, log and result are the receipt. */
@Injectable()
@TaskHandler({
  name: BULK_OPERATION,
  description: 'Cancels, retries or reprioritises many executions. Submitted by POST /executions/bulk.',
  params: BulkOperationParams,
  queue: OPERATIONS_QUEUE,
  timeoutMs: 3_600_000,
  maxAttempts: 5,
})
export class BulkOperationHandler implements TaskHandlerOf<BulkOperationParams> {
  constructor(
    private readonly bulk: BulkService,
    private readonly pages: PagedOperation,
  ) {}

  async handle(context: TaskContext<BulkOperationParams>): Promise<BulkResult> {
    const { id, params, log } = context;
    const operation = await this.bulk.operationOf(id);
    const expected = await context.checkpoint('count', null, () => this.bulk.count(params, operation));
    const { matched, eligible } = countsOf(expected);
    log.info(summaryOf(countsOf(expected)));
    let done = 0;
    let skipped: Verdicts = expected.not_found === undefined ? {} : { not_found: expected.not_found };
    await this.pages.run(
      context,
      LAST_ID,
      (executor, below) => this.bulk.act(params, operation, executor, below),
      (page) => {
        done += page.done;
        skipped = addVerdicts(skipped, page.skipped);
        const passed = done + countsOf(skipped).matched;
        context.progress(matched === 0 ? 100 : (100 * passed) / matched, params.action);
        log.info(`${done} of ${eligible} done`, { done, skipped });
      },
    );
    return { action: params.action, matched, eligible, done, skipped };
  }
}
