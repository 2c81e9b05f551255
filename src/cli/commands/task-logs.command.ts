import type { Command } from 'commander';
import type { ExecutionView, LogLine } from '../api-types.ts';
import type { ServerEvent } from '../event-stream.ts';
import { follow } from '../follow.ts';
import { executionIdOf } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { LogReader, logText } from '../log-reader.ts';
import { LOG_FIELDS } from '../output/fields.ts';

interface LogsOptions {
  readonly follow?: boolean;
}

export function registerLogs(command: Command, start: Start): void {
  command
    .argument('<id>', 'execution id, or id of a content task')
    .option('-f, --follow', 'continue until the task ends')
    .description('print the log of one task')
    .addHelpText('after', '\nExample:\n  contenthub task logs task-20261123-01 -f')
    .action(start(showLogs));
}

async function showLogs(call: Invocation, options: LogsOptions, id: string): Promise<void> {
  const { api, printer } = call;
  const show = printer.list<LogLine>(LOG_FIELDS);
  const executionId = await executionIdOf(api, id);
  const reader = new LogReader(api, executionId);
  const onDisconnected = (): void => call.note('reconnecting');
  if (printer.format !== 'table' && printer.format !== 'jsonl') {
    if (options.follow) await follow(api, executionId, { timeoutMs: undefined, onView: () => undefined, onDisconnected });
    await show([{ items: await reader.next(), nextCursor: null }]);
    return;
  }
  const print = (lines: readonly LogLine[]): void => lines.forEach((line) => printLine(call, line));
  if (!options.follow) {
    print(await reader.next());
    return;
  }
  const log = {
    get after(): number {
      return reader.after;
    },
    take: (event: ServerEvent): void => print(reader.take(event)),
  };
  const onView = async (_view: ExecutionView, polled: boolean): Promise<void> => (polled ? print(await reader.next()) : undefined);
  await follow(api, executionId, { timeoutMs: undefined, onView, onDisconnected, log });
}

function printLine({ printer, options, terminal }: Invocation, line: LogLine): void {
  if (printer.format === 'jsonl') printer.data(line);
  else printer.text(logText(line, { people: terminal.stdout.isTTY === true, utc: options.utc ?? false }));
}
