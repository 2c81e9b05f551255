import { setTimeout as delay } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { timerMs } from '../core/time/timer-ms.ts';
import { isUnreachable } from './api-client.ts';
import { CliError, usageError } from './cli-error.ts';
import { Exit, type ExitCode } from './exit-code.ts';
import { Invocation } from './invocation.ts';
import { fitting, HIDE_CURSOR, screenFrame, SHOW_CURSOR } from './output/live-frame.ts';
import { singleLine } from './output/plain-text.ts';
import { duration } from './parsers.ts';
import { isAnimated, type Terminal, translated } from './terminal.ts';

export interface WatchOptions {
  /** Milliseconds; true for the default. */
  readonly watch?: number | true;
}

type Show<Options> = (call: Invocation, options: Options) => Promise<void>;

const DEFAULT_MS = 2_000;
const LEAST_MS = 1_000;
const MOST_MS = 86_400_000;
const ENTER = `\x1b[?1049h${HIDE_CURSOR}`;
const LEAVE = `${SHOW_CURSOR}\x1b[?1049l`;

export function addWatchOption(command: Command): Command {
  return command.option('--watch [interval]', 'show it again every 2s, or at this interval; Ctrl-C ends it', interval);
}

/** Parses the time between two polls. → milliseconds */
export function interval(value: string): number {
  const ms = duration(value);
  if (ms < LEAST_MS || ms > MOST_MS) throw new InvalidArgumentError('It must be a duration from 1s to 1d.');
  return ms;
}

/** The handler of a command that has --watch. */
export function watchable<Options extends WatchOptions>(
  show: Show<Options>,
): (call: Invocation, options: Options) => Promise<ExitCode | void> {
  return (call, options) => (options.watch === undefined ? show(call, options) : watch(call, options, show));
}

/**
 * Redraws the answer in the alternate screen of a terminal. Elsewhere one answer follows the other, with an empty line
 * between tables. An outage is shown and the watch goes on.
 */
async function watch<Options extends WatchOptions>(call: Invocation, options: Options, show: Show<Options>): Promise<ExitCode> {
  const { terminal, printer } = call;
  if (printer.format !== 'table' && printer.format !== 'jsonl')
    throw usageError(`--watch repeats the answer, which -o ${printer.format} cannot: use -o jsonl`, 'contenthub monitor --help');
  const everyMs = options.watch === true || options.watch === undefined ? DEFAULT_MS : options.watch;
  const redraws = printer.forPeople && isAnimated(terminal.env, terminal.stdout);
  let first = true;
  if (redraws) terminal.stdout.write(ENTER);
  try {
    for (;;) {
      const { text, disconnected } = await answerOf(call, options, show);
      if (redraws) terminal.stdout.write(frame(terminal, everyMs, text));
      else if (disconnected) call.note(text);
      else terminal.stdout.write(first || printer.format === 'jsonl' ? text : `\n${text}`);
      if (!disconnected) first = false;
      await delay(timerMs(everyMs), undefined, { signal: terminal.interrupted });
    }
  } catch (error) {
    if (terminal.interrupted.aborted) return Exit.ok;
    throw error;
  } finally {
    if (redraws) terminal.stdout.write(LEAVE);
  }
}

/** The whole text of an answer with its remarks; `disconnected`: the text says why there is none. */
async function answerOf<Options>(
  call: Invocation,
  options: Options,
  show: Show<Options>,
): Promise<{ text: string; disconnected: boolean }> {
  try {
    return { text: await textOf(call, (inner) => show(inner, options)), disconnected: false };
  } catch (error) {
    if (!isOutage(error)) throw error;
    return { text: singleLine(translated(error.message, call.terminal)), disconnected: true };
  }
}

/** What `show` prints with the terminal and the options of the call; for people with its remarks. */
export async function textOf(call: Invocation, show: (call: Invocation) => Promise<void>): Promise<string> {
  const { stdout } = call.terminal;
  let text = '';
  const buffer = { write: (piece: string) => (text += piece), isTTY: stdout.isTTY, columns: stdout.columns };
  const stderr = call.printer.forPeople ? { ...buffer } : call.terminal.stderr;
  await show(new Invocation({ ...call.terminal, stdout: buffer, stderr }, call.options));
  return text;
}

/** A later request may succeed. */
export function isOutage(error: unknown): error is CliError {
  return error instanceof CliError && (isUnreachable(error) || error.problem?.retryable === true || (error.problem?.status ?? 0) >= 500);
}

function frame(terminal: Terminal, everyMs: number, text: string): string {
  const now = new Date().toTimeString().slice(0, 8);
  const head = translated(`${now}, every ${everyMs / 1000} s. Ctrl-C ends`, terminal);
  return screenFrame(fitting([head, '', ...text.trimEnd().split('\n')], terminal.stdout));
}
