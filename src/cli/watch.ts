import { setTimeout as delay } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { timerMs } from '../core/time/timer-ms.ts';
import { isUnreachable } from './api-client.ts';
import { CliError, usageError } from './cli-error.ts';
import { Exit, type ExitCode } from './exit-code.ts';
import { Invocation } from './invocation.ts';
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
const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';
/** The terminal shows what is between these at once, so that it does not flicker. */
const [BEGIN_UPDATE, END_UPDATE] = ['\x1b[?2026h', '\x1b[?2026l'];
const HOME = '\x1b[H';
const CLEAR_TO_LINE_END = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';

export function addWatchOption(command: Command): Command {
  return command.option('--watch [interval]', 'show it again every 2s, or at this interval; Ctrl-C ends it', interval);
}

function interval(value: string): number {
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
      const { text, lost } = await answerOf(call, options, show);
      if (redraws) terminal.stdout.write(frame(terminal, everyMs, text));
      else if (lost) call.note(text);
      else terminal.stdout.write(first || printer.format === 'jsonl' ? text : `\n${text}`);
      if (!lost) first = false;
      await delay(timerMs(everyMs), undefined, { signal: terminal.interrupted });
    }
  } catch (error) {
    if (terminal.interrupted.aborted) return Exit.ok;
    throw error;
  } finally {
    if (redraws) terminal.stdout.write(LEAVE);
  }
}

/** The whole text of an answer with its remarks; `lost`: the text says why there is none. */
async function answerOf<Options>(call: Invocation, options: Options, show: Show<Options>): Promise<{ text: string; lost: boolean }> {
  const { stdout } = call.terminal;
  let text = '';
  const buffer = { write: (piece: string) => (text += piece), isTTY: stdout.isTTY, columns: stdout.columns };
  const stderr = call.printer.forPeople ? { ...buffer } : call.terminal.stderr;
  try {
    await show(new Invocation({ ...call.terminal, stdout: buffer, stderr }, call.options), options);
    return { text, lost: false };
  } catch (error) {
    if (!isOutage(error)) throw error;
    return { text: singleLine(translated(error.message, call.terminal)), lost: true };
  }
}

function isOutage(error: unknown): error is CliError {
  return error instanceof CliError && (isUnreachable(error) || error.problem?.retryable === true || (error.problem?.status ?? 0) >= 500);
}

/** As many lines as the terminal has: a longer text would scroll the screen. */
function frame(terminal: Terminal, everyMs: number, text: string): string {
  const now = new Date().toTimeString().slice(0, 8);
  const head = translated(`${now}, every ${everyMs / 1000} s. Ctrl-C ends`, terminal);
  const lines = [head, '', ...text.trimEnd().split('\n')].slice(0, (terminal.stdout.rows ?? Number.POSITIVE_INFINITY) - 1);
  return BEGIN_UPDATE + HOME + lines.map((line) => `${line}${CLEAR_TO_LINE_END}\n`).join('') + CLEAR_BELOW + END_UPDATE;
}
