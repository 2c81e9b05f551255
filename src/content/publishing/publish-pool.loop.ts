import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { FailureLog } from '../../platform/database/failure-log.ts';
import { submitForRows } from '../../tasks/service/submit-for-rows.ts';
import type { Loop } from '../../platform/lifecycle/loop.ts';
import { LoopRegistry } from '../../platform/lifecycle/loop-registry.ts';
import { TaskService } from '../../tasks/service/task.service.ts';
import { ENTRIES_PER_ROUND, SET_ENTRY_TASKS, TAKE_DUE_ENTRIES } from './boundary.sql.ts';
import { OverdueEntryReporter } from './overdue-entry.reporter.ts';
import { REPORTED_AT_ONCE } from './pool.sql.ts';
import { PUBLISH_CONTENT } from './publish-content.handler.ts';

const NAME = 'publish-pool';
const INTERVAL_MS = 1_000;
/** Longer than an attempt of the task. An entry whose task was cancelled or lost is due again after it. */
const TASK_LOST_SECONDS = 600;

/** Submits a task for each entry that is due, and reports the entries that are overdue. Any number of processes may do it at once. */
@Injectable()
export class PublishPoolLoop implements OnModuleDestroy {
  private readonly loop: Loop;

  constructor(
    private readonly dataSource: DataSource,
    private readonly tasks: TaskService,
    private readonly overdue: OverdueEntryReporter,
    loops: LoopRegistry,
    failures: FailureLog,
  ) {
    const run = (signal: AbortSignal) => this.run(signal);
    this.loop = loops.create({ name: NAME, intervalMs: INTERVAL_MS, jitter: 0.1, run, onError: failures.of(NAME) });
  }

  start(): void {
    this.loop.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.loop.stop();
  }

  private async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (await this.submitDue()) === ENTRIES_PER_ROUND);
    while (!signal.aborted && (await this.overdue.report()) === REPORTED_AT_ONCE);
  }

  private submitDue(): Promise<number> {
    return submitForRows<{ id: string; accountId: string; traceContext: string | null }>(this.dataSource, this.tasks, {
      take: (tx) => tx.query(TAKE_DUE_ENTRIES, [TASK_LOST_SECONDS]),
      requestOf: ({ id, accountId, traceContext }) => ({
        name: PUBLISH_CONTENT,
        params: { entryId: id, accountId },
        traceContext,
        createdBy: NAME,
        trigger: 'task',
      }),
      store: (tx, rows) => tx.query(SET_ENTRY_TASKS, [JSON.stringify(rows)]),
    });
  }
}
