import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandAnswer, runCommand } from './command.ts';

/** Where the program is and what it sees. */
export interface CliProgramOptions {
  /** Absolute path. */
  readonly file: string;
  /** Its working folder, created at the first command. */
  readonly folder: string;
  /** The allowed variables of this process. */
  readonly variables: Readonly<Record<string, string>>;
}

export interface CliCall {
  readonly args: readonly string[];
  readonly stdin?: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Time limits of the commands. */
export const SUBMIT_MS = 30_000;
export const STATUS_MS = 10_000;
export const RESULT_MS = 30_000;
/** Limit of stdout. An article has some 100 kB at most. */
const MAX_BYTES = 2_000_000;

/** The program of the operator, called with a fixed folder and environment. */
export class CliProgram {
  constructor(private readonly options: CliProgramOptions) {}

  has(variable: string): boolean {
    return (this.options.variables[variable] ?? '') !== '';
  }

  /** `defaults` are variables that the operator may override. @throws {CreationError} see runCommand */
  run({ args, stdin, timeoutMs, signal }: CliCall, defaults: Readonly<Record<string, string>> = {}): Promise<CommandAnswer> {
    const { file, folder, variables } = this.options;
    // The public tool ends without a message when its folder has no data/.
    mkdirSync(join(folder, 'data'), { recursive: true, mode: 0o700 });
    const env = { NO_COLOR: '1', FORCE_COLOR: '0', ...defaults, ...variables };
    return runCommand({ file, args, cwd: folder, env, stdin, timeoutMs, maxBytes: MAX_BYTES, signal });
  }
}
