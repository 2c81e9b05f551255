import type { Command } from 'commander';
import { type ExecutionCounts, TASK_STATUSES, type TaskDefinitionList } from '../api-types.ts';
import type { ApiClient } from '../api-client.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { onePage } from '../list-options.ts';
import type { Field } from '../output/fields.ts';
import { since } from '../parsers.ts';
import { addWatchOption, watchable, type WatchOptions } from '../watch.ts';

interface StatsOptions extends WatchOptions {
  readonly since?: string;
}

type Counts = Record<string, string | number | boolean>;

const FIELDS: readonly Field[] = [
  { name: 'taskName', title: 'Task' },
  { name: 'pending', title: 'Pending' },
  { name: 'submitted', title: 'Submitted' },
  { name: 'running', title: 'Running' },
  { name: 'completed', title: 'Completed' },
  { name: 'failed', title: 'Failed' },
  { name: 'timeout', title: 'Timeout' },
  { name: 'cancelled', title: 'Cancelled' },
  { name: 'total', title: 'Total' },
  { name: 'approx', title: 'Estimated', detail: true },
];
/** The name of the last row: also tasks whose definition is not registered. */
const ALL = 'all';

export function registerStats(command: Command, start: Start): void {
  addWatchOption(command)
    .option('--since <time>', 'only created since (24h, 7d or an ISO 8601 time)', since)
    .description('count the tasks by name and status')
    .addHelpText('after', '\nExample:\n  contenthub task stats --since 24h')
    .action(start(watchable(showStats)));
}

async function showStats({ api, printer }: Invocation, { since: from }: StatsOptions): Promise<void> {
  const show = printer.list<Counts>(FIELDS);
  const { items: definitions } = await api.get<TaskDefinitionList>('/tasks');
  const rows = await Promise.all(definitions.map(({ name }) => countsOf(api, name, from)));
  const items = [...rows.filter(({ total }) => total !== 0), await countsOf(api, undefined, from)];
  await show(onePage({ items }));
}

async function countsOf(api: ApiClient, taskName: string | undefined, from: string | undefined): Promise<Counts> {
  const { items, total, approx } = await api.get<ExecutionCounts>('/executions/counts', { taskName, since: from });
  const none = Object.fromEntries(TASK_STATUSES.map((status) => [status, 0]));
  return { taskName: taskName ?? ALL, ...none, ...Object.fromEntries(items.map(({ status, count }) => [status, count])), total, approx };
}
