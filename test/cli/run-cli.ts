import { tmpdir } from 'node:os';
import { PassThrough } from 'node:stream';
import { runCreator } from '../../src/cli/content-creator/creator-program.ts';
import { run } from '../../src/cli/program.ts';
import type { Output } from '../../src/cli/terminal.ts';

export interface CliSetting {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** stdout, stderr and stdin are a terminal. */
  readonly tty?: boolean;
  /** Width of that terminal; default 100. */
  readonly columns?: number;
  /** Its height; without a limit when absent. */
  readonly rows?: number;
  readonly program?: string;
  readonly stdin?: string;
}

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Records the output and waits for a word in it. */
class Sink implements Output {
  text = '';
  readonly #waiting = new Set<() => void>();

  constructor(
    readonly isTTY: boolean,
    readonly columns: number,
    readonly rows?: number,
  ) {}

  write(text: string): void {
    this.text += text;
    for (const look of this.#waiting) look();
  }

  async until(word: string): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (!this.text.includes(word)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }
}

export function startCli(argv: readonly string[], setting?: CliSetting) {
  return start(argv, setting, run);
}

/** `content-creator` instead of `contenthub`. */
export function startCreator(argv: readonly string[], setting?: CliSetting) {
  return start(argv, setting, runCreator);
}

export async function runContentCreator(argv: readonly string[], setting?: CliSetting): Promise<CliResult> {
  const { exit, stdout, stderr } = startCreator(argv, setting);
  return { code: await exit, stdout: stdout.text, stderr: stderr.text };
}

function start(
  argv: readonly string[],
  { env = {}, cwd = tmpdir(), tty = false, columns = 100, rows, program, stdin = '' }: CliSetting = {},
  runIt: typeof run,
) {
  const stdout = new Sink(tty, columns, rows);
  const stderr = new Sink(tty, columns, rows);
  const input = Object.assign(new PassThrough(), { isTTY: tty });
  input.end(stdin);
  const interrupt = new AbortController();
  const exit = runIt(argv, { stdout, stderr, stdin: input, env, cwd, program, interrupted: interrupt.signal });
  return { exit, stdout, stderr, interrupt: (reason?: unknown) => interrupt.abort(reason) };
}

export async function runCli(argv: readonly string[], setting?: CliSetting): Promise<CliResult> {
  const { exit, stdout, stderr } = startCli(argv, setting);
  return { code: await exit, stdout: stdout.text, stderr: stderr.text };
}
