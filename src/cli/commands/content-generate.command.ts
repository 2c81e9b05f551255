import type { Command } from 'commander';
import type { ContentTaskView, ContentView } from '../api-types.ts';
import { CliError, usageError } from '../cli-error.ts';
import { Exit } from '../exit-code.ts';
import { throwUnlessCompleted } from '../follow.ts';
import { isUuid } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { CONTENT_TASK_FIELDS, type Field } from '../output/fields.ts';
import { singleLine } from '../output/plain-text.ts';
import { commaList, duration, headerText, instant, namedValue, priority } from '../parsers.ts';
import { withPreviewLink } from '../preview-link.ts';
import { followWithProgress } from '../progress.ts';
import { printSubmitted } from '../submitted.ts';

interface GenerateOptions {
  readonly account?: string;
  readonly csv?: string;
  readonly dryRun?: boolean;
  readonly skipBad?: boolean;
  readonly yes?: boolean;
  readonly topic?: string;
  readonly keywords?: readonly string[];
  readonly category?: string;
  readonly requirements?: string;
  readonly tone?: string;
  readonly creator?: string;
  readonly option?: Readonly<Record<string, string | number | boolean>>;
  readonly priority?: number;
  readonly async?: boolean;
  readonly autoApprove?: boolean;
  readonly allowDuplicate?: boolean;
  readonly at?: string;
  readonly taskId?: string;
  readonly idempotencyKey?: string;
  readonly timeout?: number;
}

type OneOptions = Omit<GenerateOptions, 'csv' | 'account'> & { readonly account: string };

const HELP = 'contenthub content generate --help';
const GENERATED_FIELDS: readonly Field[] = [
  { name: 'title', title: 'Title', kind: 'text' },
  { name: 'wordCount', title: 'Words' },
  { name: 'qualityScore', title: 'Score' },
  { name: 'reviewStatus', title: 'Review', kind: 'status' },
  { name: 'previewUrl', title: 'URL' },
  { name: 'id', title: 'ID' },
];

export function registerGenerate(content: Command, start: Start): void {
  content
    .command('generate')
    .option('--account <account>', 'publishing account (id or name)')
    .option('--topic <topic>', 'what to write about; chosen automatically if absent')
    .option('--keywords <words>', 'comma-separated', commaList)
    .option('--category <category>', 'section of the account')
    .option('--requirements <text>', 'what the text must contain or avoid')
    .option('--tone <tone>', 'tone of the text')
    .option('--creator <name>', 'instead of the creator of the account')
    .option('--option <name=value>', 'option of the creator, such as form=digest or template=@file; repeatable', namedValue)
    .option('--priority <n>', '1 (last) to 10 (first), or low, medium, high, urgent', priority)
    .option('--async', 'submit, print the id and return')
    .option('--auto-approve', 'approve automatically when the checks pass')
    .option('--no-auto-approve', 'leave the approval to an editor')
    .option('--allow-duplicate', 'write it although a recent content is about the same topic')
    .option('--at <time>', 'not before this ISO 8601 time', instant)
    .option('--task-id <id>', 'a unique id of your own for the task')
    .option('--idempotency-key <key>', 'requests with the same key run once', headerText)
    .option('--timeout <duration>', 'stop waiting after this long (90s, 5m)', duration)
    .option('--csv <file>', 'a content for each line: account_id, topic, keywords, priority, auto_approve; - for stdin')
    .option('--dry-run', 'with --csv: check the file and show what would be requested')
    .option('--skip-bad', 'with --csv: leave wrong lines out instead of submitting nothing')
    .option('--yes', 'with --csv: do not ask')
    .description('generate one content and wait for it, or --async; --csv requests many')
    .addHelpText(
      'after',
      '\nExample:\n  contenthub content generate --account "Tech Weekly" --topic "PostgreSQL 18" --keywords index,vacuum',
    )
    .action(start(generate));
}

async function generate(call: Invocation, options: GenerateOptions): Promise<void> {
  const { account, csv, ...single } = options;
  if (csv !== undefined) return generateMany(call, csv, options);
  if (account === undefined) throw usageError("required option '--account <account>' not specified", HELP);
  const ofCsv = (['dryRun', 'skipBad', 'yes'] as const).find((name) => options[name] !== undefined);
  if (ofCsv !== undefined) throw usageError('--dry-run, --skip-bad and --yes are for --csv', HELP);
  return generateOne(call, { ...single, account });
}

/** A file says everything that differs between its lines, so an option for all of them would contradict some. */
async function generateMany(call: Invocation, csv: string, options: GenerateOptions): Promise<void> {
  const known = new Set(['csv', 'dryRun', 'skipBad', 'yes', 'idempotencyKey', 'async']);
  const other = Object.keys(options).find((name) => !known.has(name));
  if (other !== undefined) throw usageError(`--csv cannot be combined with --${kebab(other)}`, HELP);
  const { generateFromCsv } = await import('./content-csv.ts'); // with its parser
  return generateFromCsv(call, { ...options, csv });
}

async function generateOne(call: Invocation, { async, idempotencyKey, timeout, ...request }: OneOptions): Promise<void> {
  const { api, printer } = call;
  const show = printer.one(async ? CONTENT_TASK_FIELDS : GENERATED_FIELDS);
  call.warnIfPast(request.at);
  const task = await api.create<ContentTaskView>('/content-tasks', requestBody(request), idempotencyKey);
  if (!async) {
    const content = await finishedContent(call, task, timeout);
    show(content);
    for (const { detail } of content.checks) call.note(`Warning: ${singleLine(detail)}`);
    return;
  }
  printSubmitted(call, task.taskId, () => show(task));
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function requestBody({ account, at, ...fields }: Omit<OneOptions, 'async' | 'idempotencyKey' | 'timeout'>): object {
  const { option: creatorOptions, ...sent } = fields;
  const who = isUuid(account) ? { accountId: account.toLowerCase() } : { account };
  return { ...who, ...sent, creatorOptions, runAt: at };
}

async function finishedContent(
  call: Invocation,
  { taskId, executionId }: ContentTaskView,
  timeoutMs: number | undefined,
): Promise<ContentView> {
  throwUnlessCompleted(await followWithProgress(call, executionId, timeoutMs));
  const { contentId } = await call.api.get<ContentTaskView>(`/content-tasks/${executionId}`);
  if (contentId === null)
    throw new CliError(Exit.failed, 'no_content', 'The task is completed but has no content', `contenthub task logs ${taskId}`);
  return withPreviewLink(call.api, await call.api.get<ContentView>(`/contents/${contentId}`));
}
