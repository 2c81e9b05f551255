export const FAILURE_CLASSES = [
  'transient',
  'rate_limited',
  'timeout',
  'invalid_input',
  'invalid_output',
  'rejected',
  'unknown_outcome',
  'cancelled',
  'crashed',
  'internal',
] as const;
/**
 * `unknown_outcome`: the work may have been done, and a second attempt could do it twice. It is final: only an
 * operator may retry the task.
 */
export type FailureClass = (typeof FAILURE_CLASSES)[number];

/** The stored failure of an attempt. `fingerprint` groups failures of one cause. */
export interface Failure {
  readonly class: FailureClass;
  readonly code: string;
  readonly message: string;
  readonly fingerprint: string;
  /** The first stack frames outside of dependencies. Only errors that the handler did not classify have them. */
  readonly frames?: readonly string[];
}

/**
 * A handler throws this for a failure that it can classify. `retryAfterMs` is the earliest sensible retry, as the
 * other side requested.
 */
export class TaskFailure extends Error {
  override readonly name = 'TaskFailure';
  constructor(
    readonly failureClass: FailureClass,
    message: string,
    readonly code: string = failureClass,
    readonly retryAfterMs: number | null = null,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const MAX_MESSAGE = 2_000;
const MAX_CODE = 100;
const MAX_FRAMES = 3;
const MAX_FRAME = 300;
const MAX_STACK = 7_500;
// Transient errors of sockets, DNS and PostgreSQL connections.
const TRANSIENT_CODES = /^(E(CONN|PIPE|HOST|NET|AI_AGAIN|TIMEDOUT)|UND_ERR_|08|40001|40P01|53|55P03|57P0)/;

/**
 * Libraries attach values of any type to their errors, so only strings are taken. jsonb accepts neither NUL nor lone
 * surrogates.
 */
function storable(value: unknown, length: number): string | undefined {
  return typeof value === 'string' ? value.slice(0, length).toWellFormed().replaceAll('\0', '\uFFFD') : undefined;
}

function textOf(error: unknown): string {
  if (error instanceof Error) return storable(error.message, MAX_MESSAGE) || error.name;
  return storable(error, MAX_MESSAGE) ?? 'the handler threw a value that is not an error';
}

function codeOf(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return storable(code, MAX_CODE);
}

/** The stack frames of the error outside of dependencies. */
function framesOf(error: unknown): string[] {
  const lines = stackOf(error).split('\n');
  return lines.filter((line) => /^\s+at /.test(line) && !/node_modules|node:/.test(line));
}

function stackOf(error: unknown): string {
  const stack: unknown = error instanceof Error ? error.stack : undefined;
  return typeof stack === 'string' ? stack : '';
}

/** The function of the first frame without its line number, so that edits elsewhere in the file keep it. */
function functionOf(frame: string | undefined): string {
  return /^\s+at (?:async )?(\S+)/.exec(frame ?? '')?.[1] ?? '';
}

/**
 * Returns `at sync (src/spaces/sync.ts:12:9)`. The folders above the project are specific to the machine and carry no
 * information.
 */
function shortFrame(frame: string): string {
  return storable(frame.trim().replace(/(?:file:\/\/)?[^\s()]*\/(?=(?:src|dist|test)\/)/, ''), MAX_FRAME) ?? '';
}

/** The stacks of an error and of its causes, for a log line. */
export function fullStack(error: unknown): string {
  const stacks: string[] = [];
  for (let one: unknown = error; one instanceof Error && stacks.length < 5; one = one.cause) stacks.push(stackOf(one));
  return storable(stacks.join('\nCaused by: '), MAX_STACK) ?? '';
}

/** FNV-1a, 32 bit: a label for grouping, not a digest for security. */
function hash(text: string): string {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return (h >>> 0).toString(16).padStart(8, '0');
}

/** Turns any thrown value into a stored failure. An unclassified error becomes `internal`. */
export function classify(error: unknown): Failure {
  const code = codeOf(error);
  const failureClass: FailureClass =
    error instanceof TaskFailure ? error.failureClass : code && TRANSIENT_CODES.test(code) ? 'transient' : 'internal';
  const message = textOf(error);
  const shape = message.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\d+/gi, '#');
  const frames = framesOf(error);
  const failure: Failure = {
    class: failureClass,
    code: code ?? failureClass,
    message,
    fingerprint: hash(`${failureClass}|${code ?? ''}|${functionOf(frames[0])}|${shape}`),
  };
  if (failureClass !== 'internal' || error instanceof TaskFailure || frames.length === 0) return failure;
  return { ...failure, frames: frames.slice(0, MAX_FRAMES).map(shortFrame) };
}

export function attemptTimedOut({ attempt, timeoutMs }: { attempt: number; timeoutMs: number }): Failure {
  return classify(new TaskFailure('timeout', `attempt ${attempt} ran longer than ${timeoutMs} ms`, 'attempt_timeout'));
}
