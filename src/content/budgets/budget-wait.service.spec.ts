import { expect, it } from '@jest/globals';
import type { BudgetStore } from '../../creators/budgets/budget-store.ts';
import { BudgetExceededError } from '../../creators/budgets/budget-errors.ts';
import type { TaskControlStore } from '../../engine/task-control-store.ts';
import type { TaskStore } from '../../engine/task-store.ts';
import { BudgetWaitService } from './budget-wait.service.ts';

const STATUSES: Record<string, string> = { snoozed: 'pending', running: 'running', ended: 'cancelled', delayed: 'pending' };

function service(waiting: string[]) {
  const calls = { dropped: [] as string[], recorded: [] as string[] };
  const store: Partial<BudgetStore> = {
    changedWaits: async () => waiting,
    dropWaits: async (ids) => void calls.dropped.push(...ids),
    recordWait: async (taskId, { id, version }) => void calls.recorded.push(`${taskId} ${id} v${version}`),
  };
  const control: Partial<TaskControlStore> = { resumeSnoozed: async (ids) => ids.filter((id) => id === 'snoozed') };
  const tasks = { statuses: async (ids: string[]) => ids.map((id) => ({ id, status: STATUSES[id] })) };
  const waits = new BudgetWaitService(store as BudgetStore, control as TaskControlStore, tasks as unknown as TaskStore);
  return { waits, calls };
}

it('keeps the wait of a task that has not begun to wait, and drops those that were resumed or are over', async () => {
  const { waits, calls } = service(Object.keys(STATUSES));
  await waits.resumeChanged();
  expect(calls.dropped).toEqual(['snoozed', 'ended', 'delayed']);
});

it('records the version of the budget, and snoozes for at least a millisecond', async () => {
  const { waits, calls } = service([]);
  const log = { warn: () => {} } as never;
  const error = new BudgetExceededError({ id: 'b1', version: 3 }, 'The budget is used up.', 0);
  expect(await waits.waitFor({ id: 't1', log }, error)).toMatchObject({ kind: 'snooze', delayMs: 1, reason: 'The budget is used up.' });
  expect(calls.recorded).toEqual(['t1 b1 v3']);
});
