import type { Command } from 'commander';
import type { PoolEntryView } from '../api-types.ts';
import { CliError, usageError } from '../cli-error.ts';
import { accountIdOf, getPoolEntry } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { onePage } from '../list-options.ts';
import { POOL_FIELDS } from '../output/pool-fields.ts';
import { integer } from '../parsers.ts';
import { confirm } from '../prompt.ts';

interface MoveOptions {
  readonly account?: string;
  readonly at?: string;
  readonly priority?: number;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

const HELP = 'contenthub pool move --help';

export function registerMove(pool: Command, start: Start): void {
  pool
    .command('move')
    .argument('[entry...]', 'ids of entries')
    .option('--account <account>', 'all pending entries of this account (id or exact name)')
    .option('--at <time>', 'local time of the account, such as 2027-03-28T09:00')
    .option('--priority <1-10>', '10 first', integer(1, 10))
    .option('--dry-run', 'only check the move, and show the entries as they would be')
    .option('--yes', 'do not ask')
    .description('move pending entries to another time or priority')
    .addHelpText('after', '\nExample:\n  contenthub pool move 2f4b6c8d0e1f --at 2027-03-28T09:00')
    .action(start(moveEntries));
}

/** Each entry is moved by a request of its own. The first refusal ends the command, after what was moved is shown. */
async function moveEntries(call: Invocation, { account, at, priority, dryRun, yes }: MoveOptions, ids: readonly string[]): Promise<void> {
  const { api, printer } = call;
  if (at === undefined && priority === undefined) throw usageError('Nothing to change: give --at or --priority', HELP);
  if (ids.length > 0 === (account !== undefined)) throw usageError('Name entries, or --account: one of them', HELP);
  const single = ids.length === 1 ? printer.one(POOL_FIELDS) : undefined;
  const show = printer.list<PoolEntryView>(POOL_FIELDS);
  const entries: PoolEntryView[] = [];
  for (const id of ids) entries.push(await getPoolEntry(api, id));
  if (account !== undefined) {
    const filter = { accountId: await accountIdOf(api, account), status: 'pending' };
    for await (const { items } of api.pages<PoolEntryView>('/pool', filter)) entries.push(...items);
    if (!dryRun && entries.length > 0) await confirm(call, `This moves ${entries.length} entries.`, { yes, next: HELP });
  }
  const moved: PoolEntryView[] = [];
  let refusal: unknown;
  for (const { id, version } of entries) {
    try {
      moved.push(await api.patch<PoolEntryView>(`/pool/${id}`, { at, priority, dryRun }, version));
    } catch (error) {
      const place = entries.length > 1 && error instanceof CliError;
      const next = `contenthub pool show ${id}`;
      refusal = place
        ? new CliError(
            error.exitCode,
            error.code,
            `Moved ${moved.length} of ${entries.length}, then refused: ${error.message}`,
            next,
            error.problem,
          )
        : error;
      break;
    }
  }
  const [first] = moved;
  if (single === undefined) await show(onePage({ items: moved }));
  else if (first !== undefined) single(first);
  if (refusal !== undefined) throw refusal;
  if (dryRun) call.note('Nothing was changed');
}
