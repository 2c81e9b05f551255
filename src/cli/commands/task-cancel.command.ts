import type { Command } from 'commander';
import type { ApiClient } from '../api-client.ts';
import {
  type BulkFilter,
  type CancelAllReply,
  type CancelByIdsReply,
  type CancelByNamesReply,
  type ExecutionView,
  UNFINISHED_STATUSES,
} from '../api-types.ts';
import {
  addFilterOptions,
  BULK_RESULT_FIELDS,
  type BulkOptions,
  type FilterOptions,
  filterOf,
  performBulk,
  previewByIds,
} from '../bulk.ts';
import { CliError, usageError } from '../cli-error.ts';
import { Exit, type ExitCode } from '../exit-code.ts';
import { isFinal } from '../follow.ts';
import { executionIdOf } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import type { Field } from '../output/fields.ts';
import { confirm } from '../prompt.ts';

interface CancelOptions extends FilterOptions, BulkOptions {
  readonly taskName?: readonly string[];
  readonly all?: boolean;
}

interface Cancelled {
  readonly id: string;
  /** `cancelled`, `not found`, or its final status before: `already completed`. */
  readonly outcome: string;
}

const CANCELLED_FIELDS: readonly Field[] = [
  { name: 'id', title: 'ID', kind: 'id' },
  { name: 'outcome', title: 'Outcome', kind: 'status' },
];

const HELP = 'contenthub task cancel --help';

/** Cap on counting. The question then says "at least". */
const COUNT_AT_MOST = 1000;

export function registerCancel(command: Command, start: Start): void {
  addFilterOptions(command.argument('[id...]', 'execution ids, or ids of content tasks'))
    .option('--task-name <names...>', 'every unfinished task of these names')
    .option('--all', 'every unfinished task')
    .option('--dry-run', 'only count the tasks that would be cancelled')
    .option('--yes', 'do not ask')
    .description('cancel tasks')
    .addHelpText('after', '\nExample:\n  contenthub task cancel --task-name user-space-sync --yes')
    .action(start(cancel));
}

async function cancel(call: Invocation, options: CancelOptions, ids: string[]): Promise<ExitCode> {
  const { taskName = [], all = false, dryRun, yes } = options;
  const filter = filterOf(options);
  if ([ids.length > 0, taskName.length > 0 || filter, all].filter(Boolean).length !== 1) {
    throw usageError('Name ids, or --task-name, or --all, or --status and --filter: one of them', HELP);
  }
  if (filter)
    return cancelMany(call, taskName.length > 0 ? { ...filter, taskName: [...(filter.taskName ?? []), ...taskName] } : filter, options);
  if (dryRun) {
    if (ids.length === 0) return showCount(call, taskName);
    await previewByIds(call, { action: 'cancel' }, ids);
    return Exit.ok;
  }
  const show = call.printer.list<Cancelled>(CANCELLED_FIELDS);
  if (ids.length === 0) await confirmMany(call, taskName, yes);
  if (all) {
    const { count } = await call.api.delete<CancelAllReply>('/tasks/executions/cancel/all', {});
    if (call.printer.format === 'table') call.printer.text(`${count}\n`);
    else call.printer.one([{ name: 'count', title: 'Cancelled' }])({ count });
    return Exit.ok;
  }
  const rows = ids.length > 0 ? await cancelByIds(call.api, ids) : await cancelByNames(call.api, taskName);
  await show([{ items: rows, nextCursor: null }]);
  const ended = rows.filter(({ outcome }) => outcome.startsWith('already')).length;
  const count = rows.filter(({ outcome }) => outcome === 'cancelled').length;
  call.note(`${count} cancelled${ended > 0 ? `, ${ended} had ended before` : ''}`);
  return rows.some(({ outcome }) => outcome === 'not found') ? Exit.notFound : Exit.ok;
}

async function cancelMany(call: Invocation, filter: BulkFilter, options: BulkOptions): Promise<ExitCode> {
  const act = { request: { action: 'cancel', filter }, preview: { preview: true }, verb: 'cancels', next: 'the same command with --yes' };
  await performBulk(call, { path: '/executions/bulk', fields: BULK_RESULT_FIELDS, ...act }, options);
  return Exit.ok;
}

/** Unlike a preview of the server, which applies filters, this counts page by page. */
async function showCount(call: Invocation, names: readonly string[]): Promise<ExitCode> {
  const show = call.printer.one([{ name: 'matched', title: 'Matched' }]);
  const matched = await countUnfinished(call.api, names);
  show({ matched });
  if (matched >= COUNT_AT_MOST) call.note(`Counting stopped at ${COUNT_AT_MOST}`);
  return Exit.ok;
}

async function confirmMany(call: Invocation, names: readonly string[], yes: boolean | undefined): Promise<void> {
  if (yes) return;
  const count = await countUnfinished(call.api, names);
  const scope = names.length > 0 ? `--task-name ${names.join(' ')}` : '--all';
  const number = count >= COUNT_AT_MOST ? `at least ${COUNT_AT_MOST}` : String(count);
  await confirm(call, `This cancels ${number} unfinished task${count === 1 ? '' : 's'}.`, {
    yes,
    next: `contenthub task cancel ${scope} --yes`,
  });
}

async function countUnfinished(api: ApiClient, names: readonly string[]): Promise<number> {
  let count = 0;
  for (const taskName of names.length > 0 ? names : [undefined]) {
    for await (const { items } of api.pages<ExecutionView>('/executions', { status: UNFINISHED_STATUSES, taskName }, COUNT_AT_MOST))
      count += items.length;
  }
  return count;
}

async function cancelByIds(api: ApiClient, ids: readonly string[]): Promise<Cancelled[]> {
  const known: string[] = [];
  const unknown: string[] = [];
  for (const id of ids) {
    const executionId = await executionIdOf(api, id).catch(undefinedIfNotFound);
    if (executionId === undefined) unknown.push(id);
    else known.push(executionId);
  }
  const reply = known.length > 0 ? await byIds(api, known) : { cancelled: [], notFound: [] };
  const ended: Cancelled[] = [];
  const missing: string[] = [];
  for (const id of reply.notFound) {
    const view = await api.get<ExecutionView>(`/executions/${id}`).catch(undefinedIfNotFound);
    if (view && isFinal(view)) ended.push({ id, outcome: `already ${view.status}` });
    else missing.push(id);
  }
  return [...outcomes(reply.cancelled, [...missing, ...unknown]), ...ended];
}

async function byIds(api: ApiClient, executionIds: readonly string[]): Promise<CancelByIdsReply> {
  return api.delete('/tasks/executions/cancel/by-ids', { executionIds });
}

async function cancelByNames(api: ApiClient, taskNames: readonly string[]): Promise<Cancelled[]> {
  const reply = await api.delete<CancelByNamesReply>('/tasks/executions/cancel/by-task-names', { taskNames });
  return outcomes(reply.cancelled, reply.taskNotFound);
}

function outcomes(cancelled: readonly string[], notFound: readonly string[]): Cancelled[] {
  return [
    ...cancelled.map((id) => ({ id, outcome: 'cancelled' as const })),
    ...notFound.map((id) => ({ id, outcome: 'not found' as const })),
  ];
}

function undefinedIfNotFound(error: unknown): undefined {
  if (!(error instanceof CliError) || error.exitCode !== Exit.notFound) throw error;
}
