import { type Command, Option } from 'commander';
import { Exit, type ExitCode } from '../../exit-code.ts';
import type { Invocation } from '../../invocation.ts';
import type { Start } from '../../starter.ts';
import { resultOf } from '../content-result.ts';
import { type ContentTask, errorOf, executionOf, getTask, stateOf, toRecord } from '../content-task.ts';
import { resultText, unfinishedText } from '../tool-text.ts';

export function registerResult(command: Command, start: Start): void {
  command
    .requiredOption('-t, --task-id <id>', 'id of the task')
    .addOption(new Option('--format <format>', 'json is the same as --json').choices(['text', 'json']))
    .description('print the text of a task')
    .addHelpText('after', '\nExample:\n  content-creator result -t monday-1 --json')
    .action(start(showResult));
}

async function showResult(call: Invocation, { taskId }: { taskId: string }): Promise<ExitCode> {
  const { api, printer } = call;
  const task = await getTask(api, taskId);
  if (task.status !== 'completed') return showUnfinished(call, task);
  const { markdown, json } = await resultOf(api, task);
  if (printer.format === 'json') printer.data(json);
  else printer.text(resultText(task, markdown, call.terminal.stdout.isTTY === true));
  return Exit.ok;
}

/** As text, a task that still runs is no error: scripts of the tool look for the words. A task that ended without a text always is one. */
async function showUnfinished(call: Invocation, task: ContentTask): Promise<ExitCode> {
  const { api, printer } = call;
  const state = stateOf(task);
  if (printer.format === 'json') {
    const pending = { code: 'transient', message: `The task is ${state}`, reason: 'still_pending' };
    const execution = await executionOf(api, task);
    printer.data({ ...toRecord(task, execution), content: null, error: errorOf(task, execution) ?? pending });
  } else printer.text(unfinishedText(task));
  if (state === 'failed') return Exit.runFailed;
  if (state === 'cancelled') return Exit.runCancelled;
  return printer.format === 'json' ? Exit.stillPending : Exit.ok;
}
