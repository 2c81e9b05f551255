export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Everything a command may touch of the outside world, so that a test can stand in for it. */
export interface Terminal {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** How a person calls this program here: `contenthub`, or `npx contenthub` in a checkout. */
  readonly program?: string;
  /** Aborts on Ctrl-C, or with the reason STDOUT_CLOSED when the reader of stdout has gone. */
  readonly interrupted: AbortSignal;
}

/** A text for people with the command as it works here: hints are written for an installed `contenthub`. */
export function withProgramName(text: string, { program = 'contenthub' }: Terminal): string {
  return text.replaceAll(/(^|[\s(])contenthub (?=[a-z-])/g, (_, before: string) => `${before}${program} `);
}

export const STDOUT_CLOSED = Symbol('stdout closed');

type Env = Terminal['env'];

/** FORCE_COLOR wins over NO_COLOR, both over what the stream is. An empty value counts as unset. */
export function wantsColour(env: Env, stream: Output): boolean {
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  if (env.NO_COLOR || env.CLICOLOR === '0') return false;
  return isAnimated(env, stream);
}

/** Whether a person is watching a terminal that can redraw a line. */
export function isAnimated(env: Env, stream: Output): boolean {
  return stream.isTTY === true && env.TERM !== 'dumb' && !env.CI;
}
