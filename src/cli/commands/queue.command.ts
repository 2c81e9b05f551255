import type { Command } from 'commander';
import type { QueueView } from '../api-types.ts';
import { BULK_RESULT_FIELDS, type BulkOptions, performBulk } from '../bulk.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { QUEUE_FIELDS } from '../output/fields.ts';

export function registerQueue(program: Command, start: Start): void {
  const queue = program.command('queue').description('list, pause, resume and drain queues');
  queue
    .command('list')
    .description('list the queues; slots are those of the process that answers')
    .addHelpText('after', '\nExample:\n  contenthub queue list -o csv')
    .action(start(listQueues));
  queue
    .command('show')
    .argument('<name>')
    .description('show one queue')
    .addHelpText('after', '\nExample:\n  contenthub queue show content -o json')
    .action(start(showQueue));
  queue
    .command('pause')
    .argument('<name>')
    .description('stop dispatching tasks of a queue; running tasks finish')
    .addHelpText('after', '\nExample:\n  contenthub queue pause content')
    .action(start(pauseQueue));
  queue
    .command('resume')
    .argument('<name>')
    .description('dispatch tasks of a queue again')
    .addHelpText('after', '\nExample:\n  contenthub queue resume content')
    .action(start(resumeQueue));
  queue
    .command('drain')
    .argument('<name>')
    .option('--dry-run', 'only count what would be cancelled')
    .option('--yes', 'do not ask')
    .description('cancel the waiting tasks of a queue; running tasks finish')
    .addHelpText('after', '\nExample:\n  contenthub queue drain content --dry-run')
    .action(start(drainQueue));
}

const pathOf = (name: string) => `/queues/${encodeURIComponent(name)}`;

async function listQueues({ api, printer }: Invocation): Promise<void> {
  const show = printer.list<QueueView>(QUEUE_FIELDS);
  const { items } = await api.get<{ items: QueueView[] }>('/queues');
  await show([{ items, nextCursor: null }]);
}

async function showQueue({ api, printer }: Invocation, _options: object, name: string): Promise<void> {
  const show = printer.one(QUEUE_FIELDS);
  show(await api.get<QueueView>(pathOf(name)));
}

async function pauseQueue({ api, printer }: Invocation, _options: object, name: string): Promise<void> {
  const show = printer.one(QUEUE_FIELDS);
  show(await api.create<QueueView>(`${pathOf(name)}/pause`, undefined));
}

async function resumeQueue({ api, printer }: Invocation, _options: object, name: string): Promise<void> {
  const show = printer.one(QUEUE_FIELDS);
  show(await api.create<QueueView>(`${pathOf(name)}/resume`, undefined));
}

async function drainQueue(call: Invocation, options: BulkOptions, name: string): Promise<void> {
  const act = { path: `${pathOf(name)}/drain`, request: {}, preview: { preview: true }, fields: BULK_RESULT_FIELDS };
  await performBulk(call, { ...act, verb: 'cancels', next: `contenthub queue drain ${name} --yes` }, options);
}
