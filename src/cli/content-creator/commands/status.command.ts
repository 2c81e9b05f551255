import type { Command } from 'commander';
import type { Invocation } from '../../invocation.ts';
import type { Start } from '../../starter.ts';
import { executionOf, getTask, toRecord } from '../content-task.ts';
import { statusText } from '../tool-text.ts';

export function registerStatus(command: Command, start: Start): void {
  command
    .requiredOption('-t, --task-id <id>', 'id of the task')
    .description('show the state of a task')
    .addHelpText('after', '\nExample:\n  content-creator status -t monday-1 --json')
    .action(start(showStatus));
}

async function showStatus({ api, printer, options }: Invocation, { taskId }: { taskId: string }): Promise<void> {
  const task = await getTask(api, taskId);
  const execution = await executionOf(api, task);
  if (printer.format === 'json') printer.data(toRecord(task, execution));
  else printer.text(statusText(task, execution?.worker ?? null, options.utc ?? false));
}
