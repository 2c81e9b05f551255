import { type Command, Option } from 'commander';
import { newProgram, runProgram } from '../command-line.ts';
import { connectionOptions, type GlobalOptions, languageOption } from '../global-options.ts';
import { type Start, starter } from '../starter.ts';
import { languageOf } from '../i18n/language.ts';
import { onlyVersion, textsOf } from '../i18n/load-texts.ts';
import type { Terminal } from '../terminal.ts';
import { reportCreatorError } from './creator-error.ts';

type Load = () => Promise<(command: Command, start: Start) => void>;

/** The commands of the public tool, in its order. */
const COMMANDS: Readonly<Record<string, Load>> = {
  create: async () => (await import('./commands/create.command.ts')).registerCreate,
  status: async () => (await import('./commands/status.command.ts')).registerStatus,
  result: async () => (await import('./commands/result.command.ts')).registerResult,
  cancel: async () => (await import('./commands/cancel.command.ts')).registerCancel,
  list: async () => (await import('./commands/list.command.ts')).registerList,
  retry: async () => (await import('./commands/retry.command.ts')).registerRetry,
  worker: async () => (await import('./commands/worker.command.ts')).registerWorker,
  monitor: async () => (await import('./commands/monitor.command.ts')).registerMonitor,
};

/** Runs one command line of `content-creator` and returns the exit code. Never throws. */
export async function runCreator(argv: readonly string[], streams: Terminal): Promise<number> {
  const terminal = { ...streams, texts: await textsOf(languageOf(argv, streams.env), argv) };
  let exitCode = 0;
  const start = starter(
    terminal,
    (code) => {
      exitCode = code;
    },
    outputOf,
  );
  const program = newProgram('content-creator', 'The commands of the content-creator tool, carried out by a ContentHub server', terminal);
  const [word = ''] = argv;
  const names = Object.hasOwn(COMMANDS, word) ? [word] : onlyVersion(argv) ? [] : Object.keys(COMMANDS);
  for (const name of names) (await COMMANDS[name]?.())?.(program.command(name), start);
  addCommonOptions(program);
  return runProgram(program, argv, terminal, { exitCode: () => exitCode, json: asksForJson(argv), report: reportCreatorError });
}

/** `-o` is the offset of `list`, so `--json` alone chooses the format. */
function addCommonOptions(command: Command): void {
  command.optionsGroup('Common options:');
  const options = [
    new Option('--json', 'print one JSON value, errors too'),
    new Option('-q, --quiet', 'no progress and no remarks'),
    new Option('-v, --verbose', 'accepted for scripts of the public tool').hideHelp(),
    languageOption(),
    ...connectionOptions(),
  ];
  for (const option of options) command.addOption(option);
  command.commands.forEach(addCommonOptions);
}

function outputOf(options: GlobalOptions & { json?: boolean; format?: string }): GlobalOptions {
  return options.json || options.format === 'json' ? { ...options, output: 'json' } : options;
}

function asksForJson(argv: readonly string[]): boolean {
  return argv.some((word, i) => word === '--json' || word === '--format=json' || (word === '--format' && argv[i + 1] === 'json'));
}
