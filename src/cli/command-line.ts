import { type Argument, Command } from 'commander';
import { closest } from '../core/text/closest.ts';
import { type CliError, usageError } from './cli-error.ts';
import { reportError } from './error-report.ts';
import { cliVersion } from './package-root.ts';
import { type Terminal, translated, withProgramName } from './terminal.ts';

/** A program of this package: version, help of the width of the terminal, errors as exceptions. */
export function newProgram(name: string, description: string, terminal: Terminal): Command {
  const written = (text: string): string =>
    withProgramName(
      text.replace(/^Example:$/m, (heading) => translated(heading, terminal)),
      terminal,
    );
  return new Command(name)
    .description(description)
    .version(cliVersion(), '-V, --version', 'print the version')
    .enablePositionalOptions()
    .exitOverride()
    .configureHelp({
      minWidthToWrap: 20,
      subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(argumentTerm)].join(' '),
      ...terminal.texts?.help,
    })
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(written(text)),
      writeErr: (text) => terminal.stderr.write(written(text)),
      outputError: () => undefined, // error-report.ts prints it
      getOutHelpWidth: () => terminal.stdout.columns ?? 100,
      getErrHelpWidth: () => terminal.stderr.columns ?? 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
}

/** Parses and runs one command line, and returns the exit code. Never throws. `exitCode`: that of the command that ran. */
export async function runProgram(
  program: Command,
  argv: readonly string[],
  terminal: Terminal,
  { exitCode, report = reportError, json }: { exitCode: () => number; json: boolean; report?: typeof reportError },
): Promise<number> {
  try {
    if (argv.length === 0) program.help();
    const words = argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv;
    rejectUnknownCommand(program, words);
    await program.parseAsync(words, { from: 'user' });
    return exitCode();
  } catch (error) {
    return report(error, terminal, { json, help: commandPath(program, argv) });
  }
}

/** Without this, `--help` behind a wrong word prints the help of the word before it and ends with 0. */
function rejectUnknownCommand(program: Command, words: readonly string[]): void {
  let at = program;
  for (const word of words) {
    if (word.startsWith('-') || at.commands.length === 0) return;
    const next = at.commands.find((command) => command.name() === word);
    if (next === undefined) throw unknownCommand(at, word);
    at = next;
  }
}

function unknownCommand(command: Command, word: string): CliError {
  const names = command
    .createHelp()
    .visibleCommands(command)
    .map((each) => each.name());
  const near = closest(word, names);
  const path: string[] = [];
  for (let at: Command | null = command; at !== null; at = at.parent) path.unshift(at.name());
  return usageError(`unknown command '${word}'${near === null ? '' : ` (Did you mean ${near}?)`}`, `${path.join(' ')} --help`);
}

function argumentTerm(argument: Argument): string {
  const name = argument.variadic ? `${argument.name()}...` : argument.name();
  return argument.required ? `<${name}>` : `[${name}]`;
}

/** `contenthub task list`: the leading words that name commands. */
function commandPath(program: Command, argv: readonly string[]): string {
  let at = program;
  const words = [program.name()];
  for (const word of argv) {
    const command = at.commands.find((candidate) => candidate.name() === word);
    if (!command) continue;
    at = command;
    words.push(word);
  }
  return words.join(' ');
}
