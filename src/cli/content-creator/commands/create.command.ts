import { randomUUID } from 'node:crypto';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ApiClient } from '../../api-client.ts';
import { CliError, usageError } from '../../cli-error.ts';
import type { ExitCode } from '../../exit-code.ts';
import { Exit } from '../../exit-code.ts';
import { throwUnlessCompleted } from '../../follow.ts';
import type { Invocation } from '../../invocation.ts';
import { commaList, duration, instant, integer, jsonObject, namedValue, priority } from '../../parsers.ts';
import { followWithProgress } from '../../progress.ts';
import type { Start } from '../../starter.ts';
import { creationAccount, refuseLoop } from '../creation-account.ts';
import { resultOf } from '../content-result.ts';
import { type ContentTask, getTask, toRecord } from '../content-task.ts';
import { createdText, finishedText } from '../tool-text.ts';
import { fromWire, type WireRequest } from '../wire-request.ts';

interface CreateOptions {
  readonly topic?: string;
  readonly requirements?: string;
  readonly audience?: string;
  readonly targetAudience?: string;
  readonly keywords?: readonly string[];
  readonly tone?: string;
  readonly minWords?: number;
  readonly maxWords?: number;
  readonly imageSize?: string;
  readonly mode?: 'sync' | 'async';
  readonly async?: boolean;
  readonly priority?: number;
  readonly taskId?: string;
  readonly callbackUrl?: string;
  readonly callbackEvents?: readonly string[];
  readonly account?: string;
  readonly category?: string;
  readonly creator?: string;
  readonly option?: Readonly<Record<string, string | number | boolean>>;
  readonly autoApprove?: boolean;
  readonly allowDuplicate?: boolean;
  readonly at?: string;
  readonly request?: string;
  readonly timeout?: number;
}

/** Of POST /content-tasks: the members that are read here. */
interface RequestBody {
  readonly accountId: string;
  readonly taskId?: string;
  readonly topic?: string;
}

const HELP = 'content-creator create --help';

export function registerCreate(command: Command, start: Start): void {
  command
    .option('-t, --topic <topic>', 'what to write about')
    .option('-r, --requirements <text>', 'what the text must contain or avoid')
    .option('-a, --audience <text>', 'the readers')
    .addOption(new Option('--target-audience <text>', 'the same').hideHelp())
    .option('--keywords <words>', 'comma-separated', commaList)
    .option('--tone <tone>', 'tone of the text')
    .option('--min-words <n>', 'least number of words', integer(0, 20_000))
    .option('--max-words <n>', 'largest number of words', integer(50, 20_000))
    .addOption(new Option('--mode <mode>', 'wait for the text, or return at once').choices(['sync', 'async']))
    .addOption(new Option('--sync', 'the same as --mode sync').implies({ mode: 'sync' }))
    .addOption(new Option('--async', 'the same as --mode async').implies({ mode: 'async' }))
    .option('--priority <word>', 'low, normal, high, urgent, or 1 (last) to 10 (first)', toolPriority)
    .addOption(new Option('--type <type>', 'kind of work').choices(['content-creator']))
    .option('--task-id <id>', 'an id of your own; a repeated one starts no second work')
    .option('--callback-url <url>', 'gets a POST when the task has ended')
    .option('--callback-events <events>', 'completed, failed, timeout, cancelled; all unless given', commaList)
    .option('--account <account>', 'publishing account (env CONTENTHUB_ACCOUNT; the only active one unless given)')
    .option('--category <category>', 'section of the account')
    .option('--creator <name>', 'instead of the creator of the account')
    .option('--option <name=value>', 'option of the creator; repeatable', namedValue)
    .option('--auto-approve', 'approve automatically when the checks pass')
    .option('--no-auto-approve', 'leave the approval to an editor')
    .option('--allow-duplicate', 'write it although a recent content is about the same topic')
    .option('--at <time>', 'not before this ISO 8601 time', instant)
    .option('--request <file>', 'the request as JSON: @file, or - for stdin; with --json and without a topic, stdin')
    .option('--timeout <duration>', 'stop waiting after this long (90s, 5m); the task continues', duration)
    .addOption(new Option('--image-size <size>', 'has no effect: ContentHub draws the cover itself').hideHelp())
    .description('request a content; waits for it unless --mode async')
    .addHelpText('after', '\nExample:\n  content-creator create -t "PostgreSQL 18" -r "Two examples" --mode async --json')
    .action(start(create));
}

async function create(call: Invocation, options: CreateOptions): Promise<ExitCode | void> {
  if (options.imageSize !== undefined) call.note('Warning: --image-size has no effect: ContentHub draws the cover itself');
  const wire = await wireRequest(call, options);
  const accountId = await creationAccount(call, options.account);
  if (wire !== undefined) await refuseLoop(call, accountId, options.creator);
  call.warnIfPast(options.at);
  // The caller of a hand-over has compared the topic with its own contents.
  const wishes = wire === undefined ? {} : { ...fromWire(wire), allowDuplicate: true };
  const body: RequestBody = { accountId, ...wishes, ...bodyOf(options) };
  const task = await submitOnce(call.api, body);
  if (options.mode === 'async') return showCreated(call, task);
  return showFinished(call, task, options.timeout);
}

/** The request on stdin, of the creator `cli`. Scripts of the public tool never give --json to `create`, so they cannot wait here for input. */
async function wireRequest(call: Invocation, { request, topic, requirements }: CreateOptions): Promise<WireRequest | undefined> {
  const { terminal, printer } = call;
  const implied = topic === undefined && requirements === undefined && printer.format === 'json' && !terminal.stdin.isTTY ? '-' : undefined;
  const source = request ?? implied;
  if (source !== undefined) return jsonObject(source, terminal, HELP);
  if (topic === undefined || topic.trim() === '') throw usageError('必须提供文章主题 (a topic is needed: -t, --topic)', HELP);
  return undefined;
}

function bodyOf(options: CreateOptions): object {
  const { topic, requirements, keywords, tone, minWords, maxWords, priority: rank, taskId, callbackUrl, callbackEvents } = options;
  const { category, creator, option: creatorOptions, autoApprove, allowDuplicate, at: runAt } = options;
  const audience = options.audience ?? options.targetAudience;
  const wishes = { topic, requirements, keywords, tone, audience, minWords, maxWords, category, creator, creatorOptions };
  const handling = { priority: rank, taskId, callbackUrl, callbackEvents, autoApprove, allowDuplicate, runAt };
  return Object.fromEntries(Object.entries({ ...wishes, ...handling }).filter(([, value]) => value !== undefined));
}

/**
 * A repeated task id gets the task that it started: the idempotency key covers repetitions, the look-up those after a day. Scripts of the
 * public tool expect a UUID.
 */
async function submitOnce(api: ApiClient, given: RequestBody): Promise<ContentTask> {
  const { taskId = randomUUID(), topic } = given;
  try {
    return await api.create<ContentTask>('/content-tasks', { ...given, taskId }, `content-creator:${taskId}`);
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== 'task_id_taken') throw error;
    const stored = await getTask(api, taskId);
    if (stored.topic === (topic ?? null)) return stored;
    throw new CliError(Exit.conflict, 'task_id_taken', `The task id ${taskId} belongs to a task about another topic`, HELP);
  }
}

function showCreated(call: Invocation, task: ContentTask): void {
  if (call.printer.format === 'json') call.printer.data(toRecord(task));
  else call.printer.text(createdText(task));
  call.note(`Next: content-creator status -t ${task.taskId}`);
}

async function showFinished(call: Invocation, { taskId, executionId }: ContentTask, timeoutMs: number | undefined): Promise<void> {
  throwUnlessCompleted(await followWithProgress(call, executionId, timeoutMs));
  const task = await getTask(call.api, taskId);
  const { markdown, score, json } = await resultOf(call.api, task);
  if (call.printer.format === 'json') call.printer.data(json);
  else call.printer.text(finishedText(task, markdown, { score, people: call.terminal.stdout.isTTY === true }));
}

/** The tool says normal where ContentHub says medium. */
function toolPriority(word: string): number {
  try {
    return priority(word === 'normal' ? 'medium' : word);
  } catch {
    throw new InvalidArgumentError('It must be low, normal, high, urgent, or 1 to 10.');
  }
}
