import type { Command } from 'commander';
import type { LogLine } from '../api-types.ts';
import { follow } from '../follow.ts';
import { executionIdOf } from '../identify.ts';
import type { Invocation, Start } from '../invocation.ts';
import { LogReader, logText } from '../log-reader.ts';
import { LOG_FIELDS } from '../output/fields.ts';

interface LogsOptions {
  readonly follow?: boolean;
}

export function registerLogs(command: Command, start: Start): void {
  command
    .argument('<id>', 'execution id, or id of a content task')
    .option('-f, --follow', 'go on until the task ends')
    .description('print the log of one task')
    .addHelpText('after', '\nExample:\n  contenthub task logs task-20261123-01 -f')
    .action(start(showLogs));
}

async function showLogs(call: Invocation, options: LogsOptions, id: string): Promise<void> {
  const { api, printer } = call;
  const show = printer.list<LogLine>(LOG_FIELDS);
  const executionId = await executionIdOf(api, id);
  const reader = new LogReader(api, executionId);
  if (printer.format === 'json' || printer.format === 'csv') {
    if (options.follow) await followLog(call, executionId, () => Promise.resolve());
    await show([{ items: await reader.next(), nextCursor: null }]);
    return;
  }
  const printNew = async (): Promise<void> => {
    for (const line of await reader.next()) printLine(call, line);
  };
  await (options.follow ? followLog(call, executionId, printNew) : printNew());
}

async function followLog(call: Invocation, executionId: string, onView: () => Promise<void>): Promise<void> {
  await follow(call.api, executionId, { timeoutMs: undefined, onView, onLost: () => call.note('reconnecting') });
}

function printLine({ printer, options, terminal }: Invocation, line: LogLine): void {
  if (printer.format === 'jsonl') printer.json(line);
  else printer.text(logText(line, { people: terminal.stdout.isTTY === true, utc: options.utc ?? false }));
}
