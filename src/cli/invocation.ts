import { ApiClient } from './api-client.ts';
import { type Connection, findConnection } from './connection.ts';
import type { GlobalOptions } from './global-options.ts';
import type { Language } from './i18n/language.ts';
import { Printer } from './output/printer.ts';
import { isAnimated, type Terminal, translated, wantsColour, withProgramName } from './terminal.ts';

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
      translate: (text) => translated(text, terminal),
    });
  }

  get connection(): Connection {
    return findConnection(this.options, this.terminal);
  }

  get api(): ApiClient {
    this.#api ??= new ApiClient(this.connection, this.terminal.interrupted, this.#language);
    return this.#api;
  }

  /** What programs read does not change with the language. */
  get #language(): Language | undefined {
    return this.printer.format === 'table' ? this.terminal.texts?.language : undefined;
  }

  /** True when a progress bar may be drawn on stderr. Otherwise progress is one line per change. */
  get animated(): boolean {
    return isAnimated(this.terminal.env, this.terminal.stderr);
  }

  /** False with -q, and with JSON and YAML, because a program may read stderr. */
  get talkative(): boolean {
    return !this.options.quiet && (!this.printer.isStructured || this.animated);
  }

  note(text: string): void {
    if (this.talkative) this.terminal.stderr.write(`${withProgramName(translated(text, this.terminal), this.terminal)}\n`);
  }

  /** A time in the past is probably a wrong year or time zone. The server starts such a task at once. */
  warnIfPast(at: string | undefined): void {
    if (at !== undefined && Date.parse(at) < Date.now()) this.note(`Warning: --at ${at} is in the past: the task starts at once`);
  }

  colourOf(stream: Terminal['stdout']): boolean {
    return this.options.color !== false && wantsColour(this.terminal.env, stream);
  }
}
