import type { Command } from 'commander';
import type { ApiClient } from '../api-client.ts';
import type { ExecutionView } from '../api-types.ts';
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
import { executionIdOf } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import type { Field } from '../output/fields.ts';
import { jsonObject } from '../parsers.ts';

interface RetryOptions extends FilterOptions, BulkOptions {
  readonly fromStep?: string;
  readonly params?: string;
  readonly ignoreDependencies?: boolean;
}

interface Retried {
  readonly id: string;
  readonly outcome: 'retried' | 'not found' | 'not retryable';
}

const RETRIED_FIELDS: readonly Field[] = [
  { name: 'id', title: 'ID', kind: 'id' },
  { name: 'outcome', title: 'Outcome', kind: 'status' },
];
const HELP = 'contenthub task retry --help';

export function registerRetry(command: Command, start: Start): void {
  addFilterOptions(command.argument('[id...]', 'execution ids, or ids of content tasks'))
    .option('--from-step <step>', 'repeat this step and the steps after it')
    .option('--params <json>', "other parameters: '{…}', @file.json, or - for stdin")
    .option('--ignore-dependencies', 'start tasks without waiting for their dependencies')
    .option('--dry-run', 'only count the tasks that would run again')
    .option('--yes', 'do not ask')
    .description('run tasks again that failed, timed out or were cancelled')
    .addHelpText('after', '\nExample:\n  contenthub task retry --status failed --filter errorCode=ECONNRESET --yes')
    .action(start(retry));
}

async function retry(call: Invocation, options: RetryOptions, ids: string[]): Promise<ExitCode | void> {
  const filter = filterOf(options);
  if (ids.length > 0 === (filter !== undefined)) throw usageError('Name ids, or --status or --filter', HELP);
  if (filter) return retryMany(call, filter, options);
  if (options.dryRun) return previewByIds(call, { action: 'retry' }, ids);
  const show = call.printer.list<Retried>(RETRIED_FIELDS);
  const params = options.params === undefined ? undefined : await jsonObject(options.params, call.terminal, HELP);
  const rows: Retried[] = [];
  const { fromStep, ignoreDependencies } = options;
  for (const id of ids) rows.push({ id, outcome: await retryOne(call.api, id, { params, fromStep, ignoreDependencies }) });
  await show([{ items: rows, nextCursor: null }]);
  if (rows.some(({ outcome }) => outcome === 'not found')) return Exit.notFound;
  return rows.some(({ outcome }) => outcome === 'not retryable') ? Exit.conflict : Exit.ok;
}

async function retryMany(call: Invocation, filter: object, options: RetryOptions): Promise<void> {
  if (options.params !== undefined || options.fromStep !== undefined)
    throw usageError('--params and --from-step are for tasks named by id', HELP);
  const request = { action: 'retry', filter, ignoreDependencies: options.ignoreDependencies };
  const act = { request, preview: { preview: true }, verb: 'retries', next: 'the same command with --yes' };
  await performBulk(call, { path: '/executions/bulk', fields: BULK_RESULT_FIELDS, ...act }, options);
}

async function retryOne(api: ApiClient, id: string, request: object): Promise<Retried['outcome']> {
  try {
    await api.create<ExecutionView>(`/executions/${await executionIdOf(api, id)}/retry`, request);
    return 'retried';
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    if (error.exitCode === Exit.notFound) return 'not found';
    if (error.code === 'not_retryable') return 'not retryable';
    throw error;
  }
}
