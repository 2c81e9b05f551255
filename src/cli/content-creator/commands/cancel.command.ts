import type { Command } from 'commander';
import type { Invocation } from '../../invocation.ts';
import type { Start } from '../../starter.ts';
import { type ContentTask, getTask, stateOf } from '../content-task.ts';
import { LABELS, lines } from '../tool-text.ts';

export function registerCancel(command: Command, start: Start): void {
  command
    .requiredOption('-t, --task-id <id>', 'id of the task')
    .description('cancel a task; one that has ended stays as it is')
    .addHelpText('after', '\nExample:\n  content-creator cancel -t monday-1')
    .action(start(cancel));
}

async function cancel({ api, printer }: Invocation, { taskId }: { taskId: string }): Promise<void> {
  const before = await getTask(api, taskId);
  const task = await api.delete<ContentTask>(`/content-tasks/${encodeURIComponent(taskId)}`);
  const cancelled = before.completedAt === null && (task.status === 'cancelled' || task.phase === 'cancelling');
  if (printer.format === 'json') printer.data({ taskId: task.taskId, cancelled, status: stateOf(task) });
  else if (cancelled) printer.text(lines(`任务ID: ${task.taskId}`, '✅ 任务已成功取消'));
  else printer.text(lines(`任务ID: ${task.taskId}`, '⚠️  无法取消任务', `当前状态: ${LABELS[stateOf(task)]}`));
}
