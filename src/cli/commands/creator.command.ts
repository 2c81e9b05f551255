import type { Command } from 'commander';
import type { CreatorView } from '../api-types.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { addListOptions, type ListOptions, limitOf, onePage } from '../list-options.ts';
import type { Field } from '../output/fields.ts';
import { integer } from '../parsers.ts';

const FIELDS: readonly Field[] = [
  { name: 'name', title: 'Name', kind: 'text' },
  { name: 'usable', title: 'Usable' },
  { name: 'description', title: 'Description', kind: 'sentence' },
  { name: 'detail', title: 'Remark', kind: 'sentence' },
  { name: 'checkedAt', title: 'Checked', kind: 'time' },
  { name: 'asynchronous', title: 'Works elsewhere', detail: true },
];
const STATS_FIELDS: readonly Field[] = [
  { name: 'creator', title: 'Creator', kind: 'text' },
  { name: 'open', title: 'Open' },
  { name: 'late', title: 'Late' },
  { name: 'completed', title: 'Completed' },
  { name: 'failed', title: 'Failed' },
  { name: 'cancelled', title: 'Cancelled' },
  { name: 'givenUp', title: 'Given up' },
  { name: 'polls', title: 'Polls' },
  { name: 'pollErrors', title: 'Poll errors' },
  { name: 'callbacks', title: 'Callbacks' },
  { name: 'lastPolledAt', title: 'Last poll', kind: 'time' },
  { name: 'medianSeconds', title: 'Median s', detail: true },
];
const WORK_FIELDS: readonly Field[] = [
  { name: 'taskId', title: 'Task', kind: 'id' },
  { name: 'creator', title: 'Creator', kind: 'text' },
  { name: 'externalId', title: 'Work', kind: 'text' },
  { name: 'state', title: 'State' },
  { name: 'polls', title: 'Polls' },
  { name: 'pollErrors', title: 'Poll errors' },
  { name: 'polledAt', title: 'Last poll', kind: 'time' },
  { name: 'error', title: 'Error', kind: 'sentence' },
];
const POLL_FIELDS: readonly Field[] = [{ name: 'due', title: 'Polls due' }];

interface CreatorOptions {
  readonly refresh?: boolean;
}

interface StatsOptions {
  readonly hours: number;
}

interface WorkOptions extends ListOptions {
  readonly late?: boolean;
  readonly creator?: string;
}

export function registerCreator(program: Command, start: Start): void {
  const creator = program.command('creator').description('what writes contents, and the polls of creators that work in other systems');
  creator
    .command('list')
    .option('--refresh', 'probe each creator now')
    .description('list the creators, and whether each can be used')
    .addHelpText('after', '\nExample:\n  contenthub creator list --refresh')
    .action(start(listCreators));
  creator
    .command('stats')
    .option('--hours <n>', 'size of the window', integer(1, 720), 24)
    .description('count polls, errors, callbacks and ends of handed-over work, by creator')
    .addHelpText('after', '\nExample:\n  contenthub creator stats --hours 168')
    .action(start(showStats));
  addListOptions(creator.command('work'))
    .option('--late', 'only open work whose task is past its time limit')
    .option('--creator <name>', 'of one creator')
    .description('list work that was handed over to other systems')
    .addHelpText('after', '\nExample:\n  contenthub creator work --late')
    .action(start(listWork));
  creator
    .command('poll')
    .argument('[taskId]', 'only the work of this content task')
    .description('poll handed-over work now')
    .addHelpText('after', '\nExample:\n  contenthub creator poll task-4f1c09be77a2')
    .action(start(pollNow));
}

async function listCreators({ api, printer }: Invocation, { refresh }: CreatorOptions): Promise<void> {
  const show = printer.list(FIELDS);
  const { items } = await api.get<{ items: readonly CreatorView[] }>(refresh === true ? '/creators?refresh=true' : '/creators');
  await show(onePage({ items: items.map(({ health, ...creator }) => ({ ...creator, ...health })) }));
}

async function showStats({ api, printer }: Invocation, { hours }: StatsOptions): Promise<void> {
  const show = printer.list(STATS_FIELDS);
  await show(onePage(await api.get<{ items: readonly object[] }>(`/creator-work/stats?hours=${hours}`)));
}

async function listWork({ api, printer }: Invocation, options: WorkOptions): Promise<void> {
  const { late, creator } = options;
  const query = { ...(late === true && { late: 'true' }), ...(creator !== undefined && { creator }) };
  await printer.list<object>(WORK_FIELDS)(api.pages('/creator-work', query, limitOf(options)));
}

async function pollNow({ api, printer }: Invocation, _options: object, taskId: string | undefined): Promise<void> {
  const show = printer.one(POLL_FIELDS);
  const path = taskId === undefined ? '/creator-work/poll' : `/content-tasks/${encodeURIComponent(taskId)}/poll`;
  show(await api.create<object>(path, {}));
}
