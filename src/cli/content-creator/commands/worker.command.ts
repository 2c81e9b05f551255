import { type Command, Option } from 'commander';
import { CliError } from '../../cli-error.ts';
import { Exit, type ExitCode } from '../../exit-code.ts';
import type { Invocation } from '../../invocation.ts';
import { integer } from '../../parsers.ts';
import type { Start } from '../../starter.ts';

interface WorkerOptions {
  readonly workerId?: string;
  readonly concurrency?: number;
}

const DEFAULT_CONCURRENCY = 2;

/** `worker` and `worker start`, as the worker program of the public tool. */
export function registerWorker(command: Command, start: Start): void {
  command
    .argument('[action]', 'start')
    .addOption(new Option('-w, --worker-id <id>', 'has no effect: a worker is named by its host and process').hideHelp())
    .option('-c, --concurrency <n>', `contents that it writes at once (default: ${DEFAULT_CONCURRENCY})`, integer(1, 1_000))
    .description('run a worker of the server, on the database of DATABASE_URL')
    .addHelpText('after', '\nExample:\n  DATABASE_URL=postgres://user@host/contenthub content-creator worker -c 4')
    .action(start(work));
}

async function work(call: Invocation, options: WorkerOptions, action = 'start'): Promise<ExitCode> {
  if (action !== 'start') throw new CliError(Exit.usage, 'usage', `There is no action "${action}"`, 'content-creator worker --help');
  if (options.workerId !== undefined) call.note('Warning: -w has no effect: a worker is named by its host and process');
  const { serveWorker } = await import('../../../app/serve-worker.ts');
  return (await serveWorker({ concurrency: options.concurrency ?? DEFAULT_CONCURRENCY })) as ExitCode;
}
