import type { Command } from 'commander';
import type { AccountView, SourceCheckView } from '../api-types.ts';
import { CliError } from '../cli-error.ts';
import { Exit } from '../exit-code.ts';
import { accountIdOf } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import { onePage } from '../list-options.ts';
import type { Field } from '../output/fields.ts';
import type { Start } from '../starter.ts';

const FIELDS: readonly Field[] = [
  { name: 'source', title: 'Source', kind: 'text' },
  { name: 'type', title: 'Type' },
  { name: 'usable', title: 'Readable' },
  { name: 'items', title: 'Items' },
  { name: 'words', title: 'Words' },
  { name: 'newestAt', title: 'Newest' },
  { name: 'warnings', title: 'Warnings', kind: 'list', detail: true },
  { name: 'problem', title: 'Problem', kind: 'sentence' },
];

/** `account check-sources`. */
export function registerSources(account: Command, start: Start): void {
  account
    .command('check-sources')
    .argument('<id>', 'id or exact name')
    .description('read each source of an account as a creator would')
    .addHelpText('after', '\nExample:\n  contenthub account check-sources "Tech Weekly"')
    .action(start(checkSources));
}

async function checkSources({ api, printer }: Invocation, _: object, id: string): Promise<void> {
  const show = printer.list(FIELDS);
  const { sources } = await api.get<AccountView>(`/accounts/${await accountIdOf(api, id)}`);
  const rows: object[] = [];
  let unreadable = 0;
  for (const source of sources) {
    const { problem, ...check } = await api.create<SourceCheckView>('/sources/check', { source });
    if (!check.usable) unreadable += 1;
    rows.push({ source: source.name ?? source.location ?? '', type: source.type, ...check, problem: problem?.detail ?? null });
  }
  await show(onePage({ items: rows }));
  if (unreadable > 0)
    throw new CliError(Exit.failed, 'sources_unreadable', `${unreadable} of ${sources.length} sources cannot be read`, null);
}
