import { type Command, Option } from 'commander';
import { SEVERITIES } from '../../core/alert/alert-states.ts';
import type { ExecutionReceipt } from '../api-types.ts';
import { usageError } from '../cli-error.ts';
import { throwUnlessCompleted } from '../follow.ts';
import { getNamed } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { onePage } from '../list-options.ts';
import { EXECUTION_FIELDS, type Field } from '../output/fields.ts';
import { commaList, integer, readSource } from '../parsers.ts';
import { followWithProgress } from '../progress.ts';

interface ChannelOptions {
  readonly name?: string;
  readonly kind?: string;
  readonly url?: string;
  readonly signingSecret?: string;
  readonly host?: string;
  readonly port?: number;
  readonly security?: string;
  readonly user?: string;
  readonly password?: string;
  readonly from?: string;
  readonly to?: readonly string[];
  readonly minSeverity?: string;
  readonly enable?: boolean;
  readonly disable?: boolean;
}

const PATH = '/alert-channels';
const KINDS = ['webhook', 'feishu', 'slack', 'email'];
/** Given as `@file` or `-`, they are in no list of processes and in no history of a shell. */
const SECRETS = ['url', 'signingSecret', 'password'] as const;
const FIELDS: readonly Field[] = [
  { name: 'id', title: 'ID', kind: 'id' },
  { name: 'name', title: 'Name', kind: 'text' },
  { name: 'kind', title: 'Kind' },
  { name: 'target', title: 'Sends to', kind: 'text' },
  { name: 'minSeverity', title: 'From severity' },
  { name: 'enabled', title: 'Enabled' },
  { name: 'config', title: 'Config', kind: 'text', detail: true },
  { name: 'secrets', title: 'Secrets', kind: 'text', detail: true },
  { name: 'createdBy', title: 'Created by', kind: 'actor', detail: true },
  { name: 'updatedAt', title: 'Changed', kind: 'time', detail: true },
];
const CHANNEL = 'name or id of the channel';

export function registerAlertChannel(alert: Command, start: Start): void {
  const channel = alert.command('channel').description('where notifications of alerts go');
  channel
    .command('list')
    .description('list the channels by name; secrets are not shown')
    .addHelpText('after', '\nExample:\n  contenthub alert channel list')
    .action(start(list));
  addChannelOptions(channel.command('create').argument('<name>'))
    .addOption(new Option('--kind <kind>', 'what gets the notifications').choices(KINDS).makeOptionMandatory())
    .description('add a channel: --url for webhook, feishu and slack; --host, --port, --security, --from and --to for email')
    .addHelpText('after', '\nExample:\n  contenthub alert channel create ops --kind slack --url @slack-url.txt --min-severity warning')
    .action(start(create));
  addChannelOptions(channel.command('edit').argument('<channel>', CHANNEL))
    .option('--name <name>', 'another name')
    .option('--enable', 'send again')
    .option('--disable', 'send no more')
    .description('change a channel; what is not given stays, secrets too')
    .addHelpText('after', '\nExample:\n  contenthub alert channel edit ops --min-severity critical')
    .action(start(edit));
  for (const [name, description, run] of [
    ['show', 'show one channel', show],
    ['test', 'send a sample and wait for its delivery', test],
    ['delete', 'delete a channel with its notifications', remove],
  ] as const) {
    const command = channel.command(name).argument('<channel>', CHANNEL).description(description);
    command.addHelpText('after', `\nExample:\n  contenthub alert channel ${name} ops`).action(start(run));
  }
}

function addChannelOptions(command: Command): Command {
  return command
    .option('--url <url>', 'address with its key: the text, @file or -')
    .option('--signing-secret <secret>', 'of webhook (whsec_…) and feishu: the text, @file or -')
    .option('--host <host>', 'of email: the SMTP server')
    .option('--port <port>', 'of email: 465 for tls, 587 for starttls', integer(1, 65_535))
    .addOption(new Option('--security <word>', 'of email').choices(['tls', 'starttls', 'none']))
    .option('--user <name>', 'of email: the log-in')
    .option('--password <password>', 'of email: the text, @file or -')
    .option('--from <address>', 'of email: the sender')
    .option('--to <addresses>', 'of email: the receivers, a comma list', commaList)
    .addOption(new Option('--min-severity <severity>', 'alerts of a lower severity are not sent').choices(SEVERITIES));
}

/** The members that were given, as the API takes them. */
async function bodyOf({ terminal }: Invocation, options: ChannelOptions, next: string): Promise<object> {
  const { name, kind, host, port, security, user, from, to, minSeverity, enable, disable } = options;
  if (enable && disable) throw usageError('Give --enable or --disable, not both', next);
  const secrets: Partial<Record<(typeof SECRETS)[number], string>> = {};
  for (const secret of SECRETS) {
    const given = options[secret];
    if (given !== undefined) secrets[secret] = (await readSource(given, terminal, next)).trim();
  }
  const enabled = enable ? true : disable ? false : undefined;
  const members = { name, kind, host, port, security, user, from, to, minSeverity, enabled, ...secrets };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

async function list({ api, printer }: Invocation): Promise<void> {
  const print = printer.list<object>(FIELDS);
  await print(onePage(await api.get<{ items: readonly object[] }>(PATH)));
}

async function create(call: Invocation, options: ChannelOptions, name: string): Promise<void> {
  const print = call.printer.one(FIELDS);
  print(await call.api.create<object>(PATH, { ...(await bodyOf(call, options, 'contenthub alert channel create --help')), name }));
}

async function edit(call: Invocation, options: ChannelOptions, channel: string): Promise<void> {
  const next = 'contenthub alert channel edit --help';
  const body = await bodyOf(call, options, next);
  if (Object.keys(body).length === 0) throw usageError('Give what to change', next);
  const print = call.printer.one(FIELDS);
  const { id, version } = await getNamed(call.api, PATH, channel);
  print(await call.api.patch<object>(`${PATH}/${id}`, body, version));
}

async function show({ api, printer }: Invocation, _options: object, channel: string): Promise<void> {
  const print = printer.one(FIELDS);
  print(await getNamed(api, PATH, channel));
}

async function test(call: Invocation, _options: object, channel: string): Promise<void> {
  const print = call.printer.one(EXECUTION_FIELDS);
  const { id, name } = await getNamed(call.api, PATH, channel);
  const { executionId } = await call.api.create<ExecutionReceipt>(`${PATH}/${id}/test`, undefined);
  const view = await followWithProgress(call, executionId, undefined);
  print(view);
  throwUnlessCompleted(view);
  call.note(`The sample was delivered to ${name}.`);
}

async function remove(call: Invocation, _options: object, channel: string): Promise<void> {
  const { id, name } = await getNamed(call.api, PATH, channel);
  await call.api.delete(`${PATH}/${id}`);
  call.note(`Deleted the alert channel ${name}.`);
}
