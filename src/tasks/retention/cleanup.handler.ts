import { Injectable } from '@nestjs/common';
import { countsOf, type Skipped, summaryOf } from '../../engine/bulk/bulk-action.ts';
import { OPERATIONS_QUEUE, PagedOperation } from '../bulk/paged-operation.ts';
import type { TaskContext } from '../definitions/task-context.ts';
import { TaskHandler, type TaskHandlerOf } from '../definitions/task-handler.decorator.ts';
import { CleanupRequest } from './cleanup.dto.ts';
import { isoDurationSeconds } from '../../core/time/iso-duration.ts';
import { FIRST_ID } from '../../engine/sweep-pages.ts';
import { RetentionService } from '../../engine/maintenance/retention.service.ts';

export const TASK_CLEANUP = 'task-cleanup';

export interface CleanupResult {
  readonly matched: number;
  readonly eligible: number;
  readonly deleted: number;
  /** Tasks that are kept, but whose logs, checkpoints and files this attempt deleted. */
  readonly detailsDeleted: number;
  readonly skipped: Skipped;
}

/** A manual clean-up. The scheduler does the same automatically, by TASK_RETENTION_DAYS. */
@Injectable()
@TaskHandler({
  name: TASK_CLEANUP,
  description: 'Deletes executions that ended long ago. Submitted by POST /executions/cleanup.',
  params: CleanupRequest,
  queue: OPERATIONS_QUEUE,
  timeoutMs: 3_600_000,
  maxAttempts: 5,
})
export class CleanupHandler implements TaskHandlerOf<CleanupRequest> {
  constructor(
    private readonly retention: RetentionService,
    private readonly pages: PagedOperation,
  ) {}

  async handle(context: TaskContext<CleanupRequest>): Promise<CleanupResult> {
    const { params, log } = context;
    const seconds = isoDurationSeconds(params.olderThan) ?? 0;
    const counts = countsOf(await context.checkpoint('count', null, () => this.retention.count(seconds)));
    log.info(summaryOf(counts));
    const references = await this.retention.references();
    let deleted = 0;
    await this.pages.run(
      context,
      FIRST_ID,
      async (executor, after) => ({ receipt: await this.retention.deletePage(seconds, after, references, executor) }),
      (page) => {
        deleted += page.deleted;
        context.progress(counts.eligible === 0 ? 100 : (100 * deleted) / counts.eligible, 'delete');
        log.info(`${deleted} of ${counts.eligible} deleted`);
      },
    );
    const detailsDeleted = await this.retention.deleteDetails(seconds, references, context.signal);
    context.signal.throwIfAborted();
    return { ...counts, deleted, detailsDeleted };
  }
}
