import type { Command } from 'commander';
import type { KeyView } from '../api-types.ts';
import type { ApiClient } from '../api-client.ts';
import { CliError, usageError } from '../cli-error.ts';
import { Exit } from '../exit-code.ts';
import { accountIdOf, isShortOf, isUuid } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { addListOptions, type ListOptions, limitOf } from '../list-options.ts';
import type { Field } from '../output/fields.ts';
import { commaList, expiry } from '../parsers.ts';
import { confirm } from '../prompt.ts';

interface CreateOptions {
  readonly role: string[];
  readonly account?: string[];
  readonly expires?: string;
}

interface RevokeOptions {
  readonly yes?: boolean;
  readonly lastAdmin?: boolean;
}

const FIELDS: readonly Field[] = [
  { name: 'id', title: 'ID', kind: 'id' },
  { name: 'name', title: 'Name', kind: 'text' },
  { name: 'roles', title: 'Roles', kind: 'list' },
  { name: 'status', title: 'Status', kind: 'status' },
  { name: 'accountIds', title: 'Accounts', kind: 'list' },
  { name: 'prefix', title: 'Prefix' },
  { name: 'lastUsedAt', title: 'Last used', kind: 'time' },
  { name: 'expiresAt', title: 'Expires', kind: 'time' },
  { name: 'permissions', title: 'Permissions', kind: 'list', detail: true },
  { name: 'createdBy', title: 'Created by', kind: 'actor', detail: true },
  { name: 'createdAt', title: 'Created', kind: 'time', detail: true },
  { name: 'revokedBy', title: 'Revoked by', kind: 'actor', detail: true },
  { name: 'revokedAt', title: 'Revoked', kind: 'time', detail: true },
];
const CREATED_FIELDS: readonly Field[] = [...FIELDS, { name: 'key', title: 'Key' }];

export function registerKey(program: Command, start: Start): void {
  const key = program.command('key').description('API keys');
  key
    .command('create')
    .argument('<name>', 'for lists and the audit')
    .requiredOption('--role <roles>', 'comma list of viewer, editor, approver, operator, admin', commaList)
    .option('--account <accounts>', 'comma list of accounts that the key is limited to', commaList)
    .option('--expires <time>', 'a time, or a duration from now such as 90d', expiry)
    .description('create an API key: it is shown once')
    .addHelpText('after', '\nExample:\n  contenthub key create deploy --role editor --expires 90d')
    .action(start(createKey));
  key
    .command('generate')
    .description('print a new API key without storing it, for FIRST_API_KEY')
    .addHelpText('after', '\nExample:\n  contenthub key generate')
    .action(start(generateKey));
  addListOptions(key.command('list'))
    .description('list the API keys, newest first')
    .addHelpText('after', '\nExample:\n  contenthub key list -o csv')
    .action(start(listKeys));
  key
    .command('show')
    .argument('<key>', 'id or name')
    .description('show one API key')
    .addHelpText('after', '\nExample:\n  contenthub key show deploy -o json')
    .action(start(showKey));
  key
    .command('revoke')
    .argument('<key>', 'id or name')
    .option('--yes', 'do not ask')
    .option('--last-admin', 'revoke it even if no other admin key is left')
    .description('revoke an API key: requests with it are refused')
    .addHelpText('after', '\nExample:\n  contenthub key revoke deploy --yes')
    .action(start(revokeKey));
}

async function createKey(call: Invocation, { role, account, expires }: CreateOptions, name: string): Promise<void> {
  if (account?.length === 0) throw usageError('--account names no account', 'contenthub key create --help');
  const show = call.printer.one(CREATED_FIELDS);
  const accountIds = account && (await Promise.all(account.map((one) => accountIdOf(call.api, one))));
  show(await call.api.create<KeyView>('/keys', { name, roles: role, accountIds, expiresAt: expires }));
  call.note('The key is not shown again: store it now.');
}

async function generateKey({ printer }: Invocation): Promise<void> {
  const { generateApiKey } = await import('../../platform/auth/api-key.ts');
  printer.text(`${generateApiKey()}\n`);
}

async function listKeys({ api, printer }: Invocation, options: ListOptions): Promise<void> {
  await printer.list<KeyView>(FIELDS)(api.pages('/keys', {}, limitOf(options)));
}

async function showKey({ api, printer }: Invocation, _options: object, key: string): Promise<void> {
  const show = printer.one(FIELDS);
  show(await api.get<KeyView>(`/keys/${await keyIdOf(api, key)}`));
}

async function revokeKey(call: Invocation, { yes, lastAdmin }: RevokeOptions, key: string): Promise<void> {
  const show = call.printer.one(FIELDS);
  const id = await keyIdOf(call.api, key);
  const flag = lastAdmin ? ' --last-admin' : '';
  await confirm(call, `Requests with the key ${key} will be refused.`, { yes, next: `contenthub key revoke ${key}${flag} --yes` });
  show(await call.api.delete<KeyView>(`/keys/${id}${lastAdmin ? '?allowLastAdmin=true' : ''}`));
}

/** A key by its id, its short id or its exact name. Two keys with the name are an error. */
async function keyIdOf(api: ApiClient, idOrName: string): Promise<string> {
  if (isUuid(idOrName)) return idOrName.toLowerCase();
  const found: KeyView[] = [];
  for await (const { items } of api.pages<KeyView>('/keys', {})) {
    found.push(...items.filter(({ id, name }) => name === idOrName || isShortOf(idOrName, id)));
  }
  const [key, other] = found;
  if (!key) throw new CliError(Exit.notFound, 'key_not_found', `There is no API key "${idOrName}"`, 'contenthub key list');
  if (other) {
    const ids = found.map(({ id }) => id).join(', ');
    throw new CliError(Exit.conflict, 'ambiguous_key', `Several API keys are named "${idOrName}": ${ids}`, 'contenthub key list');
  }
  return key.id;
}
