import { type Command, Option } from 'commander';
import { commaList, headerText } from './parsers.ts';
import { FORMATS, type Format } from './output/printer.ts';

/** Options of every command. An option that was not given is absent. */
export interface GlobalOptions {
  readonly server?: string;
  readonly token?: string;
  readonly output?: Format;
  readonly columns?: readonly string[];
  readonly headers?: boolean;
  readonly bom?: boolean;
  readonly utc?: boolean;
  readonly quiet?: boolean;
  readonly color?: boolean;
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
    new Option('--server <url>', 'address of the server (env APP_SERVER)'),
    new Option('--token <key>', 'API key (env APP_TOKEN)').argParser(headerText),
  ];
}

/** The options that were given; those nearest to the command win. Defaults of commander (`--no-…` is true) do not count. */
export function givenOptions(command: Command): object {
  const own = Object.entries(command.opts()).filter(([name]) => command.getOptionValueSource(name) !== 'default');
  return { ...(command.parent ? givenOptions(command.parent) : {}), ...Object.fromEntries(own) };
}
