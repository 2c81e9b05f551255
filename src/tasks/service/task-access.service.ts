import { Injectable } from '@nestjs/common';
import { type AccountScope, isInScope } from '../../core/actor/account-scope.ts';
import { formatActor } from '../../core/actor/actor.ts';
import { isTerminal, TASK_STATUSES } from '../../core/task/states.ts';
import type { TaskRow } from '../../core/task/task.ts';
import { type Principal, scopeOf } from '../../platform/auth/principal.ts';
import { isUuid } from '../../platform/http/uuid.ts';
import { SWEEP_ROWS } from '../../engine/sweep-pages.ts';
import type { TaskCriteria } from '../../engine/task-criteria.ts';
import type { SearchedTasks, TaskFilter } from '../../engine/task-store.ts';
import { TaskDefinitionRegistry } from '../definitions/task-definition.registry.ts';
import { type CancelReport, executionNotFound, type RetryOptions, TaskService } from './task.service.ts';

const UNFINISHED = TASK_STATUSES.filter((status) => !isTerminal(status));

/** Tasks as a caller may see and change them: a task outside of its accounts does not exist for the caller. */
@Injectable()
export class TaskAccessService {
  constructor(
    private readonly tasks: TaskService,
    private readonly definitions: TaskDefinitionRegistry,
  ) {}

  /** @throws {ProblemError} 404 */
  async get(id: string, principal: Principal): Promise<TaskRow> {
    const task = await this.tasks.get(id);
    if (!isInScope(scopeOf(principal), task)) throw executionNotFound(id);
    return task;
  }

  /** Newest first. */
  list(filter: TaskFilter, principal: Principal): Promise<TaskRow[]> {
    return this.tasks.list({ ...filter, scope: scopeOf(principal) ?? undefined });
  }

  /** Newest first. A search by words examines a bounded number of tasks. */
  async page(filter: TaskFilter, principal: Principal): Promise<SearchedTasks> {
    const scope = scopeOf(principal) ?? undefined;
    if (filter.patterns !== undefined) return this.tasks.search({ ...filter, scope });
    return { rows: await this.tasks.list({ ...filter, scope }), searchedTo: null };
  }

  /** @throws {ProblemError} 404, or 409 unless it ended without success */
  async retry(id: string, options: RetryOptions, principal: Principal): Promise<TaskRow> {
    await this.get(id, principal);
    return this.tasks.retry(id, options, formatActor(principal));
  }

  /** Immediate. Unknown ids are named; tasks that had ended stay as they were. */
  async cancelByIds(ids: readonly string[], principal: Principal): Promise<CancelReport> {
    const scope = scopeOf(principal);
    if (scope === null) return this.tasks.cancelByIds(ids, formatActor(principal));
    const found = await this.tasks.getMany(ids.filter(isUuid).map((id) => id.toLowerCase()));
    const within = (id: string): boolean => {
      const task = found.get(id.toLowerCase());
      return task !== undefined && isInScope(scope, task);
    };
    const report = await this.tasks.cancelByIds(ids.filter(within), formatActor(principal));
    return { ...report, notFound: [...new Set([...report.notFound, ...ids.filter((id) => !within(id))])] };
  }

  async cancelByNames(names: readonly string[], principal: Principal): Promise<{ cancelled: string[]; taskNotFound: string[] }> {
    const scope = scopeOf(principal);
    if (scope === null) return this.tasks.cancelByNames(names, formatActor(principal));
    const known = names.filter((name) => this.definitions.find(name));
    const cancelled = known.length === 0 ? [] : await this.cancelWithin(scope, { names: known }, principal);
    return { cancelled, taskNotFound: names.filter((name) => !known.includes(name)) };
  }

  /** All that are not final now; what is submitted meanwhile stays. */
  async cancelAll(principal: Principal): Promise<{ count: number }> {
    const scope = scopeOf(principal);
    if (scope === null) return this.tasks.cancelAll(formatActor(principal));
    return { count: (await this.cancelWithin(scope, {}, principal)).length };
  }

  private async cancelWithin(scope: AccountScope, criteria: TaskCriteria, principal: Principal): Promise<string[]> {
    const cancelled: string[] = [];
    let beforeId: string | undefined;
    for (;;) {
      const page = await this.tasks.list({ ...criteria, scope, statuses: UNFINISHED, beforeId, limit: SWEEP_ROWS });
      if (page.length === 0) return cancelled;
      const report = await this.tasks.cancelByIds(
        page.map(({ id }) => id),
        formatActor(principal),
      );
      cancelled.push(...report.cancelled);
      beforeId = page.at(-1)?.id;
    }
  }
}
