import { Option, type Command } from 'commander';
import { usageError } from '../cli-error.ts';
import type { PoolEntryView } from '../api-types.ts';
import { accountIdOf, getContent, getPoolEntry } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { addListOptions, type ListOptions, limitOf, onePage } from '../list-options.ts';
import type { Field } from '../output/fields.ts';
import { POOL_FIELDS } from '../output/pool-fields.ts';
import { commaList, integer } from '../parsers.ts';
import { registerMove } from './pool-move.command.ts';
import { POOL_STATUSES } from '../../core/publishing/pool.ts';

interface PoolFilter extends ListOptions {
  readonly account?: string;
  readonly status?: string;
}

interface AddOptions {
  readonly channel?: string[];
  readonly at?: string;
  readonly priority?: number;
}

interface NoteOptions {
  readonly note?: string;
}

interface SettleOptions extends NoteOptions {
  readonly published?: boolean;
  readonly absent?: boolean;
  readonly url?: string;
}

const HISTORY_FIELDS: readonly Field[] = [
  { name: 'at', title: 'Time', kind: 'time' },
  { name: 'transition', title: 'Transition' },
  { name: 'toStatus', title: 'Status', kind: 'status' },
  { name: 'actor', title: 'By', kind: 'actor' },
  { name: 'error', title: 'Error', kind: 'error' },
  { name: 'note', title: 'Note', kind: 'text' },
  { name: 'scheduledAt', title: 'Scheduled', kind: 'time', detail: true },
];
const STATUS_FIELDS: readonly Field[] = [
  { name: 'pending', title: 'Pending' },
  { name: 'publishing', title: 'Publishing' },
  { name: 'failed', title: 'Failed' },
  { name: 'outcomeUnknown', title: 'Outcome unknown' },
  { name: 'overdue', title: 'Overdue' },
];
const ENTRY = 'id of the entry';

export function registerPool(program: Command, start: Start): void {
  const pool = program.command('pool').description('the publish pool: what is published where and when');
  addListOptions(pool.command('list'))
    .option('--account <account>', 'only of this account (id or exact name)')
    .addOption(new Option('--status <status>', 'only in this state').choices(POOL_STATUSES))
    .description('list entries, newest first')
    .addHelpText('after', '\nExample:\n  contenthub pool list --status outcome_unknown')
    .action(start(listEntries));
  pool
    .command('status')
    .option('--account <account>', 'only of this account (id or exact name)')
    .description('count the entries that are not published, and those that are overdue')
    .addHelpText('after', '\nExample:\n  contenthub pool status')
    .action(start(showStatus));
  pool
    .command('show')
    .argument('<entry>', ENTRY)
    .description('show one entry, and why it is not out')
    .addHelpText('after', '\nExample:\n  contenthub pool show 2f4b6c8d0e1f')
    .action(start(showEntry));
  pool
    .command('history')
    .argument('<entry>', ENTRY)
    .description('show every transition of an entry')
    .addHelpText('after', '\nExample:\n  contenthub pool history 2f4b6c8d0e1f')
    .action(start(showHistory));
  pool
    .command('add')
    .argument('<content>', 'id of the content, or of the task or execution that made it')
    .option('--channel <channels>', 'comma list of channels of the account; all that are enabled unless given', commaList)
    .option('--at <time>', 'local time of the account, such as 2027-03-28T09:00; the next free slot unless given')
    .option('--priority <1-10>', '10 first', integer(1, 10))
    .description('add a content to the pool: it is published once it is approved and due')
    .addHelpText('after', '\nExample:\n  contenthub pool add 2f4b6c8d0e1f --channel site')
    .action(start(addContent));
  registerMove(pool, start);
  for (const [action, description] of [
    ['publish-now', 'make a pending entry due now'],
    ['pull', 'take an entry out of the pool'],
    ['restore', 'put a pulled entry back'],
    ['retry', 'send a failed entry again'],
  ] as const) {
    const command = pool.command(action).argument('<entry>', ENTRY).description(description);
    if (action === 'pull' || action === 'retry') command.option('--note <text>', 'for the history');
    command
      .addHelpText('after', `\nExample:\n  contenthub pool ${action} 2f4b6c8d0e1f`)
      .action(start((call: Invocation, options: NoteOptions, id: string) => change(call, action, options, id)));
  }
  pool
    .command('settle')
    .argument('<entry>', ENTRY)
    .option('--published', 'the text is at the channel')
    .option('--absent', 'it is not: it is sent again')
    .option('--url <url>', 'the address of the page')
    .option('--note <text>', 'for the history')
    .description('say what you saw at the channel about an entry whose outcome is unknown')
    .addHelpText('after', '\nExample:\n  contenthub pool settle 2f4b6c8d0e1f --published --url https://blog.example.org/a')
    .action(start(settleEntry));
}

async function listEntries({ api, printer }: Invocation, { account, status, ...list }: PoolFilter): Promise<void> {
  const show = printer.list<PoolEntryView>(POOL_FIELDS);
  const accountId = account === undefined ? undefined : await accountIdOf(api, account);
  await show(api.pages<PoolEntryView>('/pool', { accountId, status }, limitOf(list)));
}

async function showStatus({ api, printer }: Invocation, { account }: PoolFilter): Promise<void> {
  const show = printer.one(STATUS_FIELDS);
  const accountId = account === undefined ? undefined : await accountIdOf(api, account);
  show(await api.get<object>(`/pool/status${accountId === undefined ? '' : `?accountId=${accountId}`}`));
}

async function showEntry({ api, printer }: Invocation, _options: object, id: string): Promise<void> {
  const show = printer.one(POOL_FIELDS);
  show(await getPoolEntry(api, id));
}

async function showHistory({ api, printer }: Invocation, _options: object, id: string): Promise<void> {
  const show = printer.list(HISTORY_FIELDS);
  const { id: entryId } = await getPoolEntry(api, id);
  await show(onePage(await api.get<{ items: readonly object[] }>(`/pool/${entryId}/history`)));
}

async function addContent({ api, printer }: Invocation, { channel, at, priority }: AddOptions, id: string): Promise<void> {
  const show = printer.list<object>(POOL_FIELDS);
  const { id: contentId } = await getContent(api, id);
  const wish = { channels: channel, at, priority };
  await show(onePage(await api.create<{ items: readonly object[] }>(`/contents/${contentId}/publish`, wish)));
}

async function change({ api, printer }: Invocation, action: string, { note }: NoteOptions, id: string): Promise<void> {
  const show = printer.one(POOL_FIELDS);
  const { id: entryId, version } = await getPoolEntry(api, id);
  show(await api.change<PoolEntryView>(`/pool/${entryId}/${action}`, { note }, version));
}

async function settleEntry({ api, printer }: Invocation, { published, absent, url, note }: SettleOptions, id: string): Promise<void> {
  if (published === absent) throw usageError('Say what you saw: --published or --absent', 'contenthub pool settle --help');
  const show = printer.one(POOL_FIELDS);
  const { id: entryId, version } = await getPoolEntry(api, id);
  show(await api.change<PoolEntryView>(`/pool/${entryId}/settle`, { published: published === true, externalUrl: url, note }, version));
}
