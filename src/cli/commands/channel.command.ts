import type { Command } from 'commander';
import type { AccountChannelView } from '../api-types.ts';
import { CliError, usageError } from '../cli-error.ts';
import { Exit } from '../exit-code.ts';
import { accountIdOf } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { onePage } from '../list-options.ts';
import type { Field } from '../output/fields.ts';

interface AddOptions {
  readonly kind: string;
  readonly config: string;
}

const FIELDS: readonly Field[] = [
  { name: 'id', title: 'ID', kind: 'id' },
  { name: 'name', title: 'Name', kind: 'text' },
  { name: 'kind', title: 'Kind' },
  { name: 'enabled', title: 'Enabled' },
  { name: 'config', title: 'Configuration', kind: 'text' },
];
const KIND_FIELDS: readonly Field[] = [
  { name: 'kind', title: 'Kind' },
  { name: 'description', title: 'Description', kind: 'sentence' },
  { name: 'modes', title: 'Modes', kind: 'list' },
  { name: 'configSchema', title: 'Schema', kind: 'text', detail: true },
];
const PROBE_FIELDS: readonly Field[] = [
  { name: 'usable', title: 'Usable' },
  { name: 'identity', title: 'Identity', kind: 'text' },
  { name: 'problems', title: 'Problems', kind: 'text' },
];
const ACCOUNT = 'id or exact name of the account';

export function registerChannel(program: Command, start: Start): void {
  const channel = program.command('channel').description('where accounts publish');
  channel
    .command('kinds')
    .description('list the kinds of channels, with the schemas of their configuration')
    .addHelpText('after', '\nExample:\n  contenthub channel kinds -o json')
    .action(start(listKinds));
  channel
    .command('list')
    .argument('<account>', ACCOUNT)
    .description('list the channels of an account')
    .addHelpText('after', '\nExample:\n  contenthub channel list contenthub-notes')
    .action(start(listChannels));
  channel
    .command('add')
    .argument('<account>', ACCOUNT)
    .argument('<name>', 'unique within the account')
    .requiredOption('--kind <kind>', 'a kind of "channel kinds"')
    .requiredOption('--config <json>', 'configuration as JSON')
    .description('add a channel to an account')
    .addHelpText(
      'after',
      `\nExample:\n  contenthub channel add contenthub-notes site --kind file --config '{"mode":"publish","folder":"site"}'`,
    )
    .action(start(addChannel));
  channel
    .command('probe')
    .argument('<account>', ACCOUNT)
    .argument('<name>', 'name of the channel')
    .description('ask a channel whether its configuration works now; nothing is published')
    .addHelpText('after', '\nExample:\n  contenthub channel probe contenthub-notes site')
    .action(start(probeChannel));
}

async function listKinds({ api, printer }: Invocation): Promise<void> {
  await printer.list(KIND_FIELDS)(onePage(await api.get<{ items: readonly object[] }>('/channels')));
}

async function listChannels({ api, printer }: Invocation, _options: object, account: string): Promise<void> {
  const show = printer.list(FIELDS);
  await show(onePage(await api.get<{ items: readonly object[] }>(`/accounts/${await accountIdOf(api, account)}/channels`)));
}

async function addChannel({ api, printer }: Invocation, { kind, config }: AddOptions, account: string, name: string): Promise<void> {
  const show = printer.one(FIELDS);
  const body = { name, kind, config: parseConfig(config) };
  show(await api.create<AccountChannelView>(`/accounts/${await accountIdOf(api, account)}/channels`, body));
}

async function probeChannel({ api, printer }: Invocation, _options: object, account: string, name: string): Promise<void> {
  const show = printer.one(PROBE_FIELDS);
  const path = `/accounts/${await accountIdOf(api, account)}/channels`;
  const { items } = await api.get<{ items: readonly AccountChannelView[] }>(path);
  const channel = items.find((one) => one.name === name || one.id === name);
  if (!channel)
    throw new CliError(Exit.notFound, 'channel_not_found', `The account has no channel "${name}"`, `contenthub channel list ${account}`);
  show(await api.create<object>(`${path}/${channel.id}/probe`, {}));
}

function parseConfig(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw usageError('--config is not JSON', 'contenthub channel add --help');
  }
}
