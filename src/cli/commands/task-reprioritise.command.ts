import type { Command } from 'commander';
import { addFilterOptions, BULK_RESULT_FIELDS, type BulkOptions, type FilterOptions, filterOf, performBulk } from '../bulk.ts';
import { usageError } from '../cli-error.ts';
import { executionIdOf } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import { priority } from '../parsers.ts';
import type { Start } from '../starter.ts';

interface ReprioritiseOptions extends FilterOptions, BulkOptions {
  readonly priority: number;
}

const HELP = 'contenthub task reprioritise --help';

export function registerReprioritise(command: Command, start: Start): void {
  addFilterOptions(command.argument('[id...]', 'execution ids, or ids of content tasks'))
    .requiredOption('--priority <n>', '1 (last) to 10 (first), or low, medium, high, urgent', priority)
    .option('--dry-run', 'only count the tasks that would change')
    .option('--yes', 'do not ask')
    .description('change the priority of tasks that have not started')
    .addHelpText('after', '\nExample:\n  contenthub task reprioritise --filter queue=content --priority high --dry-run')
    .action(start(reprioritise));
}

async function reprioritise(call: Invocation, options: ReprioritiseOptions, ids: string[]): Promise<void> {
  const filter = filterOf(options);
  if (ids.length > 0 === (filter !== undefined)) throw usageError('Name ids, or --status or --filter', HELP);
  const executionIds: string[] = [];
  for (const id of ids) executionIds.push(await executionIdOf(call.api, id));
  const selection = filter === undefined ? { ids: executionIds } : { filter };
  const request = { action: 'reprioritise', priority: options.priority, ...selection };
  const act = { request, preview: { preview: true }, verb: 'reprioritises', next: 'the same command with --yes' };
  await performBulk(call, { path: '/executions/bulk', fields: BULK_RESULT_FIELDS, ...act }, options);
}
