import type { Command } from 'commander';
import type { ExecutionView, LogLine } from '../api-types.ts';
import { isFinal, throwUnlessCompleted } from '../follow.ts';
import { executionIdOf, getExecution } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { LogReader, logText } from '../log-reader.ts';
import { EXECUTION_FIELDS } from '../output/fields.ts';
import { duration } from '../parsers.ts';
import { followWithProgress } from '../progress.ts';

interface StatusOptions {
  readonly follow?: boolean;
  readonly logs?: boolean;
  readonly timeout?: number;
}

export function registerStatus(command: Command, start: Start): void {
  command
    .argument('<id>', 'execution id, or id of a content task')
    .option('--follow', 'wait for the end; the exit code shows the final status')
    .option('--logs', 'print the log too')
    .option('--timeout <duration>', 'stop waiting after this long (90s, 5m)', duration)
    .description('show one task')
    .addHelpText('after', '\nExample:\n  contenthub task status task-20261123-01 --follow --timeout 10m')
    .action(start(showStatus));
}

async function showStatus(call: Invocation, { follow, logs, timeout }: StatusOptions, id: string): Promise<void> {
  const { api, printer } = call;
  const show = printer.one(EXECUTION_FIELDS);
  const view = follow ? await followed(call, await executionIdOf(api, id), timeout) : await getExecution(api, id);
  const lines = logs ? await new LogReader(api, view.executionId).next() : undefined;
  show(lines ? { ...view, logs: lines } : view);
  if (printer.format === 'table') printLog(call, lines ?? []);
  if (follow) throwUnlessCompleted(view);
}

/** With jsonl, every change is a line. Otherwise the last state is printed, as without --follow. */
async function followed(call: Invocation, executionId: string, timeoutMs: number | undefined): Promise<ExecutionView> {
  let last = '';
  return followWithProgress(call, executionId, timeoutMs, (view) => {
    const line = JSON.stringify([view.status, view.phase, view.progress, view.step, view.attempt]);
    if (call.printer.format === 'jsonl' && line !== last && !isFinal(view)) call.printer.data(view);
    last = line;
  });
}

function printLog({ printer, options, terminal }: Invocation, lines: readonly LogLine[]): void {
  if (lines.length > 0) printer.text('\n');
  for (const line of lines) printer.text(logText(line, { people: terminal.stdout.isTTY === true, utc: options.utc ?? false }));
}
