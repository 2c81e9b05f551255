import type { Command } from 'commander';
import { usageError } from '../cli-error.ts';
import type { LimitView } from '../api-types.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { LIMIT_FIELDS } from '../output/fields.ts';
import { duration, integer } from '../parsers.ts';

interface LimitOptions {
  readonly maxRunning?: number;
  readonly rate?: { count: number; perMs: number };
}

const MOST = 1_000_000;

export function registerLimit(program: Command, start: Start): void {
  const limit = program.command('limit').description('limit the running tasks and the rate of a key');
  limit
    .command('list')
    .description('list the limits')
    .addHelpText('after', '\nExample:\n  contenthub limit list -o csv')
    .action(start(listLimits));
  limit
    .command('set')
    .argument('<key>', 'task:<name>, provider:<name>, or a concurrency key of tasks')
    .option('--max-running <n>', 'at most so many tasks at once; 0 blocks the key', integer(0, MOST))
    .option('--rate <count/period>', 'at most so many starts in a period (60/1m)', rate)
    .description('set the limit of a key; replaces the old one')
    .addHelpText('after', '\nExample:\n  contenthub limit set provider:openai --max-running 4 --rate 60/1m')
    .action(start(setLimit));
  limit
    .command('remove')
    .argument('<key>')
    .description('remove a limit; a limit of the task definition then applies again')
    .addHelpText('after', '\nExample:\n  contenthub limit remove provider:openai')
    .action(start(removeLimit));
}

const pathOf = (key: string) => `/limits/${encodeURIComponent(key)}`;

async function listLimits({ api, printer }: Invocation): Promise<void> {
  const show = printer.list<LimitView>(LIMIT_FIELDS);
  const { items } = await api.get<{ items: LimitView[] }>('/limits');
  await show([{ items, nextCursor: null }]);
}

async function setLimit({ api, printer }: Invocation, options: LimitOptions, key: string): Promise<void> {
  if (options.maxRunning === undefined && !options.rate)
    throw usageError('Give --max-running, --rate or both', 'contenthub limit set --help');
  const show = printer.one(LIMIT_FIELDS);
  show(await api.put<LimitView>(pathOf(key), { maxRunning: options.maxRunning, rate: options.rate }));
}

async function removeLimit(call: Invocation, _options: object, key: string): Promise<void> {
  await call.api.delete(pathOf(key));
  call.note(`Removed the limit of ${key}.`);
}

/** Parses `60/1m`. */
function rate(text: string): { count: number; perMs: number } {
  const [count = '', period = ''] = text.split('/', 2);
  return { count: integer(1, MOST)(count), perMs: duration(period) };
}
