import { type Command, Option } from 'commander';
import { type ExecutionView, TASK_STATUSES } from '../api-types.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { addListOptions, type ListOptions, limitOf } from '../list-options.ts';
import { EXECUTION_FIELDS } from '../output/fields.ts';
import { oneOf, since } from '../parsers.ts';
import { registerBatch } from './task-batch.command.ts';
import { registerCancel } from './task-cancel.command.ts';
import { registerCleanup } from './task-cleanup.command.ts';
import { registerLogs } from './task-logs.command.ts';
import { registerReport } from './task-report.command.ts';
import { registerPause, registerResume } from './task-pause.command.ts';
import { registerReprioritise } from './task-reprioritise.command.ts';
import { registerRetry } from './task-retry.command.ts';
import { registerRun } from './task-run.command.ts';
import { registerStatus } from './task-status.command.ts';
import { registerWhy } from './task-why.command.ts';

interface TaskFilter extends ListOptions {
  readonly status?: readonly string[];
  readonly taskName?: string;
  readonly queue?: string;
  readonly since?: string;
  readonly batch?: string;
}

export function registerTask(program: Command, start: Start): void {
  const task = program.command('task').description('run, follow and control tasks');
  registerStatus(task.command('status'), start);
  registerList(task.command('list'), start);
  registerCancel(task.command('cancel'), start);
  registerRetry(task.command('retry'), start);
  registerReprioritise(task.command('reprioritise'), start);
  registerBatch(task.command('batch'), start);
  registerCleanup(task.command('cleanup'), start);
  registerRun(task.command('run'), start);
  registerLogs(task.command('logs'), start);
  registerWhy(task.command('why'), start);
  registerPause(task.command('pause'), start);
  registerResume(task.command('resume'), start);
  registerReport(task.command('report'), start);
  // the command names of the first product documents
  registerStatus(program.command('task-status', { hidden: true }), start);
  registerList(program.command('task-list', { hidden: true }), start);
  registerCancel(program.command('task-cancel', { hidden: true }), start);
  registerRetry(program.command('task-retry', { hidden: true }), start);
}

function registerList(command: Command, start: Start): void {
  addListOptions(command)
    .addOption(new Option('--status <status>', 'only in this state (repeatable)').argParser(addStatus))
    .option('--task-name <name>', 'only of the task of this name')
    .option('--queue <name>', 'only of this queue')
    .option('--since <time>', 'only created since (24h, 7d or an ISO 8601 time)', since)
    .option('--batch <id>', 'only of this batch')
    .description('list tasks, newest first')
    .addHelpText('after', '\nExample:\n  contenthub task list --status failed --status timeout --since 24h')
    .action(start(listTasks));
}

function addStatus(value: string, before: readonly string[] = []): string[] {
  return [...before, oneOf(TASK_STATUSES, value)];
}

async function listTasks(
  { api, printer }: Invocation,
  { status, taskName, queue, since: from, batch, ...list }: TaskFilter,
): Promise<void> {
  await printer.list<ExecutionView>(EXECUTION_FIELDS)(
    api.pages('/executions', { status, taskName, queue, since: from, batchId: batch }, limitOf(list)),
  );
}
