import type { Command } from 'commander';
import { type ExitCode, Exit } from './exit-code.ts';
import { type GlobalOptions, givenOptions, withoutGlobalOptions } from './global-options.ts';
import type { Invocation } from './invocation.ts';
import type { Terminal } from './terminal.ts';

/** The action of a command; `options` are its own, without the global ones. Returns the exit code when it is not 0. */
type Handler<Options, Args extends unknown[]> = (call: Invocation, options: Options, ...args: Args) => Promise<ExitCode | void>;

/** Turns a handler into an action of commander. Each command file receives it as `start`. */
export type Start = <Options, Args extends unknown[]>(handler: Handler<Options, Args>) => (...received: unknown[]) => Promise<void>;

/** `adapt` derives the common options of a program whose options are others. */
export function starter(
  terminal: Terminal,
  onExit: (code: number) => void,
  adapt: (options: object) => GlobalOptions = (options) => options,
): Start {
  return <Options, Args extends unknown[]>(handler: Handler<Options, Args>) =>
    async (...received: unknown[]): Promise<void> => {
      const { Invocation } = await import('./invocation.ts'); // not for the help and the version: the printer takes half of the start
      const command = received.at(-1) as Command;
      const options = givenOptions(command);
      const call = new Invocation(terminal, adapt(options));
      const code = await handler(call, withoutGlobalOptions(options) as Options, ...(command.processedArgs as Args));
      onExit(code ?? Exit.ok);
    };
}
