import { type Command, Option } from 'commander';
import { TOPIC_STATUSES } from '../../core/topics/topic-states.ts';
import type { SuggestionsView, TopicImportView, TopicView } from '../api-types.ts';
import { usageError } from '../cli-error.ts';
import { accountIdOf, getTopic, isUuid } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { addListOptions, type ListOptions, limitOf, onePage } from '../list-options.ts';
import type { Field } from '../output/fields.ts';
import { commaList, instant, integer, readSource } from '../parsers.ts';

interface TopicFilter extends ListOptions {
  readonly account?: string;
  readonly status?: string;
  readonly series?: string;
}

interface AddOptions {
  readonly account: string;
  readonly keywords?: readonly string[];
  readonly section?: string;
  readonly sourceUrl?: string;
  readonly series?: string;
  readonly number?: number;
  readonly expiresAt?: string;
}

interface ImportOptions {
  readonly account: string;
  readonly file?: string;
  readonly feeds?: true;
  readonly dryRun?: boolean;
}

interface SuggestOptions {
  readonly account: string;
  readonly count?: number;
  readonly save?: true;
}

/** Reasons and skipped titles of an import or a search. */
interface Remarks {
  readonly skipped: readonly { readonly title: string; readonly code: string; readonly detail: string }[];
  readonly reasons: readonly { readonly detail: string }[];
}

const FIELDS: readonly Field[] = [
  { name: 'id', title: 'ID', kind: 'id' },
  { name: 'title', title: 'Title', kind: 'text' },
  { name: 'status', title: 'Status', kind: 'status' },
  { name: 'scores', title: 'Score', kind: 'score' },
  { name: 'section', title: 'Section' },
  { name: 'origin', title: 'Origin' },
  { name: 'keywords', title: 'Keywords', kind: 'list', detail: true },
  { name: 'series', title: 'Series', kind: 'text', detail: true },
  { name: 'number', title: 'Part', detail: true },
  { name: 'sourceUrl', title: 'Source', detail: true },
  { name: 'reason', title: 'Reason', kind: 'text', detail: true },
  { name: 'reservedBy', title: 'Task', detail: true },
  { name: 'contentId', title: 'Content', detail: true },
  { name: 'expiresAt', title: 'Expires', kind: 'time', detail: true },
  { name: 'accountId', title: 'Account', detail: true },
];
const SUGGESTION_FIELDS: readonly Field[] = [
  { name: 'title', title: 'Title', kind: 'text' },
  { name: 'scores', title: 'Score', kind: 'score' },
  { name: 'section', title: 'Section' },
  { name: 'origin', title: 'Origin' },
  { name: 'sourceUrl', title: 'Source', detail: true },
];
const ACCOUNT = ['--account <account>', 'publishing account (id or exact name)'] as const;
const TOPIC = 'id of the topic';

export function registerTopic(program: Command, start: Start): void {
  const topic = program.command('topic').description('the backlog of topics of each account');
  addListOptions(topic.command('list'))
    .option('--account <account>', 'only of this account (id or exact name)')
    .addOption(new Option('--status <status>', 'only in this state').choices(TOPIC_STATUSES))
    .option('--series <series>', 'only parts of this series')
    .description('list topics, newest first')
    .addHelpText('after', '\nExample:\n  contenthub topic list --account contenthub-notes --status open')
    .action(start(listTopics));
  topic
    .command('add')
    .argument('<title>')
    .requiredOption(...ACCOUNT)
    .option('--keywords <words>', 'comma-separated', commaList)
    .option('--section <code>', 'section of the account; the one whose keywords the topic names unless given')
    .option('--source-url <url>', 'address of the source')
    .option('--series <series>', 'the series that it is a part of; with --number')
    .option('--number <n>', 'the part of the series', integer(1, 10_000))
    .option('--expires-at <time>', 'it is not picked after this ISO 8601 time', instant)
    .description('add a topic')
    .addHelpText('after', '\nExample:\n  contenthub topic add "How a lease is renewed" --account contenthub-notes')
    .action(start(addTopic));
  topic
    .command('import')
    .requiredOption(...ACCOUNT)
    .option('-f, --file <file>', 'a title on each line, or a .csv file with a header; - for lines of stdin')
    .option('--feeds', 'the items of the feeds of the account')
    .option('--dry-run', 'only show what would be added')
    .description('add many topics; what is known already is left out, and named')
    .addHelpText('after', '\nExample:\n  contenthub topic import --account contenthub-notes --file topics.csv')
    .action(start(importTopics));
  topic
    .command('suggest')
    .requiredOption(...ACCOUNT)
    .option('--count <n>', 'how many; 10 unless given', integer(1, 200))
    .option('--save', 'add them to the backlog')
    .description('find topics in the sources of an account and in its unfinished requests')
    .addHelpText('after', '\nExample:\n  contenthub topic suggest --account contenthub-notes --count 5')
    .action(start(suggestTopics));
  topic
    .command('reject')
    .argument('<topic>', TOPIC)
    .option('--reason <text>', 'why')
    .description('reject a topic: it is neither picked nor suggested again')
    .addHelpText('after', '\nExample:\n  contenthub topic reject 2f4b6c8d0e1f --reason "old news"')
    .action(start(rejectTopic));
  topic
    .command('restore')
    .argument('<topic>', TOPIC)
    .description('put a rejected or expired topic back')
    .addHelpText('after', '\nExample:\n  contenthub topic restore 2f4b6c8d0e1f')
    .action(start(restoreTopic));
}

async function listTopics({ api, printer }: Invocation, { account, status, series, ...list }: TopicFilter): Promise<void> {
  const show = printer.list<TopicView>(FIELDS);
  const accountId = account === undefined ? undefined : await accountIdOf(api, account);
  await show(api.pages<TopicView>('/topics', { accountId, status, series }, limitOf(list)));
}

async function addTopic({ api, printer }: Invocation, { account, ...given }: AddOptions, title: string): Promise<void> {
  const show = printer.one(FIELDS);
  show(await api.create<TopicView>('/topics', { ...ofAccount(account), title, ...given }));
}

async function importTopics(call: Invocation, { account, file, feeds, dryRun }: ImportOptions): Promise<void> {
  if ((file === undefined) === (feeds === undefined))
    throw usageError('Say what to import: --file or --feeds', 'contenthub topic import --help');
  const show = call.printer.list<object>(dryRun ? FIELDS.filter(({ name }) => name !== 'id') : FIELDS);
  const what = file === undefined ? { feeds: true } : await listIn(call, file);
  const answer = await call.api.create<TopicImportView>('/topics/import', { ...ofAccount(account), ...what, dryRun });
  await show(onePage({ items: answer.created }));
  remark(call, answer);
  if (dryRun) call.note(`${answer.created.length} topics would be added. Nothing was stored`);
}

async function listIn({ terminal }: Invocation, file: string): Promise<object> {
  const words = await readSource(file === '-' ? file : `@${file}`, terminal, 'contenthub topic import --help');
  return /\.csv$/i.test(file) ? { csv: words } : { lines: words.split('\n') };
}

async function suggestTopics(call: Invocation, { account, count, save }: SuggestOptions): Promise<void> {
  const show = call.printer.list<object>(SUGGESTION_FIELDS);
  const body = { ...ofAccount(account), limit: count, save };
  const answer = await call.api.create<SuggestionsView>('/topics/suggest', body);
  await show(onePage(answer));
  remark(call, { ...answer, skipped: [] });
  if (save) call.note(`${answer.saved.length} topics were added to the backlog`);
}

async function rejectTopic({ api, printer }: Invocation, { reason }: { reason?: string }, id: string): Promise<void> {
  const show = printer.one(FIELDS);
  const { id: topicId, version } = await getTopic(api, id);
  show(await api.change<TopicView>(`/topics/${topicId}/reject`, { reason }, version));
}

async function restoreTopic({ api, printer }: Invocation, _options: object, id: string): Promise<void> {
  const show = printer.one(FIELDS);
  const { id: topicId, version } = await getTopic(api, id);
  show(await api.change<TopicView>(`/topics/${topicId}/restore`, undefined, version));
}

function ofAccount(account: string): object {
  return isUuid(account) ? { accountId: account.toLowerCase() } : { account };
}

function remark(call: Invocation, { skipped, reasons }: Remarks): void {
  for (const { title, detail } of skipped) call.note(`Left out: "${title}": ${detail}`);
  for (const { detail } of reasons) call.note(detail);
}
