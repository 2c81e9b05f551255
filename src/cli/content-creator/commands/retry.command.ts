import { type Command, Option } from 'commander';
import type { ApiClient } from '../../api-client.ts';
import { CliError, usageError } from '../../cli-error.ts';
import { Exit, type ExitCode } from '../../exit-code.ts';
import type { Invocation } from '../../invocation.ts';
import { integer } from '../../parsers.ts';
import type { Start } from '../../starter.ts';
import { type ContentTask, getTask } from '../content-task.ts';
import { lines } from '../tool-text.ts';
import { readTasks } from './list.command.ts';

interface RetryOptions {
  readonly taskId?: string;
  readonly all?: boolean;
  readonly status?: 'pending' | 'failed' | 'cancelled';
  readonly limit?: number;
  readonly dryRun?: boolean;
}

/** `queued`: a task that waits runs by itself. */
type Outcome = 'retried' | 'would be retried' | 'queued' | 'running' | 'completed' | 'changed';

interface Retried {
  readonly taskId: string;
  readonly outcome: Outcome;
}

const WORDS: Readonly<Record<Outcome, string>> = {
  retried: '✅ 任务已添加到队列！',
  'would be retried': '🔍 [模拟运行] 任务将被添加到队列',
  queued: '⚠️  任务已在队列中，无需重新执行',
  running: '⚠️  任务正在运行中，无需重新执行',
  completed: '⚠️  任务已完成，如需重新执行请创建新任务',
  changed: '⚠️  任务状态已改变',
};

export function registerRetry(command: Command, start: Start): void {
  command
    .option('-t, --task-id <id>', 'id of the task')
    .option('-a, --all', 'all tasks in the state of --status')
    .addOption(
      new Option('-s, --status <status>', 'with --all; pending unless given, and these run by themselves').choices([
        'pending',
        'failed',
        'cancelled',
      ]),
    )
    .option('-l, --limit <n>', 'with --all: at most so many (default: 10)', integer(1, 1_000))
    .option('--dry-run', 'only show what would be done')
    .description('run tasks again that failed or were cancelled')
    .addHelpText('after', '\nExample:\n  content-creator retry --all --status failed --dry-run')
    .action(start(retry));
}

async function retry(call: Invocation, { taskId, all, status = 'pending', limit = 10, dryRun = false }: RetryOptions): Promise<ExitCode> {
  const { api, printer } = call;
  if ((taskId === undefined) === (all === undefined)) throw usageError('Name a task, or --all', 'content-creator retry --help');
  const tasks = taskId === undefined ? await readTasks(api, { status, limit }) : [await getTask(api, taskId)];
  const rows: Retried[] = [];
  for (const task of tasks) rows.push({ taskId: task.taskId, outcome: await retryOne(api, task, dryRun) });
  if (printer.format === 'json') printer.data({ dryRun, tasks: rows });
  else if (rows.length === 0) printer.text(lines('✅ 没有找到需要重新执行的任务'));
  else printer.text(rows.map(({ taskId: id, outcome }) => lines(`任务ID: ${id}`, WORDS[outcome])).join(''));
  return Exit.ok;
}

async function retryOne(api: ApiClient, { status, executionId }: ContentTask, dryRun: boolean): Promise<Outcome> {
  if (status === 'running' || status === 'completed') return status;
  if (status === 'pending' || status === 'submitted') return 'queued';
  if (dryRun) return 'would be retried';
  try {
    await api.create(`/executions/${executionId}/retry`, {});
    return 'retried';
  } catch (error) {
    if (error instanceof CliError && error.code === 'not_retryable') return 'changed';
    throw error;
  }
}
