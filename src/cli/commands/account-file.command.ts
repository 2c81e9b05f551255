import type { Command } from 'commander';
import type { AccountImportView } from '../api-types.ts';
import { CliError } from '../cli-error.ts';
import { Exit } from '../exit-code.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { onePage } from '../list-options.ts';
import type { Field } from '../output/fields.ts';
import { readSource } from '../parsers.ts';
import { confirm } from '../prompt.ts';

interface ImportOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

const FIELDS: readonly Field[] = [
  { name: 'account', title: 'Account', kind: 'text' },
  { name: 'action', title: 'Action' },
  { name: 'field', title: 'Field', kind: 'text' },
  { name: 'before', title: 'Before', kind: 'text' },
  { name: 'after', title: 'After', kind: 'text' },
  { name: 'line', title: 'Line', detail: true },
  { name: 'error', title: 'Error', kind: 'sentence' },
];

/** `account export` and `account import`. */
export function registerAccountFiles(account: Command, start: Start): void {
  account
    .command('export')
    .description('print all accounts as a YAML file, without channels and secrets')
    .addHelpText('after', '\nExample:\n  contenthub account export > accounts.yaml')
    .action(start(exportAccounts));
  account
    .command('import')
    .argument('<file>', 'YAML file as of "account export", or - for stdin')
    .option('--dry-run', 'only show what would change')
    .option('--yes', 'apply without a question')
    .description('create and change the accounts of a file: all of them or none')
    .addHelpText('after', '\nExample:\n  contenthub account import accounts.yaml --dry-run')
    .action(start(importAccounts));
}

async function exportAccounts({ api, terminal }: Invocation): Promise<void> {
  terminal.stdout.write(await api.text('/accounts/export'));
}

async function importAccounts(call: Invocation, { dryRun, yes }: ImportOptions, file: string): Promise<void> {
  const { api, printer, terminal } = call;
  const again = `contenthub account import ${file}`;
  const text = await readSource(file === '-' ? file : `@${file}`, terminal, 'contenthub account import --help');
  const preview = await api.sendFile<AccountImportView>('/accounts/import?dryRun=true', text);
  const show = printer.list(FIELDS);
  await show(onePage({ items: linesOf(preview) }));
  const { created, changed, unchanged, errors } = preview;
  if (errors > 0) throw new CliError(Exit.failed, 'accounts_invalid', `${errors} accounts of the file have errors`, `${again} --dry-run`);
  if (dryRun === true || created + changed === 0)
    return call.note(`${created} would be created, ${changed} changed, ${unchanged} are equal`);
  await confirm(call, `This creates ${created} and changes ${changed} accounts.`, { yes, next: `${again} --yes` });
  const applied = await api.sendFile<AccountImportView>('/accounts/import', text, preview.etag);
  call.note(`${applied.created} created, ${applied.changed} changed`);
}

/** One line for each change and each error, and one for an account without either. */
function linesOf({ items }: AccountImportView): object[] {
  return items.flatMap(({ name: account, action, changes, errors }) => {
    const changed = changes.map(({ field, before, after }) => ({ account, action, field, before: plain(before), after: plain(after) }));
    const wrong = errors.map(({ field, line, detail, remedy }) => ({
      account,
      action,
      field,
      line,
      error: `line ${line}: ${detail}. ${remedy}`,
    }));
    return action === 'created' || (changes.length === 0 && errors.length === 0) ? [{ account, action }] : [...changed, ...wrong];
  });
}

function plain(value: unknown): unknown {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
