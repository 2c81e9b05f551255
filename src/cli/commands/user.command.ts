import type { Command } from 'commander';
import type { UserView, SignInLinkView } from '../api-types.ts';
import type { ApiClient } from '../api-client.ts';
import { CliError, usageError } from '../cli-error.ts';
import { Exit } from '../exit-code.ts';
import { accountIdOf, isShortOf, isUuid } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import { addListOptions, type ListOptions, limitOf } from '../list-options.ts';
import type { Field } from '../output/fields.ts';
import { commaList } from '../parsers.ts';
import { confirm } from '../prompt.ts';
import type { Start } from '../starter.ts';

interface AddOptions {
  readonly role: string;
  readonly account?: string[];
  readonly name?: string;
}

interface RoleOptions {
  readonly account?: string[];
  readonly allAccounts?: boolean;
}

const FIELDS: readonly Field[] = [
  { name: 'id', title: 'ID', kind: 'id' },
  { name: 'username', title: 'Username', kind: 'text' },
  { name: 'displayName', title: 'Name', kind: 'text' },
  { name: 'role', title: 'Role' },
  { name: 'status', title: 'Status', kind: 'status' },
  { name: 'accountIds', title: 'Accounts', kind: 'list' },
  { name: 'lastSeenAt', title: 'Last seen', kind: 'time' },
  { name: 'issuer', title: 'Signed in by', detail: true },
  { name: 'createdBy', title: 'Created by', kind: 'actor', detail: true },
  { name: 'createdAt', title: 'Created', kind: 'time', detail: true },
  { name: 'disabledAt', title: 'Disabled', kind: 'time', detail: true },
];
const SESSION_FIELDS: readonly Field[] = [
  { name: 'id', title: 'ID', kind: 'id' },
  { name: 'name', title: 'Name', kind: 'text' },
  { name: 'kind', title: 'Kind' },
  { name: 'address', title: 'Address' },
  { name: 'lastUsedAt', title: 'Last used', kind: 'time' },
  { name: 'expiresAt', title: 'Expires', kind: 'time' },
  { name: 'userAgent', title: 'Browser', kind: 'text', detail: true },
  { name: 'createdAt', title: 'Signed in', kind: 'time', detail: true },
];
const LINK_FIELDS: readonly Field[] = [
  { name: 'url', title: 'Link' },
  { name: 'expiresAt', title: 'Expires', kind: 'time' },
];
const ADDED_FIELDS: readonly Field[] = [...FIELDS, { name: 'url', title: 'Link' }];
const USER = 'username or id';
const ROLES = 'one of viewer, editor, approver, operator, admin';

export function registerUser(program: Command, start: Start): void {
  const user = program.command('user').description('people who sign in to the admin');
  user
    .command('add')
    .argument('<username>', 'for the sign-in')
    .requiredOption('--role <role>', ROLES)
    .option('--name <name>', 'for readers; default: the username')
    .option('--account <accounts>', 'comma list of accounts that the user is limited to', commaList)
    .description('add a user, and print the link that sets a password')
    .addHelpText('after', '\nExample:\n  contenthub user add anna@example.org --role editor --name "Anna Schmidt"')
    .action(start(addUser));
  addListOptions(user.command('list'))
    .description('list the users, newest first')
    .addHelpText('after', '\nExample:\n  contenthub user list -o csv')
    .action(start(listUsers));
  user
    .command('show')
    .argument('<user>', USER)
    .description('show one user')
    .addHelpText('after', '\nExample:\n  contenthub user show anna@example.org -o json')
    .action(start(showUser));
  user
    .command('set-role')
    .argument('<user>', USER)
    .argument('<role>', ROLES)
    .option('--account <accounts>', 'comma list of accounts that the user is limited to from now on', commaList)
    .option('--all-accounts', 'no longer limited to some accounts')
    .description('change the role of a user: the sessions of the user end')
    .addHelpText('after', '\nExample:\n  contenthub user set-role anna@example.org approver --all-accounts')
    .action(start(setRole));
  user
    .command('disable')
    .argument('<user>', USER)
    .option('--yes', 'do not ask')
    .description('disable a user: no sign-in any more, and the sessions of the user end')
    .addHelpText('after', '\nExample:\n  contenthub user disable anna@example.org --yes')
    .action(start(disableUser));
  user
    .command('enable')
    .argument('<user>', USER)
    .description('enable a user again')
    .addHelpText('after', '\nExample:\n  contenthub user enable anna@example.org')
    .action(start(enableUser));
  user
    .command('link')
    .argument('[user]', `${USER}; without it, the link signs in as an administrator of this machine`)
    .description('print a link that sets a new password, or that signs in on the machine of the server')
    .addHelpText('after', '\nExample:\n  contenthub user link anna@example.org')
    .action(start(printLink));
  addListOptions(user.command('sessions'))
    .argument('[user]', `${USER}; without it, all sessions`)
    .description('list the sessions that have not ended')
    .addHelpText('after', '\nExample:\n  contenthub user sessions anna@example.org')
    .action(start(listSessions));
}

async function addUser(call: Invocation, { role, account, name }: AddOptions, username: string): Promise<void> {
  const show = call.printer.one(ADDED_FIELDS);
  const accountIds = await accountIdsOf(call, account, 'contenthub user add --help');
  const user = await call.api.create<UserView>('/users', { username, role, displayName: name, accountIds });
  const { url } = await call.api.create<SignInLinkView>(`/users/${user.id}/link`, { purpose: 'invite' });
  show({ ...user, url });
  call.note('The link works once, for 48 hours, and is not shown again: send it to the user.');
}

async function listUsers({ api, printer }: Invocation, options: ListOptions): Promise<void> {
  await printer.list<UserView>(FIELDS)(api.pages('/users', {}, limitOf(options)));
}

async function showUser({ api, printer }: Invocation, _options: object, user: string): Promise<void> {
  const show = printer.one(FIELDS);
  show(await userOf(api, user));
}

async function setRole(call: Invocation, { account, allAccounts }: RoleOptions, user: string, role: string): Promise<void> {
  const help = 'contenthub user set-role --help';
  if (account !== undefined && allAccounts) throw usageError('--account and --all-accounts exclude each other', help);
  const accountIds = allAccounts ? null : await accountIdsOf(call, account, help);
  await change(call, user, { role, accountIds });
}

async function disableUser(call: Invocation, { yes }: { yes?: boolean }, user: string): Promise<void> {
  await confirm(call, `The user ${user} will be signed out everywhere.`, { yes, next: `contenthub user disable ${user} --yes` });
  await change(call, user, { disabled: true });
}

async function enableUser(call: Invocation, _options: object, user: string): Promise<void> {
  await change(call, user, { disabled: false });
}

async function printLink(call: Invocation, _options: object, user: string | undefined): Promise<void> {
  const show = call.printer.one(LINK_FIELDS);
  if (user === undefined) {
    show(await call.api.create<SignInLinkView>('/session/code', undefined));
    call.note('The link signs in once, within 15 minutes.');
    return;
  }
  const { id, status } = await userOf(call.api, user);
  show(await call.api.create<SignInLinkView>(`/users/${id}/link`, { purpose: status === 'invited' ? 'invite' : 'reset' }));
  call.note('The link works once, for 48 hours. Earlier links of the user are void.');
}

async function listSessions({ api, printer }: Invocation, options: ListOptions, user: string | undefined): Promise<void> {
  const list = printer.list(SESSION_FIELDS);
  const query = user === undefined ? { of: 'all' } : { userId: (await userOf(api, user)).id };
  await list(api.pages<object>('/sessions', query, limitOf(options)));
}

async function change(call: Invocation, user: string, changes: object): Promise<void> {
  const show = call.printer.one(FIELDS);
  const { id } = await userOf(call.api, user);
  show(await call.api.patch<UserView>(`/users/${id}`, changes));
}

async function accountIdsOf({ api }: Invocation, accounts: string[] | undefined, help: string): Promise<string[] | undefined> {
  if (accounts?.length === 0) throw usageError('--account names no account', help);
  return accounts && (await Promise.all(accounts.map((one) => accountIdOf(api, one))));
}

/** A user by id, short id or username. */
async function userOf(api: ApiClient, user: string): Promise<UserView> {
  if (isUuid(user)) return api.get<UserView>(`/users/${user}`);
  const [named] = (await api.get<{ items: UserView[] }>('/users', { username: user.slice(0, 64) })).items;
  if (named) return named;
  for await (const { items } of api.pages<UserView>('/users', {})) {
    const found = items.find(({ id }) => isShortOf(user, id));
    if (found) return found;
  }
  throw new CliError(Exit.notFound, 'user_not_found', `There is no user "${user}"`, 'contenthub user list');
}
