import type { Command } from 'commander';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { onePage } from '../list-options.ts';
import { EXECUTION_FIELDS, type Field } from '../output/fields.ts';
import { integer } from '../parsers.ts';
import { addWatchOption, watchable, type WatchOptions } from '../watch.ts';

interface ListOptions extends WatchOptions {
  readonly limit?: number;
  readonly hours?: number;
  readonly days?: number;
  readonly task?: string;
}

const METRIC_FIELDS: readonly Field[] = [
  { name: 'at', title: 'Time', kind: 'time' },
  { name: 'ready', title: 'Ready' },
  { name: 'pending', title: 'Pending' },
  { name: 'running', title: 'Running' },
  { name: 'oldestWaitingMs', title: 'Oldest', kind: 'duration' },
  { name: 'workersOnline', title: 'Workers' },
  { name: 'agentsOnline', title: 'Agents' },
  { name: 'successRate', title: 'Success rate' },
];
const DAY_FIELDS: readonly Field[] = [
  { name: 'day', title: 'Day' },
  { name: 'submitted', title: 'Submitted' },
  { name: 'started', title: 'Started', detail: true },
  { name: 'completed', title: 'Completed' },
  { name: 'failed', title: 'Failed' },
  { name: 'timeout', title: 'Timeout' },
  { name: 'cancelled', title: 'Cancelled' },
  { name: 'retried', title: 'Retried' },
  { name: 'rescued', title: 'Rescued', detail: true },
  { name: 'averageRunMs', title: 'Average run', kind: 'duration' },
];
const FAILURE_FIELDS: readonly Field[] = [
  { name: 'count', title: 'Count' },
  { name: 'code', title: 'Code' },
  { name: 'class', title: 'Class', detail: true },
  { name: 'taskName', title: 'Task' },
  { name: 'lastAt', title: 'Last', kind: 'time' },
  { name: 'firstAt', title: 'First', kind: 'time', detail: true },
  { name: 'executionId', title: 'Newest', kind: 'id' },
  { name: 'fingerprint', title: 'Fingerprint', detail: true },
  { name: 'message', title: 'Message', kind: 'text' },
];
const PENDING_FIELDS: readonly Field[] = [
  { name: 'executionId', title: 'ID', kind: 'id' },
  { name: 'taskName', title: 'Task' },
  { name: 'queue', title: 'Queue' },
  { name: 'status', title: 'Status', kind: 'status' },
  { name: 'priority', title: 'Priority' },
  { name: 'openDependencies', title: 'Waits for' },
  { name: 'runAt', title: 'Run at', kind: 'time' },
  { name: 'waitingMs', title: 'Waiting', kind: 'duration' },
];
const HEALTH_FIELDS: readonly Field[] = [
  { name: 'status', title: 'Status', kind: 'status' },
  { name: 'failureRate', title: 'Failure rate' },
  { name: 'timeoutRate', title: 'Timeout rate' },
  { name: 'backlog', title: 'Backlog' },
  { name: 'workersOnline', title: 'Workers' },
  { name: 'problems', title: 'Problems', kind: 'text' },
];

export function registerMonitor(program: Command, start: Start): void {
  const monitor = program.command('monitor').description('what runs, waits and fails');
  addWatchOption(monitor.command('metrics'))
    .description('live tasks, workers, and the success rate of a week')
    .addHelpText('after', '\nExample:\n  contenthub monitor metrics -o json')
    .action(start(watchable((call) => showOne(call, '/monitor/metrics', METRIC_FIELDS))));
  const list = (name: string, fields: readonly Field[]): Command =>
    addWatchOption(monitor.command(name)).action(
      start(
        watchable(async ({ api, printer }: Invocation, { limit, hours, days, task }: ListOptions) => {
          const show = printer.list<object>(fields);
          const query = new URLSearchParams();
          for (const [key, value] of Object.entries({ limit, hours, days, taskName: task }))
            if (value !== undefined) query.set(key, String(value));
          await show(onePage(await api.get<{ items: object[] }>(`/monitor/${name}?${query.toString()}`)));
        }),
      ),
    );
  const limit = ['--limit <n>', 'how many at most (1 to 200)', integer(1, 200)] as const;
  list('recent', EXECUTION_FIELDS)
    .option(...limit)
    .description('the newest tasks of all names')
    .addHelpText('after', '\nExample:\n  contenthub monitor recent --limit 50');
  list('failed', FAILURE_FIELDS)
    .option(...limit)
    .option('--hours <n>', 'failures of this many hours (24)', integer(1, 8_784))
    .option('--task <name>', 'only of this task name')
    .description('failed tasks, grouped by their cause')
    .addHelpText('after', '\nExample:\n  contenthub monitor failed --hours 168');
  list('pending', PENDING_FIELDS)
    .option(...limit)
    .description('tasks that have not started, the longest waiting first')
    .addHelpText('after', '\nExample:\n  contenthub monitor pending --watch');
  list('stats', DAY_FIELDS)
    .option('--days <n>', 'today and the days before it (7)', integer(1, 366))
    .option('--task <name>', 'only of this task name')
    .description('statistics of days, in UTC')
    .addHelpText('after', '\nExample:\n  contenthub monitor stats --days 30 -o csv');
  addWatchOption(monitor.command('health'))
    .description('failure rate, timeout rate and backlog against their thresholds')
    .addHelpText('after', '\nExample:\n  contenthub monitor health --watch 10s')
    .action(start(watchable((call) => showOne(call, '/monitor/health', HEALTH_FIELDS))));
}

async function showOne({ api, printer }: Invocation, path: string, fields: readonly Field[]): Promise<void> {
  const show = printer.one(fields);
  show(await api.get<object>(path));
}
