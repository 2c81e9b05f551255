import type { Command } from 'commander';
import { ApiClient } from './api-client.ts';
import { type Connection, findConnection } from './connection.ts';
import { type ExitCode, Exit } from './exit-code.ts';
import { type GlobalOptions, givenOptions } from './global-options.ts';
import { Printer } from './output/printer.ts';
import { isAnimated, type Terminal, wantsColour, withProgramName } from './terminal.ts';

/** One run of a command: the terminal, the common options, and what is derived from them. */
export class Invocation {
  readonly printer: Printer;
  #api: ApiClient | undefined;

  constructor(
    readonly terminal: Terminal,
    readonly options: GlobalOptions,
  ) {
    this.printer = new Printer({
      out: terminal.stdout,
      format: options.output ?? 'table',
      columns: options.columns,
      headers: options.headers ?? true,
      bom: options.bom ?? false,
      utc: options.utc ?? false,
      colour: this.colourOf(terminal.stdout),
      note: (text) => this.note(text),
    });
  }

  get connection(): Connection {
    return findConnection(this.options, this.terminal);
  }

  get api(): ApiClient {
    this.#api ??= new ApiClient(this.connection, this.terminal.interrupted);
    return this.#api;
  }

  /** True when a progress bar may be drawn on stderr. Otherwise progress is one line per change. */
  get animated(): boolean {
    return isAnimated(this.terminal.env, this.terminal.stderr);
  }

  /** False with -q, and with JSON, because a program may read stderr. */
  get talkative(): boolean {
    const forProgram = this.printer.format === 'json' || this.printer.format === 'jsonl';
    return !this.options.quiet && (!forProgram || this.animated);
  }

  note(text: string): void {
    if (this.talkative) this.terminal.stderr.write(`${withProgramName(text, this.terminal)}\n`);
  }

  /** A time in the past is probably a wrong year or time zone. The server starts such a task at once. */
  warnIfPast(at: string | undefined): void {
    if (at !== undefined && Date.parse(at) < Date.now()) this.note(`Warning: --at ${at} is in the past: the task starts at once`);
  }

  colourOf(stream: Terminal['stdout']): boolean {
    return this.options.color !== false && wantsColour(this.terminal.env, stream);
  }
}

/** The action of a command. Returns the exit code when it is not 0. */
type Handler<Options, Args extends unknown[]> = (call: Invocation, options: Options, ...args: Args) => Promise<ExitCode | void>;

/** Turns a handler into an action of commander. Each command file receives it as `start`. */
export type Start = <Options, Args extends unknown[]>(handler: Handler<Options, Args>) => (...received: unknown[]) => Promise<void>;

export function starter(terminal: Terminal, onExit: (code: number) => void): Start {
  return <Options, Args extends unknown[]>(handler: Handler<Options, Args>) =>
    async (...received: unknown[]): Promise<void> => {
      const command = received.at(-1) as Command;
      const options = givenOptions(command);
      const code = await handler(new Invocation(terminal, options), options as Options, ...(command.processedArgs as Args));
      onExit(code ?? Exit.ok);
    };
}
