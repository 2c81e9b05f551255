import type { Texts } from './i18n/texts.ts';

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** The environment of a command: streams, variables, folder. Tests replace it. */
export interface Terminal {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The command that starts this program: `contenthub`, or `npx contenthub` in a checkout. */
  readonly program?: string;
  /** Of the language that the command line or the locale names; English when absent. */
  readonly texts?: Texts;
  /** Aborts on Ctrl-C, or with the reason STDOUT_CLOSED when the reader of stdout has gone. */
  readonly interrupted: AbortSignal;
}

/** A text for people in the language of the terminal. */
export function translated(english: string, { texts }: Terminal): string {
  return texts === undefined ? english : texts.translate(english);
}

/** Replaces `contenthub` in hints by the command that works here. */
export function withProgramName(text: string, { program = 'contenthub' }: Terminal): string {
  return text.replaceAll(/(^|[\s(])contenthub (?=[a-z-])/g, (_, before: string) => `${before}${program} `);
}

export const STDOUT_CLOSED = Symbol('stdout closed');

type Env = Terminal['env'];

/** FORCE_COLOR overrides NO_COLOR, and both override the type of the stream. An empty value counts as unset. */
export function wantsColour(env: Env, stream: Output): boolean {
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  if (env.NO_COLOR || env.CLICOLOR === '0') return false;
  return isAnimated(env, stream);
}

/** True when stderr is a terminal that can redraw a line. */
export function isAnimated(env: Env, stream: Output): boolean {
  return stream.isTTY === true && env.TERM !== 'dumb' && !env.CI;
}
