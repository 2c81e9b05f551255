import type { Command } from 'commander';
import { ApiClient } from './api-client.ts';
import { type Connection, findConnection } from './connection.ts';
import { type ExitCode, Exit } from './exit-code.ts';
import { type GlobalOptions, givenOptions } from './global-options.ts';
import { Printer } from './output/printer.ts';
import { isAnimated, type Terminal, wantsColour, withProgramName } from './terminal.ts';

/** One command being run: the terminal, the options all commands share, and what is made of them. */
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

  /** Whether a bar may be drawn on stderr; else progress is one line per change. */
  get animated(): boolean {
    return isAnimated(this.terminal.env, this.terminal.stderr);
  }

  /** Remarks and progress are for people: with -q nobody wants them, and with JSON a program may be reading stderr. */
  get talkative(): boolean {
    const forProgram = this.printer.format === 'json' || this.printer.format === 'jsonl';
    return !this.options.quiet && (!forProgram || this.animated);
  }

  note(text: string): void {
    if (this.talkative) this.terminal.stderr.write(`${withProgramName(text, this.terminal)}\n`);
  }

  /** A time in the past is a likely slip of the year or the zone; the server starts such a task at once. */
  warnIfPast(at: string | undefined): void {
    if (at !== undefined && Date.parse(at) < Date.now()) this.note(`Warning: --at ${at} is in the past: the task starts at once`);
  }

  colourOf(stream: Terminal['stdout']): boolean {
    return this.options.color !== false && wantsColour(this.terminal.env, stream);
  }
}

/** What a command does. Answers the exit code when it is not 0. */
type Handler<Options, Args extends unknown[]> = (call: Invocation, options: Options, ...args: Args) => Promise<ExitCode | void>;

/** Makes commander's action of a handler; `start` is handed to each command file when it registers. */
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
