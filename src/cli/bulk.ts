import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ExecutionReceipt, type ExecutionView, TASK_STATUSES, type BulkFilter, type BulkPreview } from './api-types.ts';
import { throwUnlessCompleted } from './follow.ts';
import { executionIdOf } from './identify.ts';
import type { Invocation } from './invocation.ts';
import type { Field } from './output/fields.ts';
import { oneOf, since } from './parsers.ts';
import { followWithProgress } from './progress.ts';
import { confirm } from './prompt.ts';

type Status = (typeof TASK_STATUSES)[number];

export interface FilterOptions {
  readonly status?: readonly Status[];
  readonly filter?: BulkFilter;
}

export interface BulkOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

const WORDS = ['status', 'taskName', 'queue', 'since', 'until', 'batchId', 'errorCode'] as const;

const PREVIEW_FIELDS: readonly Field[] = [
  { name: 'matched', title: 'Matched' },
  { name: 'eligible', title: 'Eligible' },
  { name: 'skipped', title: 'Skipped', kind: 'text' },
  { name: 'summary', title: 'Summary', kind: 'text' },
];

export function addFilterOptions(command: Command): Command {
  return command
    .addOption(new Option('--status <status>', 'only those in this state (repeatable)').argParser(addStatus))
    .addOption(new Option('--filter <word=value>', `only those that match (repeatable; ${WORDS.join(', ')})`).argParser(addWord));
}

function addStatus(value: string, before: readonly Status[] = []): Status[] {
  return [...before, oneOf(TASK_STATUSES, value)];
}

function addWord(pair: string, before: BulkFilter = {}): BulkFilter {
  const [, word = '', value = ''] = /^(\w+)=(.+)$/s.exec(pair) ?? [];
  switch (oneOfWords(word)) {
    case 'status':
      return { ...before, status: addStatus(value, before.status) };
    case 'taskName':
      return { ...before, taskName: [...(before.taskName ?? []), value] };
    case 'queue':
      return { ...before, queue: [...(before.queue ?? []), value] };
    case 'since':
    case 'until':
      return { ...before, [word]: since(value) };
    default:
      return { ...before, [word]: value };
  }
}

function oneOfWords(word: string): (typeof WORDS)[number] {
  const known = WORDS.find((candidate) => candidate === word);
  if (!known) throw new InvalidArgumentError(`It must be one of ${WORDS.map((name) => `${name}=…`).join(', ')}.`);
  return known;
}

/** Undefined when no filter option was given. */
export function filterOf({ status = [], filter }: FilterOptions): BulkFilter | undefined {
  const statuses = [...status, ...(filter?.status ?? [])];
  const all: BulkFilter = { ...filter, ...(statuses.length > 0 && { status: statuses }) };
  return Object.keys(all).length > 0 ? all : undefined;
}

/**
 * Runs a bulk operation: preview, confirmation, request, progress. `preview` turns the request into one that only
 * counts. `verb` begins the question; `next` is the command that does not ask.
 */
export async function performBulk(
  call: Invocation,
  act: { path: string; request: object; preview: object; verb: string; next: string; fields: readonly Field[] },
  { yes, dryRun }: BulkOptions,
): Promise<void> {
  const { api, printer } = call;
  const { path, request, verb, next } = act;
  const showPreview = printer.one(PREVIEW_FIELDS);
  const showResult = printer.one(act.fields);
  const preview = await api.create<BulkPreview>(path, { ...request, ...act.preview });
  if (dryRun || preview.eligible === 0) {
    showPreview(preview);
    return;
  }
  await confirm(call, `This ${verb} tasks: ${preview.summary}.`, { yes, next });
  const receipt = await api.create<ExecutionReceipt>(path, request);
  const view: ExecutionView = await followWithProgress(call, receipt.executionId, undefined);
  throwUnlessCompleted(view);
  showResult({ executionId: receipt.executionId, ...(view.result as object) });
}

/** `--dry-run` of a command that names its tasks. An unknown id is an error, as without it. */
export async function previewByIds(call: Invocation, request: { action: string }, ids: readonly string[]): Promise<void> {
  const show = call.printer.one(PREVIEW_FIELDS);
  const known: string[] = [];
  for (const id of ids) known.push(await executionIdOf(call.api, id));
  show(await call.api.create<BulkPreview>('/executions/bulk', { ...request, ids: known, preview: true }));
}

export const BULK_RESULT_FIELDS: readonly Field[] = [
  { name: 'executionId', title: 'Execution' },
  { name: 'action', title: 'Action' },
  { name: 'matched', title: 'Matched' },
  { name: 'eligible', title: 'Eligible' },
  { name: 'done', title: 'Done' },
  { name: 'skipped', title: 'Skipped', kind: 'text' },
];
