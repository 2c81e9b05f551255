import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { FailureLog } from '../../platform/database/failure-log.ts';
import { executorOfManager } from '../../platform/database/manager-executor.ts';
import type { Loop } from '../../platform/lifecycle/loop.ts';
import { LoopRegistry } from '../../platform/lifecycle/loop-registry.ts';
import { TaskService } from '../../tasks/service/task.service.ts';
import { ENTRIES_PER_ROUND, SET_ENTRY_TASKS, TAKE_DUE_ENTRIES } from './boundary.sql.ts';
import { PUBLISH_CONTENT } from './publish-content.handler.ts';

const NAME = 'publish-pool';
const INTERVAL_MS = 1_000;
/** Longer than an attempt of the task. An entry whose task was cancelled or lost is due again after it. */
const TASK_LOST_SECONDS = 600;

/** Submits a task for each entry that is due. Any number of processes may do it at once. */
@Injectable()
export class PublishPoolLoop implements OnModuleDestroy {
  private readonly loop: Loop;

  constructor(
    private readonly dataSource: DataSource,
    private readonly tasks: TaskService,
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
  }

  private async submitDue(): Promise<number> {
    const { count, announce } = await this.dataSource.transaction(async (manager) => {
      const tx = executorOfManager(manager);
      const due = await tx.query<{ id: string; accountId: string }>(TAKE_DUE_ENTRIES, [TASK_LOST_SECONDS]);
      if (due.length === 0) return { count: 0, announce: () => undefined };
      const rows = due.map((entry) => ({ ...entry, taskId: uuidv7() }));
      const requests = rows.map(({ id, accountId, taskId }) => ({
        id: taskId,
        name: PUBLISH_CONTENT,
        params: { entryId: id, accountId },
        createdBy: NAME,
        trigger: 'task' as const,
      }));
      const announceTasks = await this.tasks.submitInTransaction(manager, requests);
      await tx.query(SET_ENTRY_TASKS, [JSON.stringify(rows)]);
      return { count: rows.length, announce: announceTasks };
    });
    announce();
    return count;
  }
}
