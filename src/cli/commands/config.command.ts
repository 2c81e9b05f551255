import type { Command } from 'commander';
import { CliError, usageError } from '../cli-error.ts';
import { Exit } from '../exit-code.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { onePage } from '../list-options.ts';
import type { Field } from '../output/fields.ts';
import { headerText } from '../parsers.ts';
import { type Profile, type ProfileFile, readProfiles, writeProfiles } from '../profiles.ts';

const SETTINGS = ['server', 'token', 'account'] as const;
type Setting = (typeof SETTINGS)[number];

const DEFAULT_PROFILE = 'default';
const FIELDS: readonly Field[] = [
  { name: 'name', title: 'Profile' },
  { name: 'current', title: 'Current' },
  { name: 'server', title: 'Server' },
  { name: 'account', title: 'Account', kind: 'text' },
  { name: 'token', title: 'Key' },
];
const IN_USE_FIELDS: readonly Field[] = [
  { name: 'server', title: 'Server' },
  { name: 'serverFrom', title: 'From' },
  { name: 'token', title: 'Key' },
  { name: 'tokenFrom', title: 'Key from' },
  { name: 'account', title: 'Account', kind: 'text' },
];
const HELP = 'contenthub config --help';
const SETTING = ['<setting>', `${SETTINGS.slice(0, -1).join(', ')} or ${SETTINGS.at(-1)}`] as const;

/** Names for servers. `--profile` and CONTENTHUB_PROFILE choose one, `config use` the usual one. */
export function registerConfig(program: Command, start: Start): void {
  const config = program.command('config').description('named servers, and which one is in use');
  config
    .command('profiles')
    .description('list the profiles; keys are shown by their beginning')
    .addHelpText('after', '\nExample:\n  contenthub config profiles')
    .action(start(listProfiles));
  config
    .command('show')
    .description('show which server, key and account a command would use, and where each comes from')
    .addHelpText('after', '\nExample:\n  contenthub config show --profile staging')
    .action(start(showInUse));
  config
    .command('set')
    .argument(...SETTING)
    .argument('<value>', 'the value; - reads a key from stdin')
    .description('set a part of a profile: that of --profile, or the current one')
    .addHelpText('after', '\nExample:\n  contenthub config set --profile staging server https://hub.example.org')
    .action(start(setValue));
  config
    .command('get')
    .argument(...SETTING)
    .description('print a part of a profile')
    .addHelpText('after', '\nExample:\n  contenthub config get server')
    .action(start(getValue));
  config
    .command('use')
    .argument('<profile>')
    .description('make a profile the current one')
    .addHelpText('after', '\nExample:\n  contenthub config use staging')
    .action(start(useProfile));
  config
    .command('remove')
    .argument('<profile>')
    .description('remove a profile')
    .addHelpText('after', '\nExample:\n  contenthub config remove staging')
    .action(start(removeProfile));
}

async function listProfiles({ printer, terminal }: Invocation): Promise<void> {
  const show = printer.list<object>(FIELDS);
  const { current, profiles } = readProfiles(terminal.env);
  const rows = Object.entries(profiles).map(([name, { server = null, account = null, token }]) => ({
    name,
    current: name === current,
    server,
    account,
    token: masked(token),
  }));
  await show(onePage({ items: rows }));
}

async function showInUse({ connection, printer }: Invocation): Promise<void> {
  const { server, serverFrom, token, tokenFrom, account = null } = connection;
  printer.one(IN_USE_FIELDS)({ server, serverFrom, token: masked(token), tokenFrom, account });
}

async function setValue(call: Invocation, _options: object, setting: string, value: string): Promise<void> {
  const { terminal } = call;
  const name = checkedSetting(setting);
  const file = readProfiles(terminal.env);
  const profile = profileNameOf(call, file);
  const given = value === '-' ? (await text(terminal.stdin)).trim() : value;
  const current = file.current ?? profile;
  const path = writeProfiles(terminal.env, {
    current,
    profiles: { ...file.profiles, [profile]: { ...file.profiles[profile], [name]: checkedValue(name, given) } },
  });
  call.note(`The profile ${profile} was stored in ${path}${current === profile ? '' : `. Next: contenthub config use ${profile}`}`);
}

async function getValue(call: Invocation, _options: object, setting: string): Promise<void> {
  const name = checkedSetting(setting);
  const file = readProfiles(call.terminal.env);
  const profile = profileNameOf(call, file);
  const value = file.profiles[profile]?.[name];
  if (value === undefined)
    throw new CliError(Exit.notFound, 'not_set', `The profile ${profile} has no ${name}`, `contenthub config set ${name} …`);
  if (call.printer.format === 'table') call.printer.text(`${value}\n`);
  else call.printer.one([{ name, title: name }])({ [name]: value });
}

async function useProfile(call: Invocation, _options: object, profile: string): Promise<void> {
  const file = readProfiles(call.terminal.env);
  checkExists(file, profile);
  writeProfiles(call.terminal.env, { ...file, current: profile });
  call.note(`Commands use ${file.profiles[profile]?.server ?? 'the usual server'} from now on`);
}

async function removeProfile(call: Invocation, _options: object, profile: string): Promise<void> {
  const file = readProfiles(call.terminal.env);
  checkExists(file, profile);
  const { [profile]: _removed, ...profiles } = file.profiles;
  writeProfiles(call.terminal.env, { ...(file.current !== profile && { current: file.current }), profiles });
}

function profileNameOf({ options, terminal }: Invocation, { current }: ProfileFile): string {
  return options.profile ?? (terminal.env.CONTENTHUB_PROFILE || current || DEFAULT_PROFILE);
}

function checkExists({ profiles }: ProfileFile, name: string): void {
  if (Object.hasOwn(profiles, name)) return;
  throw new CliError(Exit.notFound, 'profile_not_found', `There is no profile "${name}"`, 'contenthub config profiles');
}

function checkedSetting(word: string): Setting {
  const setting = SETTINGS.find((name) => name === word);
  if (setting === undefined) throw usageError(`There is no setting "${word}"; it is ${SETTING[1]}`, HELP);
  return setting;
}

function checkedValue(setting: keyof Profile, value: string): string {
  if (setting === 'server') {
    const url = URL.parse(value);
    if (!url || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash)
      throw usageError(`${value} is not the address of a server`, 'contenthub config set server http://127.0.0.1:3000');
    return url.href.replace(/\/+$/, '');
  }
  if (setting === 'token') return headerText(value);
  if (value.trim() === '') throw usageError('The account must not be empty', HELP);
  return value;
}

function masked(token: string | undefined): string | null {
  return token === undefined ? null : `${token.slice(0, 12)}…`;
}

async function text(input: NodeJS.ReadableStream): Promise<string> {
  const { text: read } = await import('node:stream/consumers');
  return read(input);
}
