import { CommanderError } from 'commander';
import { CliError } from './cli-error.ts';
import { Exit, type ExitCode } from './exit-code.ts';
import { paint } from './output/cells.ts';
import { singleLine } from './output/plain-text.ts';
import { STDOUT_CLOSED, type Terminal, translated, wantsColour, withProgramName } from './terminal.ts';

/** Prints the problem and a hint on stderr and returns the exit code. `json` prints a problem object on one line. */
export function reportError(
  error: unknown,
  terminal: Terminal,
  { json, help }: { json: boolean; help: string },
  print: (end: CliError) => void = (end) =>
    void terminal.stderr.write(json ? problemLine(end) : withProgramName(humanLines(end, terminal), terminal)),
): ExitCode {
  if (terminal.interrupted.aborted && terminal.interrupted.reason === STDOUT_CLOSED) return Exit.ok;
  if (error instanceof CommanderError && error.exitCode === 0) return Exit.ok;
  if (error instanceof CommanderError && error.code === 'commander.help') return Exit.usage;
  const end = asCliError(error, terminal, help);
  print(end);
  return end.exitCode;
}

function asCliError(error: unknown, terminal: Terminal, help: string): CliError {
  if (error instanceof CliError) return error;
  if (terminal.interrupted.aborted) return new CliError(Exit.interrupted, 'interrupted', 'Interrupted.', null);
  if (error instanceof CommanderError) return new CliError(Exit.usage, 'usage', usageText(error.message), `${help} --help`);
  const message = error instanceof Error ? error.message : String(error);
  // Detected by its exit code, because the CLI does not load the application's classes.
  if (error instanceof Error && 'exitCode' in error && error.exitCode === Exit.configuration)
    return new CliError(Exit.configuration, 'configuration', message, null);
  return new CliError(Exit.failed, 'failed', message, 'contenthub doctor');
}

/** Joins "error: unknown command 'tsk'\n(Did you mean task?)" into one line without the first word. */
function usageText(message: string): string {
  return message.replace(/^error: /, '').replace(/\n\(/, ' (');
}

function problemLine({ exitCode, code, message, next, problem }: CliError): string {
  const base = problem ?? { type: 'about:blank', title: message, detail: message, code };
  return `${JSON.stringify({ ...base, exitCode, next })}\n`;
}

function humanLines({ exitCode, message: english, next, problem }: CliError, terminal: Terminal): string {
  const say = (text: string): string => translated(text, terminal);
  const red = (text: string): string => (wantsColour(terminal.env, terminal.stderr) ? paint('red', text) : text);
  const message = say(english);
  const lines = [exitCode === Exit.interrupted ? message : `${red(say('Error:'))} ${singleLine(message)}`];
  const { detail: summary, errors = [] } = problem ?? {};
  if (summary && summary !== english && !repeats(summary, errors)) lines.push(`  ${singleLine(summary)}`);
  for (const { pointer, detail, code } of errors) lines.push(`  ${singleLine(`${pointer ?? ''} ${say(detail ?? code ?? '')}`)}`);
  if (next) lines.push(say(`Next: ${next}`));
  return `${lines.join('\n')}\n`;
}

/** The detail of a problem may be the sentences of its errors, which are printed with their pointers. */
function repeats(summary: string, errors: NonNullable<CliError['problem']>['errors'] = []): boolean {
  return errors.length > 0 && errors.every(({ detail }) => detail !== undefined && summary.includes(detail));
}
