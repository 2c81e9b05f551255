import { type Command, Option } from 'commander';
import type { ApiClient } from '../api-client.ts';
import type { ContentView, Page } from '../api-types.ts';
import { accountIdOf, getContent } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { addListOptions, type ListOptions, limitOf } from '../list-options.ts';
import { CONTENT_FIELDS } from '../output/fields.ts';
import { multiLine } from '../output/plain-text.ts';
import { withPreviewLink } from '../preview-link.ts';
import { registerAttachments } from './content-attach.command.ts';
import { registerEdit } from './content-edit.command.ts';
import { registerGenerate } from './content-generate.command.ts';
import { registerPublish } from './content-publish.command.ts';
import { registerReview } from './content-review.command.ts';

interface ContentFilter extends ListOptions {
  readonly account?: string;
  readonly reviewStatus?: string;
  readonly kind?: string;
}

interface ShowOptions {
  readonly format?: 'markdown' | 'html' | 'json';
}

export function registerContent(program: Command, start: Start): void {
  const content = program.command('content').description('generate, read and review content');
  registerGenerate(content, start);
  addListOptions(content.command('list'))
    .option('--account <account>', 'only of this account (id or exact name)')
    .addOption(new Option('--review-status <status>', 'only in this state').choices(['draft', 'pending_review', 'approved', 'rejected']))
    .addOption(new Option('--kind <kind>', 'only of this kind').choices(['article', 'digest', 'data', 'brief', 'sample']))
    .description('list contents, newest first')
    .addHelpText('after', '\nExample:\n  contenthub content list --review-status pending_review --columns id,title')
    .action(start(listContents));
  content
    .command('show')
    .argument('<id>', 'id of the content, or of the task or execution that made it')
    .addOption(new Option('--format <format>', 'only the body, or all as JSON').choices(['markdown', 'html', 'json']))
    .description('show one content')
    .addHelpText('after', '\nExample:\n  contenthub content show task-20261123-01 --format markdown > article.md')
    .action(start(showContent));
  registerEdit(content, start);
  registerAttachments(content, start);
  registerReview(content, start);
  registerPublish(content, start);
}

async function listContents({ api, printer }: Invocation, { account, reviewStatus, kind, ...list }: ContentFilter): Promise<void> {
  const show = printer.list<ContentView>(CONTENT_FIELDS);
  const accountId = account === undefined ? undefined : await accountIdOf(api, account);
  await show(withLinks(api, api.pages<ContentView>('/contents', { accountId, reviewStatus, kind }, limitOf(list))));
}

async function* withLinks(api: ApiClient, pages: AsyncIterable<Page<ContentView>>): AsyncGenerator<Page<ContentView>> {
  for await (const page of pages) yield { ...page, items: page.items.map((content) => withPreviewLink(api, content)) };
}

async function showContent({ api, printer, terminal }: Invocation, { format }: ShowOptions, id: string): Promise<void> {
  const show = printer.one(CONTENT_FIELDS);
  const content = await getContent(api, id);
  const body = (text: string): void => printer.text(`${terminal.stdout.isTTY ? multiLine(text) : text}\n`);
  if (format === 'json') printer.data(content);
  else if (format) body(format === 'html' ? content.bodyHtml : content.bodyMarkdown);
  else {
    show(content);
    if (printer.format === 'table') body(`\n${content.bodyMarkdown}`);
  }
}
