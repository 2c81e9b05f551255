import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { timerMs } from '../../core/time/timer-ms.ts';
import { HAS_GROUPS, signalGroup } from '../../platform/lifecycle/process-group.ts';
import { CreationError } from '../creation-error.ts';

export interface Command {
  /** Absolute path. */
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly timeoutMs: number;
  /** Limit of stdout. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** What a program answered, without ANSI sequences. */
export interface CommandAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  /** Its last 8 kB. */
  readonly stderr: string;
}

/** Time from SIGTERM to SIGKILL. */
const TERM_MS = 1_000;
/** A descendant that left the process group may keep the pipes of an ended program open. */
const STDIO_FLUSH_MS = 500;
const STDERR_BYTES = 8_000;

/**
 * Runs a program without a shell, in its own process group. The time limit, an abort and too much output end the whole group, and so does
 * the end of the program itself. @throws {CreationError} `timeout`, `transient` after a signal, `incompatible` when it cannot run or writes too much.
 */
export async function runCommand(command: Command): Promise<CommandAnswer> {
  command.signal.throwIfAborted();
  const child = start(command);
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const exit = exitOf(child);
  let ended: 'timeout' | 'overflow' | null = null;
  let kill: NodeJS.Timeout | undefined;
  const terminate = (): void => {
    if (kill !== undefined) return;
    signalGroup(child, 'SIGTERM');
    kill = setTimeout(() => signalGroup(child, 'SIGKILL'), TERM_MS);
  };
  const endFor = (why: 'timeout' | 'overflow'): void => {
    ended ??= why;
    terminate();
  };
  const stdout = new BoundedOutput(command.maxBytes, () => endFor('overflow'));
  let stderr = Buffer.alloc(0);
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => (stderr = Buffer.concat([stderr, chunk]).subarray(-STDERR_BYTES)));
  child.stdin?.on('error', () => undefined); // a program may ignore its input
  child.stdin?.end(command.stdin ?? '');

  const timer = setTimeout(() => endFor('timeout'), timerMs(command.timeoutMs));
  command.signal.addEventListener('abort', terminate);
  const how = await exit;
  command.signal.removeEventListener('abort', terminate);
  clearTimeout(timer);
  clearTimeout(kill);
  signalGroup(child, 'SIGKILL'); // descendants that still run
  await Promise.race([closed, delay(STDIO_FLUSH_MS, undefined, { ref: false })]);
  child.stdout?.destroy();
  child.stderr?.destroy();

  if (typeof how === 'object') throw cannotRun(command.file, how);
  command.signal.throwIfAborted();
  const why = ended as 'timeout' | 'overflow' | null; // set by the listeners above
  if (why === 'timeout')
    throw new CreationError('timeout', `The program gave no answer within ${command.timeoutMs / 1_000} s and was ended.`);
  if (why === 'overflow')
    throw new CreationError('incompatible', `The program wrote more than ${command.maxBytes} bytes to stdout and was ended.`);
  if (typeof how === 'string') throw new CreationError('transient', `The program was ended by ${how}.`);
  return {
    exitCode: how,
    stdout: stripVTControlCharacters(stdout.text()),
    stderr: stripVTControlCharacters(stderr.toString('utf8')),
  };
}

function start({ file, args, cwd, env }: Command): ChildProcess {
  try {
    return spawn(file, args, { cwd, env, shell: false, detached: HAS_GROUPS, windowsHide: true, stdio: 'pipe' });
  } catch (error) {
    throw cannotRun(file, error as Error);
  }
}

/** The exit code, the signal, or the error that prevented the start. */
function exitOf(child: ChildProcess): Promise<number | string | Error> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? code ?? 1));
    child.once('error', (error) => child.pid === undefined && resolve(error));
  });
}

const REMEDIES: Readonly<Record<string, string>> = {
  ENOENT: 'The file, or the interpreter in its first line, does not exist. Correct CREATOR_CLI_PATH.',
  EACCES: 'The file may not be executed. Run chmod +x on it, or correct CREATOR_CLI_PATH.',
  E2BIG: 'The request is too long for arguments. Shorten its requirements.',
};

function cannotRun(file: string, error: NodeJS.ErrnoException): CreationError {
  const code = error.code ?? 'unknown error';
  const remedy = REMEDIES[code] ?? 'Check CREATOR_CLI_PATH.';
  return new CreationError(code === 'E2BIG' ? 'invalid_input' : 'incompatible', `${file} could not be run (${code}). ${remedy}`, {
    cause: error,
  });
}

/** Collects at most `limit` bytes and reports that there are more. */
class BoundedOutput {
  private readonly chunks: Buffer[] = [];
  private bytes = 0;

  constructor(
    private readonly limit: number,
    private readonly onOverflow: () => void,
  ) {}

  push(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes <= this.limit) this.chunks.push(chunk);
    else this.onOverflow();
  }

  text(): string {
    return Buffer.concat(this.chunks).toString('utf8');
  }
}
