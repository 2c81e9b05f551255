import { isUtf8 } from 'node:buffer';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { OutputCapture } from '../../core/text/output-capture.ts';
import { findJsonFault, JSON_FAULTS } from '../../core/text/json-scan.ts';
import { cutText, storableText } from '../../core/text/storable-text.ts';
import { timerMs } from '../../core/time/timer-ms.ts';
import type { Lease } from './agent-api.ts';

/** How a program ended. */
export type ProgramEnd =
  /** `result` is JSON text, as the program wrote it. */
  | { readonly kind: 'done'; readonly result: string }
  | { readonly kind: 'failed'; readonly class: string; readonly code: string; readonly message: string }
  /** `stop` ended the program before it had a result. */
  | { readonly kind: 'stopped' };

export interface ProgramPlan {
  readonly file: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Signals a detached process and all its descendants. */
  signalGroup(child: ChildProcess, signal: NodeJS.Signals): void;
}

/** Time from SIGTERM to SIGKILL, for the program and its descendants. */
const TERM_MS = 5_000;
/** A grandchild that left the process group may keep the pipes of an ended program open. */
const STDIO_FLUSH_MS = 500;
/** The limit of the server. */
const MAX_RESULT_BYTES = 1_000_000;
const MAX_MESSAGE = 2_000;

/** Failure classes of exit codes, as in sysexits.h: EX_DATAERR and EX_TEMPFAIL. Other non-zero codes are retried. */
const CLASS_OF_EXIT: Readonly<Record<number, string>> = { 65: 'invalid_input', 75: 'transient' };

/**
 * Runs the program for one task in its own process group. The params are JSON on stdin, the result is stdout, the log
 * is stderr. `stop` ends the whole group. Resolves when the program has ended. Many programs exit with 0 on SIGTERM,
 * so after a stop, exit code 0 counts as a success only with a result on stdout.
 */
export async function runProgram(
  plan: ProgramPlan,
  task: Lease,
  onLine: (text: string, level: 'info' | 'warn') => void,
  stop: AbortSignal,
): Promise<ProgramEnd> {
  const child = spawn(plan.file, [], { cwd: plan.cwd, env: { ...plan.env, ...variablesOf(task) }, detached: true, stdio: 'pipe' });
  const closed = once(child, 'close').catch(() => undefined);
  const exit = exitOf(child);
  const stdout = new Collected();
  let lastLine = '';
  const stderr = new OutputCapture((text, truncated) => {
    if (!truncated && text.trim() !== '') lastLine = text;
    onLine(text, truncated ? 'warn' : 'info');
  });
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin.on('error', () => undefined); // a program may ignore its params
  child.stdin.end(JSON.stringify(task.params));

  const timeout = AbortSignal.timeout(timerMs(task.timeoutMs));
  const over = AbortSignal.any([stop, timeout]);
  let kill: NodeJS.Timeout | undefined;
  const terminate = () => {
    plan.signalGroup(child, 'SIGTERM');
    kill = setTimeout(() => plan.signalGroup(child, 'SIGKILL'), TERM_MS);
  };
  over.addEventListener('abort', terminate);
  if (over.aborted) terminate();
  const how = await exit;
  const timedOut = over.aborted && over.reason === timeout.reason;
  const stopped = over.aborted && !timedOut; // aborted before the end, so the SIGTERM may have caused it
  over.removeEventListener('abort', terminate);
  clearTimeout(kill);
  plan.signalGroup(child, 'SIGKILL'); // descendants that still run
  await Promise.race([closed, delay(STDIO_FLUSH_MS)]);
  stderr.end();
  if (timedOut) return failed('timeout', 'attempt_timeout', `the program ran longer than ${task.timeoutMs} ms`);
  const end = how === 0 ? stdout.end() : failure(how, lastLine);
  return stopped && (end.kind === 'failed' || stdout.isBlank) ? { kind: 'stopped' } : end;
}

function variablesOf({ taskId, name, epoch, attempt, traceparent }: Lease): Record<string, string> {
  return {
    CONTENTHUB_TASK_ID: taskId,
    CONTENTHUB_TASK_NAME: name,
    CONTENTHUB_TASK_EPOCH: String(epoch),
    CONTENTHUB_TASK_ATTEMPT: String(attempt),
    ...(traceparent !== null && { TRACEPARENT: traceparent }),
  };
}

/** The exit code or the signal. */
function exitOf(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? code ?? 1));
    child.once('error', (error) => child.pid === undefined && resolve(error.message));
  });
}

function failure(how: number | string, lastLine: string): ProgramEnd {
  const [what, code] = typeof how === 'number' ? [`exit code ${how}`, `exit_${how}`] : [how, 'program_ended'];
  return failed((typeof how === 'number' && CLASS_OF_EXIT[how]) || 'internal', code, lastLine || `the program ended with ${what}`);
}

const failed = (failureClass: string, code: string, message: string): ProgramEnd => {
  return { kind: 'failed', class: failureClass, code, message: cutText(storableText(message), MAX_MESSAGE) };
};

/** Collects stdout: one JSON value, or nothing. */
class Collected {
  private readonly chunks: Buffer[] = [];
  private bytes = 0;

  push(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes <= MAX_RESULT_BYTES) this.chunks.push(chunk);
  }

  /** Only white space. With exit code 0 the result is then null. */
  get isBlank(): boolean {
    return Buffer.concat(this.chunks).toString('utf8').trim() === '';
  }

  end(): ProgramEnd {
    if (this.bytes > MAX_RESULT_BYTES) {
      return failed(
        'invalid_output',
        'result_too_large',
        `the program wrote ${this.bytes} bytes to stdout; a result has at most ${MAX_RESULT_BYTES}`,
      );
    }
    const bytes = Buffer.concat(this.chunks);
    if (!isUtf8(bytes)) return failed('invalid_output', 'result_not_utf8', 'stdout is not UTF-8');
    const text = bytes.toString('utf8').trim() || 'null';
    try {
      JSON.parse(text);
    } catch (error) {
      return failed('invalid_output', 'result_not_json', `stdout is not JSON: ${error instanceof Error ? error.message : ''}`);
    }
    const fault = findJsonFault(text);
    if (fault)
      return failed('invalid_output', fault.code, `the value at ${fault.pointer || 'the top'} of stdout ${JSON_FAULTS[fault.code]}`);
    return { kind: 'done', result: text };
  }
}
