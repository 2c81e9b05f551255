import { Injectable } from '@nestjs/common';
import { type Outcome, snooze } from '../../core/task/outcome.ts';
import { BudgetStore } from '../../creators/budgets/budget-store.ts';
import { WAITS_AT_ONCE } from '../../creators/budgets/budget-limits.ts';
import type { BudgetExceededError } from '../../creators/budgets/budget-errors.ts';
import { TaskControlStore } from '../../engine/task-control-store.ts';
import { TaskStore } from '../../engine/task-store.ts';
import type { TaskContext } from '../../tasks/definitions/task-context.ts';

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Tasks that wait for a budget: until its next window, or until it is changed. */
@Injectable()
export class BudgetWaitService {
  constructor(
    private readonly store: BudgetStore,
    private readonly control: TaskControlStore,
    private readonly tasks: TaskStore,
  ) {}

  /** Frees the slot and gives the attempt back. */
  async waitFor({ id, log }: Pick<TaskContext, 'id' | 'log'>, { budget, message, waitMs }: BudgetExceededError): Promise<Outcome> {
    log.warn(message, { budgetId: budget.id });
    await this.store.recordWait(id, budget);
    return snooze(message, Math.max(1, waitMs));
  }

  /** Makes the tasks ready whose budget was changed or deleted. A task that still runs is seen again by the next call. */
  async resumeChanged(): Promise<void> {
    for (let after: string | undefined = FIRST_ID; after !== undefined; ) {
      const ids: string[] = await this.store.changedWaits(after);
      if (ids.length > 0) await this.resume(ids);
      after = ids.length < WAITS_AT_ONCE ? undefined : ids.at(-1);
    }
  }

  private async resume(ids: readonly string[]): Promise<void> {
    const resumed = new Set(await this.control.resumeSnoozed(ids));
    const others = await this.tasks.statuses(ids.filter((id) => !resumed.has(id)));
    // The attempt that was refused has not ended yet: its wait is still needed.
    const running = new Set(others.filter(({ status }) => status === 'running').map(({ id }) => id));
    await this.store.dropWaits(ids.filter((id) => !running.has(id)));
  }
}
