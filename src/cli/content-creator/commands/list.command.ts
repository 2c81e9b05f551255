import { type Command, Option } from 'commander';
import type { ApiClient } from '../../api-client.ts';
import type { Invocation } from '../../invocation.ts';
import { accountIdOf } from '../../identify.ts';
import { integer } from '../../parsers.ts';
import type { Start } from '../../starter.ts';
import { type ContentTask, stateOf, STATUSES_OF, toRecord } from '../content-task.ts';
import { listText } from '../tool-text.ts';

interface ListFilter {
  readonly status?: string;
  readonly mode?: 'sync' | 'async';
  readonly account?: string;
  readonly limit?: number;
  readonly offset?: number;
}

const DEFAULT_LIMIT = 20;

export function registerList(command: Command, start: Start): void {
  command
    .addOption(new Option('-s, --status <status>', 'only in this state').choices(Object.keys(STATUSES_OF)))
    .addOption(new Option('-m, --mode <mode>', 'every task of ContentHub is asynchronous').choices(['sync', 'async']))
    .option('--account <account>', 'only of this account (id or exact name)')
    .option('-l, --limit <n>', `at most so many (default: ${DEFAULT_LIMIT})`, integer(1, 10_000))
    .option('-o, --offset <n>', 'leave out so many of the newest', integer(0, 1_000_000))
    .description('list tasks, newest first; --json prints an array')
    .addHelpText('after', '\nExample:\n  content-creator list -s failed -l 50 --json')
    .action(start(listTasks));
}

async function listTasks({ api, printer, options }: Invocation, filter: ListFilter): Promise<void> {
  const account = filter.account === undefined ? undefined : await accountIdOf(api, filter.account);
  const tasks = filter.mode === 'sync' ? [] : await readTasks(api, { ...filter, account });
  if (printer.format === 'json') printer.data(tasks.map((task) => toRecord(task)));
  else printer.text(listText(tasks, options.utc ?? false));
}

/** The API has cursors and no offset, so the tasks before the offset are read too. */
export async function readTasks(
  api: ApiClient,
  { status, account: accountId, limit = DEFAULT_LIMIT, offset = 0 }: ListFilter,
): Promise<ContentTask[]> {
  const found: ContentTask[] = [];
  const statuses = status === undefined ? undefined : STATUSES_OF[status];
  for await (const { items } of api.pages<ContentTask>('/content-tasks', { status: statuses, accountId })) {
    found.push(...items.filter((task) => status === undefined || stateOf(task) === status));
    if (found.length >= offset + limit) break;
  }
  return found.slice(offset, offset + limit);
}
