import { type Command, Option } from 'commander';
import { type ExecutionView, TASK_STATUSES } from '../api-types.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { addListOptions, type ListOptions, limitOf } from '../list-options.ts';
import { EXECUTION_FIELDS } from '../output/fields.ts';
import { oneOf, since } from '../parsers.ts';

interface TaskFilter extends ListOptions {
  readonly status?: readonly string[];
  readonly taskName?: string;
  readonly queue?: string;
  readonly since?: string;
  readonly batch?: string;
}

export function registerList(command: Command, start: Start): void {
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
