import type { Command } from 'commander';
import type { ApiClient } from '../api-client.ts';
import type { ExecutionReceipt, TaskDefinitionList } from '../api-types.ts';
import { CliError } from '../cli-error.ts';
import { Exit } from '../exit-code.ts';
import { throwUnlessCompleted } from '../follow.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { EXECUTION_FIELDS } from '../output/fields.ts';
import { duration, headerText, instant, jsonObject, priority } from '../parsers.ts';
import { followWithProgress } from '../progress.ts';
import { printSubmitted } from '../submitted.ts';

interface RunOptions {
  readonly params?: string;
  readonly priority?: number;
  readonly at?: string;
  readonly idempotencyKey?: string;
  readonly follow?: boolean;
  readonly timeout?: number;
}

export function registerRun(command: Command, start: Start): void {
  command
    .argument('<name>', 'name of the task')
    .option('--params <json>', "parameters: '{…}', @file.json, or - for stdin")
    .option('--priority <n>', '1 (last) to 10 (first), or low, medium, high, urgent', priority)
    .option('--at <time>', 'not before this ISO 8601 time', instant)
    .option('--idempotency-key <key>', 'requests with the same key run once', headerText)
    .option('--follow', 'wait for the end; the exit code shows the final status')
    .option('--timeout <duration>', 'stop waiting after this long (90s, 5m)', duration)
    .description('run a task by its name')
    .addHelpText('after', '\nExample:\n  contenthub task run user-space-sync --params @params.json --follow')
    .action(start(runTask));
}

async function runTask(call: Invocation, options: RunOptions, name: string): Promise<void> {
  const { api, printer } = call;
  const show = printer.one(options.follow ? EXECUTION_FIELDS : EXECUTION_FIELDS.slice(0, 3));
  const params = options.params === undefined ? {} : await jsonObject(options.params, call.terminal, 'contenthub task run --help');
  const body = { params, priority: options.priority, runAt: options.at };
  call.warnIfPast(options.at);
  const receipt = await execute(api, name, body, options.idempotencyKey);
  if (options.follow) {
    const view = await followWithProgress(call, receipt.executionId, options.timeout);
    show(view);
    throwUnlessCompleted(view);
    return;
  }
  printSubmitted(call, receipt.executionId, () => show(receipt));
}

/** For an unknown name, lists the known names. */
async function execute(api: ApiClient, name: string, body: object, idempotencyKey: string | undefined): Promise<ExecutionReceipt> {
  try {
    return await api.create<ExecutionReceipt>(`/tasks/${encodeURIComponent(name)}/execute/manual`, body, idempotencyKey);
  } catch (error) {
    if (!(error instanceof CliError) || error.exitCode !== Exit.notFound) throw error;
    const { items } = await api.get<TaskDefinitionList>('/tasks');
    const names = items.map((definition) => definition.name).join('|');
    throw new CliError(error.exitCode, error.code, error.message, `contenthub task run ${names}`, error.problem);
  }
}
