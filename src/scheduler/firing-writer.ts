import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { executorOfManager } from '../platform/database/manager-executor.ts';
import type { SqlExecutor } from '../platform/database/pools.ts';
import { TaskService } from '../tasks/service/task.service.ts';
import type { FiringDraft } from './firing-drafts.ts';
import { ScheduleMetrics } from './schedule-metrics.ts';
import { CLOSE_ENDED, INSERT_FIRINGS, SELECT_LIVE_TASKS } from './firing.sql.ts';

export interface WrittenFirings {
  /** The due times that were written: not those that had fired before. */
  readonly written: readonly { scheduleId: string; dueAt: Date; taskId: string | null; lateMs: number | null }[];
  /** Call it after the commit: it announces the tasks, and measures how late they are. */
  readonly announce: () => void;
}

/** Writes firings and their tasks in one transaction, in which the caller has locked the schedules. */
@Injectable()
export class FiringWriter {
  constructor(
    private readonly tasks: TaskService,
    private readonly metrics: ScheduleMetrics,
  ) {}

  /** Unfinished tasks by schedule, oldest first. */
  async liveTasks(tx: SqlExecutor, scheduleIds: readonly string[]): Promise<Map<string, string[]>> {
    if (scheduleIds.length === 0) return new Map();
    await tx.query(CLOSE_ENDED, [scheduleIds]);
    const rows = await tx.query<{ scheduleId: string; taskId: string }>(SELECT_LIVE_TASKS, [scheduleIds]);
    const bySchedule = Map.groupBy(rows, ({ scheduleId }) => scheduleId);
    return new Map([...bySchedule].map(([id, tasks]) => [id, tasks.map(({ taskId }) => taskId)]));
  }

  /** Commits by itself, before the new tasks are stored: after a crash the due time fires again, without its predecessor beside it. */
  async cancel(taskIds: readonly string[], actor: string): Promise<void> {
    if (taskIds.length > 0) await this.tasks.cancelByIds(taskIds, actor);
  }

  async write(manager: EntityManager, drafts: readonly FiringDraft[]): Promise<WrittenFirings> {
    if (drafts.length === 0) return { written: [], announce: () => undefined };
    const rows = drafts.map(({ firing }) => firing);
    const written = await executorOfManager(manager).query<WrittenFirings['written'][number]>(INSERT_FIRINGS, [JSON.stringify(rows)]);
    const stored = new Set(written.map(({ taskId }) => taskId));
    const unsent = new Set(drafts.map(({ request }) => request?.id).filter((id) => id !== undefined && !stored.has(id)));
    const requests = drafts.flatMap(({ request }) =>
      request?.id !== undefined && stored.has(request.id) ? [withoutMissing(request, unsent)] : [],
    );
    const announce = await this.tasks.submitInTransaction(manager, requests);
    return {
      written,
      announce: () => {
        for (const { taskId, lateMs } of written) if (taskId !== null && lateMs !== null) this.metrics.fired(lateMs);
        announce();
      },
    };
  }
}

type Request = NonNullable<FiringDraft['request']>;

/** A due time that had fired before has no new task to wait for. */
function withoutMissing({ dependsOn = [], ...request }: Request, missing: ReadonlySet<string | undefined>): Request {
  return { ...request, dependsOn: dependsOn.filter((id) => !missing.has(id)) };
}
