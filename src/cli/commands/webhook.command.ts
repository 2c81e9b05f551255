import type { Command } from 'commander';
import type { WebhookView } from '../api-types.ts';
import { usageError } from '../cli-error.ts';
import { accountIdOf, isShortOf } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { onePage } from '../list-options.ts';
import type { Field } from '../output/fields.ts';
import { commaList, duration } from '../parsers.ts';
import { confirm } from '../prompt.ts';

interface CreateOptions {
  readonly url?: string;
  readonly type?: readonly string[];
  readonly account?: readonly string[];
  readonly description?: string;
}

interface EditOptions extends CreateOptions {
  readonly name?: string;
  readonly allTypes?: boolean;
  readonly allAccounts?: boolean;
}

const FIELDS: readonly Field[] = [
  { name: 'id', title: 'ID', kind: 'id' },
  { name: 'name', title: 'Name', kind: 'text' },
  { name: 'status', title: 'Status', kind: 'status' },
  { name: 'url', title: 'Address' },
  { name: 'types', title: 'Types', kind: 'list' },
  { name: 'failures', title: 'Failures' },
  { name: 'lastSuccessAt', title: 'Last success', kind: 'time' },
  { name: 'lastFailureAt', title: 'Last failure', kind: 'time', detail: true },
  { name: 'failingSince', title: 'Failing since', kind: 'time', detail: true },
  { name: 'pausedReason', title: 'Reason of the pause', detail: true },
  { name: 'pausedAt', title: 'Paused', kind: 'time', detail: true },
  { name: 'pausedBy', title: 'Paused by', kind: 'actor', detail: true },
  { name: 'accountIds', title: 'Accounts', kind: 'list', detail: true },
  { name: 'description', title: 'Description', kind: 'text', detail: true },
  { name: 'managedBy', title: 'Managed by', detail: true },
  { name: 'timeoutMs', title: 'Timeout (ms)', detail: true },
  { name: 'masked', title: 'Secrets', kind: 'list', detail: true },
  { name: 'createdBy', title: 'Created by', kind: 'actor', detail: true },
  { name: 'createdAt', title: 'Created', kind: 'time', detail: true },
];
const SECRET_FIELDS: readonly Field[] = [...FIELDS, { name: 'secret', title: 'Secret' }];
const WEBHOOK = 'name or id of the webhook';
const NOT_SHOWN_AGAIN = 'The secret is not shown again: store it now.';
const EDIT_HELP = 'contenthub webhook edit --help';

/** The commands that change webhooks; webhook-delivery.command.ts has those of their deliveries. */
export function registerWebhook(webhook: Command, start: Start): void {
  webhook
    .command('list')
    .description('list the webhooks by name')
    .addHelpText('after', '\nExample:\n  contenthub webhook list -o csv')
    .action(start(list));
  webhook
    .command('create')
    .argument('<name>', 'unique')
    .requiredOption('--url <address>', 'where events are sent: a public address')
    .option('--type <types>', 'comma list of types such as content.created, or content.* (default: all)', commaList)
    .option('--account <accounts>', 'comma list: only events of these accounts', commaList)
    .option('--description <text>')
    .description('send events to an address; the secret of its signatures is shown once')
    .addHelpText('after', "\nExample:\n  contenthub webhook create newsroom --url https://hooks.example.org/in --type 'content.*'")
    .action(start(create));
  webhook
    .command('edit')
    .argument('<webhook>', WEBHOOK)
    .option('--name <name>', 'another name')
    .option('--url <address>', 'events that wait go there too')
    .option('--type <types>', 'only these types', commaList)
    .option('--all-types', 'all types again')
    .option('--account <accounts>', 'only events of these accounts', commaList)
    .option('--all-accounts', 'all events again')
    .option('--description <text>')
    .description('change a webhook; what is not given stays')
    .addHelpText('after', '\nExample:\n  contenthub webhook edit newsroom --type content.created,budget.warned')
    .action(start(edit));
  for (const [action, description, run] of [
    ['show', 'show one webhook: its filters, its last success and its secrets by their endings', show],
    ['pause', 'send nothing until it is resumed; its events wait', (call: Invocation, _: object, id: string) => act(call, 'pause', id)],
    ['resume', 'send the events that wait, and those to come', (call: Invocation, _: object, id: string) => act(call, 'resume', id)],
  ] as const) {
    const command = webhook.command(action).argument('<webhook>', WEBHOOK).description(description);
    command.addHelpText('after', `\nExample:\n  contenthub webhook ${action} newsroom`).action(start(run));
  }
  webhook
    .command('rotate')
    .argument('<webhook>', WEBHOOK)
    .option('--expires <duration>', 'the old secret stops signing after this time, such as 24h', duration)
    .description('make a new secret, shown once; the old one signs too until it is removed')
    .addHelpText('after', '\nExample:\n  contenthub webhook rotate newsroom --expires 24h')
    .action(start(rotate));
  webhook
    .command('remove-secret')
    .argument('<webhook>', WEBHOOK)
    .argument('<ending>', 'id or last characters of the secret, as webhook show prints them')
    .description('sign with this secret no more')
    .addHelpText('after', '\nExample:\n  contenthub webhook remove-secret newsroom Zm9vYg')
    .action(start(removeSecret));
  webhook
    .command('delete')
    .argument('<webhook>', WEBHOOK)
    .option('--yes', 'do not ask')
    .description('delete a webhook, its deliveries and their log')
    .addHelpText('after', '\nExample:\n  contenthub webhook delete newsroom --yes')
    .action(start(remove));
}

/** Finds a webhook by its name, its id or its short id. */
export async function findWebhook({ api }: Invocation, word: string): Promise<WebhookView> {
  const { items } = await api.get<{ items: readonly WebhookView[] }>('/webhooks');
  const found = items.find(({ name }) => name === word) ?? items.find(({ id }) => id === word || isShortOf(word, id));
  return found ?? api.get<WebhookView>(`/webhooks/${encodeURIComponent(word)}`);
}

const shown = <View extends WebhookView>(view: View) => ({ ...view, masked: view.secrets.map(({ masked }) => masked) });

async function list({ api, printer }: Invocation): Promise<void> {
  const print = printer.list<object>(FIELDS);
  const { items } = await api.get<{ items: readonly WebhookView[] }>('/webhooks');
  await print(onePage({ items: items.map(shown) }));
}

async function create(call: Invocation, { url, type: types, account, description }: CreateOptions, name: string): Promise<void> {
  const print = call.printer.one(SECRET_FIELDS);
  const body = { name, url, types, accountIds: await accountsOf(call, account), description };
  print(shown(await call.api.create<WebhookView>('/webhooks', body)));
  call.note(NOT_SHOWN_AGAIN);
}

async function edit(call: Invocation, options: EditOptions, word: string): Promise<void> {
  const { name, url, type, allTypes, account, allAccounts, description } = options;
  if (Object.keys(options).length === 0) throw usageError('Give what to change', EDIT_HELP);
  if (type && allTypes) throw usageError('Give --type or --all-types, not both', EDIT_HELP);
  if (account && allAccounts) throw usageError('Give --account or --all-accounts, not both', EDIT_HELP);
  const print = call.printer.one(FIELDS);
  const types = allTypes ? null : type;
  const accountIds = allAccounts ? null : await accountsOf(call, account);
  const { id, version } = await findWebhook(call, word);
  print(shown(await call.api.patch<WebhookView>(`/webhooks/${id}`, { name, url, types, accountIds, description }, version)));
}

async function show(call: Invocation, _options: object, word: string): Promise<void> {
  const print = call.printer.one(FIELDS);
  print(shown(await findWebhook(call, word)));
}

async function act(call: Invocation, action: 'pause' | 'resume', word: string): Promise<void> {
  const print = call.printer.one(FIELDS);
  const { id } = await findWebhook(call, word);
  print(shown(await call.api.create<WebhookView>(`/webhooks/${id}/${action}`, undefined)));
}

async function rotate(call: Invocation, { expires }: { expires?: number }, word: string): Promise<void> {
  const print = call.printer.one(SECRET_FIELDS);
  const { id } = await findWebhook(call, word);
  const expiresIn = expires === undefined ? undefined : Math.round(expires / 1_000);
  print(shown(await call.api.create<WebhookView>(`/webhooks/${id}/rotate`, { expiresIn })));
  call.note(NOT_SHOWN_AGAIN);
}

async function removeSecret(call: Invocation, _options: object, word: string, ending: string): Promise<void> {
  const { id, name, secrets } = await findWebhook(call, word);
  const found = secrets.find((secret) => secret.id === ending || secret.masked.endsWith(ending));
  await call.api.delete(`/webhooks/${id}/secrets/${encodeURIComponent(found?.id ?? ending)}`);
  call.note(`The webhook ${name} signs no more with ${found?.masked ?? ending}.`);
}

async function remove(call: Invocation, { yes }: { yes?: boolean }, word: string): Promise<void> {
  const { id, name } = await findWebhook(call, word);
  await confirm(call, `The webhook ${name} and its deliveries will be deleted.`, { yes, next: `contenthub webhook delete ${word} --yes` });
  await call.api.delete(`/webhooks/${id}`);
  call.note(`Deleted the webhook ${name}.`);
}

async function accountsOf({ api }: Invocation, accounts: readonly string[] | undefined): Promise<string[] | undefined> {
  return accounts && Promise.all(accounts.map((one) => accountIdOf(api, one)));
}
