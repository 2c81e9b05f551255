import type { Command } from 'commander';
import type { AccountView } from '../api-types.ts';
import { usageError } from '../cli-error.ts';
import { accountIdOf } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { addListOptions, type ListOptions, limitOf } from '../list-options.ts';
import { registerCheck } from './account-check.command.ts';
import { registerAccountFiles } from './account-file.command.ts';
import { registerSources } from './account-sources.command.ts';
import { ACCOUNT_FIELDS } from '../output/fields.ts';
import { headerText, jsonObject } from '../parsers.ts';

interface CreateOptions {
  readonly file: string;
  readonly idempotencyKey?: string;
}

export function registerAccount(program: Command, start: Start): void {
  const account = program.command('account').description('publishing accounts');
  addListOptions(account.command('list'))
    .description('list the accounts')
    .addHelpText('after', '\nExample:\n  contenthub account list --all -o csv')
    .action(start(listAccounts));
  account
    .command('show')
    .argument('<id>', 'id or exact name')
    .description('show one account')
    .addHelpText('after', '\nExample:\n  contenthub account show "Tech Weekly" -o json')
    .action(start(showAccount));
  registerCheck(account.command('check'), start);
  account
    .command('create')
    .requiredOption('-f, --file <file>', 'JSON file with the fields of the account, or - for stdin')
    .option('--idempotency-key <key>', 'requests with the same key create it once', headerText)
    .description('create an account')
    .addHelpText('after', '\nExample:\n  contenthub account create -f tech-weekly.json')
    .action(start(createAccount));
  registerAccountFiles(account, start);
  registerSources(account, start);
}

async function listAccounts({ api, printer }: Invocation, options: ListOptions): Promise<void> {
  await printer.list<AccountView>(ACCOUNT_FIELDS)(api.pages('/accounts', {}, limitOf(options)));
}

async function showAccount({ api, printer }: Invocation, _options: object, id: string): Promise<void> {
  const show = printer.one(ACCOUNT_FIELDS);
  show(await api.get<AccountView>(`/accounts/${await accountIdOf(api, id)}`));
}

async function createAccount(call: Invocation, { file, idempotencyKey }: CreateOptions): Promise<void> {
  const show = call.printer.one(ACCOUNT_FIELDS);
  const help = 'contenthub account create --help';
  if (/\.ya?ml$/i.test(file)) throw usageError('The file must be JSON', help);
  const fields = await jsonObject(file === '-' ? file : `@${file}`, call.terminal, help);
  const account = await call.api.create<AccountView>('/accounts', fields, idempotencyKey);
  show(account);
  call.note(`Next: contenthub content generate --account ${account.id} --topic "…"`);
}
