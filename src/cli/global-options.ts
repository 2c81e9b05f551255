import { type Command, Option } from 'commander';
import { commaList, headerText } from './parsers.ts';
import { type Language, LANGUAGES } from './i18n/language.ts';
import { FORMATS, type Format } from './output/formats.ts';

/** Options of every command. An option that was not given is absent. */
export interface GlobalOptions {
  readonly server?: string;
  readonly token?: string;
  readonly profile?: string;
  readonly output?: Format;
  readonly columns?: readonly string[];
  readonly headers?: boolean;
  readonly bom?: boolean;
  readonly utc?: boolean;
  readonly quiet?: boolean;
  readonly color?: boolean;
  readonly lang?: Language;
}

/** Added to the program and to each command, so that `contenthub -o json task list` equals `contenthub task list -o json`. */
export function addGlobalOptions(command: Command): void {
  command.optionsGroup('Global options:');
  for (const option of globalOptions()) command.addOption(option);
  command.commands.forEach(addGlobalOptions);
}

function globalOptions(): Option[] {
  return [
    new Option('-o, --output <format>', 'output format').choices(FORMATS),
    new Option('--columns <names>', 'columns of a table or CSV, comma-separated').argParser(commaList),
    new Option('--no-headers', 'leave the header line out'),
    new Option('--bom', 'start a CSV with a byte order mark (Excel)'),
    new Option('--utc', 'show times in UTC'),
    new Option('-q, --quiet', 'no progress and no remarks'),
    new Option('--no-color', 'no colours'),
    languageOption(),
    ...connectionOptions(),
  ];
}

/** Read before the command line is parsed (i18n/language.ts): here it is only checked and explained. */
export function languageOption(): Option {
  return new Option('--lang <language>', 'language of texts for people (default: of the locale)').choices(LANGUAGES);
}

/** Which server, and how. */
export function connectionOptions(): Option[] {
  return [
    new Option('--server <url>', 'address of the server (env CONTENTHUB_URL)'),
    new Option('--token <key>', 'API key (env CONTENTHUB_KEY)').argParser(headerText),
    new Option('--profile <name>', 'a server of "contenthub config" (env CONTENTHUB_PROFILE)'),
  ];
}

/** The options that were given; those nearest to the command win. Defaults of commander (`--no-…` is true) do not count. */
export function givenOptions(command: Command): object {
  const own = Object.entries(command.opts()).filter(([name]) => command.getOptionValueSource(name) !== 'default');
  return { ...(command.parent ? givenOptions(command.parent) : {}), ...Object.fromEntries(own) };
}

/** What a command sends to the API. */
export function withoutGlobalOptions<T extends object>(options: T): Omit<T, keyof GlobalOptions> {
  const names = new Set(globalOptions().map((option) => option.attributeName()));
  return Object.fromEntries(Object.entries(options).filter(([name]) => !names.has(name))) as Omit<T, keyof GlobalOptions>;
}
