import { Option, type Command } from 'commander';
import { RETURN_REASONS } from '../../core/review/review.ts';
import type { ContentDiff, ContentTaskView, ContentView, DiffPartView } from '../api-types.ts';
import { accountIdOf, getContent } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { addListOptions, type ListOptions, limitOf, onePage } from '../list-options.ts';
import { CONTENT_FIELDS, CONTENT_TASK_FIELDS, type Field } from '../output/fields.ts';
import { multiLine } from '../output/plain-text.ts';
import { withPreviewLink } from '../preview-link.ts';
import { printSubmitted } from '../submitted.ts';

interface QueueOptions extends ListOptions {
  readonly account?: string;
}

interface DecisionOptions {
  readonly reason?: readonly string[];
  readonly note?: string;
}

interface RewriteOptions {
  readonly instruction?: string;
  readonly creator?: string;
}

const QUEUE_FIELDS: readonly Field[] = [
  { name: 'id', title: 'ID', kind: 'id' },
  { name: 'risk', title: 'Risk' },
  { name: 'title', title: 'Title', kind: 'text' },
  { name: 'accountName', title: 'Account', kind: 'text' },
  { name: 'reasons', title: 'Reasons', kind: 'list' },
  { name: 'qualityScore', title: 'Score' },
  { name: 'kind', title: 'Kind', detail: true },
  { name: 'wordCount', title: 'Words', detail: true },
  { name: 'mode', title: 'Mode', detail: true },
  { name: 'version', title: 'Version', detail: true },
  { name: 'createdAt', title: 'Created', kind: 'time' },
];
const HISTORY_FIELDS: readonly Field[] = [
  { name: 'at', title: 'Time', kind: 'time' },
  { name: 'transition', title: 'Transition' },
  { name: 'toStatus', title: 'Review', kind: 'status' },
  { name: 'actor', title: 'By', kind: 'actor' },
  { name: 'reasons', title: 'Reasons', kind: 'list' },
  { name: 'note', title: 'Note', kind: 'text' },
  { name: 'version', title: 'Version' },
  { name: 'fromStatus', title: 'Before', kind: 'status', detail: true },
  { name: 'packageHash', title: 'Package', detail: true },
];
const ID = 'id of the content, or of the task or execution that made it';

/** The commands of a reviewer, below `content`. */
export function registerReview(content: Command, start: Start): void {
  addListOptions(content.command('queue'))
    .option('--account <account>', 'only of this account (id or exact name)')
    .description('list what waits for a review: the highest risk first')
    .addHelpText('after', '\nExample:\n  contenthub content queue --limit 10')
    .action(start(showQueue));
  for (const [action, description] of [
    ['submit', 'send a draft to review'],
    ['approve', 'approve the current version'],
    ['reopen', 'send a rejected content to review again'],
  ] as const) {
    content
      .command(action)
      .argument('<id>', ID)
      .option('--note <text>', 'for the history of the review; never published')
      .description(description)
      .addHelpText('after', `\nExample:\n  contenthub content ${action} 2f4b6c8d0e1f`)
      .action(start((call: Invocation, options: DecisionOptions, id: string) => decide(call, action, options, id)));
  }
  for (const [action, description] of [
    ['return', 'send a content back to its writer, as a draft'],
    ['reject', 'reject a content; it can be reopened'],
  ] as const) {
    content
      .command(action)
      .argument('<id>', ID)
      .addOption(new Option('--reason <codes...>', 'why').choices(RETURN_REASONS).makeOptionMandatory())
      .option('--note <text>', 'what to change; never published')
      .description(description)
      .addHelpText('after', `\nExample:\n  contenthub content ${action} 2f4b6c8d0e1f --reason too_long --note "Half of it."`)
      .action(start((call: Invocation, options: DecisionOptions, id: string) => decide(call, action, options, id)));
  }
  content
    .command('rewrite')
    .argument('<id>', ID)
    .option('--instruction <text>', 'what to change, besides the reasons and the note of the review')
    .option('--creator <name>', 'instead of the creator of the first attempt')
    .description('write a returned or rejected content again, and return at once')
    .addHelpText('after', '\nExample:\n  contenthub content rewrite 2f4b6c8d0e1f --instruction "Begin with the price."')
    .action(start(rewrite));
  content
    .command('history')
    .argument('<id>', ID)
    .description('show who decided what about a content')
    .addHelpText('after', '\nExample:\n  contenthub content history 2f4b6c8d0e1f')
    .action(start(showHistory));
  content
    .command('diff')
    .argument('<id>', ID)
    .description('show what the last edit changed: [-removed-] {+added+}')
    .addHelpText('after', '\nExample:\n  contenthub content diff 2f4b6c8d0e1f')
    .action(start(showDiff));
}

async function showQueue({ api, printer }: Invocation, { account, ...list }: QueueOptions): Promise<void> {
  const show = printer.list(QUEUE_FIELDS);
  const accountId = account === undefined ? undefined : await accountIdOf(api, account);
  await show(api.pages('/reviews', { accountId }, limitOf(list)));
}

async function decide({ api, printer }: Invocation, action: string, { reason, note }: DecisionOptions, id: string): Promise<void> {
  const show = printer.one(CONTENT_FIELDS);
  const { id: contentId, version } = await getContent(api, id);
  const decided = await api.change<ContentView>(`/contents/${contentId}/${action}`, { reasons: reason, note }, version);
  show(withPreviewLink(api, decided));
}

async function rewrite(call: Invocation, { instruction, creator }: RewriteOptions, id: string): Promise<void> {
  const { api, printer } = call;
  const show = printer.one(CONTENT_TASK_FIELDS);
  const { id: contentId, version } = await getContent(api, id);
  const task = await api.change<ContentTaskView>(`/contents/${contentId}/rewrite`, { instruction, creator }, version);
  printSubmitted(call, task.taskId, () => show(task));
}

async function showHistory({ api, printer }: Invocation, _options: object, id: string): Promise<void> {
  const show = printer.list(HISTORY_FIELDS);
  const { id: contentId } = await getContent(api, id);
  await show(onePage(await api.get<{ items: readonly object[] }>(`/contents/${contentId}/reviews`)));
}

async function showDiff({ api, printer, terminal }: Invocation, _options: object, id: string): Promise<void> {
  const { id: contentId } = await getContent(api, id);
  const diff = await api.get<ContentDiff>(`/contents/${contentId}/diff`);
  if (printer.isStructured) return printer.data(diff);
  const text = [`v${diff.from} → v${diff.to}`, marked(diff.title), marked(diff.bodyMarkdown)].join('\n\n');
  printer.text(`${terminal.stdout.isTTY ? multiLine(text) : text}\n`);
}

function marked(parts: readonly DiffPartView[]): string {
  const marks = { same: (text: string) => text, added: (text: string) => `{+${text}+}`, removed: (text: string) => `[-${text}-]` };
  return parts.map(({ change, text }) => marks[change](text)).join('');
}
