import { setTimeout as delay } from 'node:timers/promises';
import { timerMs } from '../core/time/timer-ms.ts';
import { type ApiClient, isUnreachable } from './api-client.ts';
import type { ExecutionView } from './api-types.ts';
import { CliError } from './cli-error.ts';
import type { ServerEvent } from './event-stream.ts';
import { Exit } from './exit-code.ts';

const LEAST_WAIT_MS = 200;
const MOST_WAIT_MS = 2000;
const DEFAULT_WAIT_MS = 1000;
const REQUEST_TIMEOUT_MS = 10_000;
/** Minimum for the last poll before the deadline, so that a busy server does not look unreachable. */
const LEAST_REQUEST_TIMEOUT_MS = 1000;
/** Larger than any line number: skips the replay of the log. */
const NO_LINES = 2_147_483_647;

export interface FollowOptions {
  /** Undefined means no timeout. */
  readonly timeoutMs: number | undefined;
  /**
   * Called for each state, including the final one. `polled`: there is no stream, so states in between may be missed.
   * Errors of its own requests are handled like errors of a poll.
   */
  readonly onView: (view: ExecutionView, polled: boolean) => Promise<void> | void;
  readonly onDisconnected: () => void;
  /** Receives the log as it is written, after the given line number. */
  readonly log?: { readonly after: number; take(event: ServerEvent): void };
}

/**
 * Follows the stream of an execution until the execution ends, also through restarts of the server. Polls when no
 * stream is available. @throws CliError: interrupted (the execution continues), stillPending or unreachable at the
 * timeout, or any error that is not an outage.
 */
export async function follow(api: ApiClient, executionId: string, options: FollowOptions): Promise<ExecutionView> {
  const { timeoutMs = Number.POSITIVE_INFINITY, onDisconnected } = options;
  const deadline = Date.now() + timeoutMs;
  const call: Call = { api, executionId, options, deadline };
  let streaming = true;
  for (let failures = 0; ; ) {
    let waitMs: number;
    let outage: CliError | undefined;
    try {
      const answer = streaming ? await readStream(call) : await poll(call, true);
      if (answer.final) return answer.final;
      failures = 0;
      waitMs = answer.waitMs;
    } catch (error) {
      if (api.interrupted.aborted) throw detached(executionId);
      if (streaming && isNoStream(error)) {
        streaming = false;
        continue;
      }
      if (!isOutage(error)) throw error;
      outage = error;
      onDisconnected();
      waitMs = LEAST_WAIT_MS * 2 ** Math.min(failures++, 8);
    }
    const left = deadline - Date.now();
    if (left <= 0) throw outage ?? stillPending(executionId);
    await pause(Math.min(Math.max(waitMs, LEAST_WAIT_MS), MOST_WAIT_MS, left), api.interrupted, executionId);
  }
}

interface Call {
  readonly api: ApiClient;
  readonly executionId: string;
  readonly options: FollowOptions;
  readonly deadline: number;
}

/** `final` when the execution has ended, else the delay until the next poll. */
interface Answer {
  readonly final?: ExecutionView;
  readonly view?: ExecutionView;
  readonly waitMs: number;
}

async function poll({ api, executionId, options, deadline }: Call, polled: boolean): Promise<Answer> {
  const left = Math.max(LEAST_REQUEST_TIMEOUT_MS, deadline - Date.now());
  const { body, retryAfterMs } = await api.poll<ExecutionView>(`/executions/${executionId}`, Math.min(REQUEST_TIMEOUT_MS, left));
  await options.onView(body, polled);
  return { final: isFinal(body) ? body : undefined, view: body, waitMs: retryAfterMs ?? DEFAULT_WAIT_MS };
}

/**
 * Reads one connection until the task or the connection ends. Transitions trigger a request for the state; progress is
 * taken from the event.
 */
async function readStream(call: Call): Promise<Answer> {
  const { api, executionId, options, deadline } = call;
  const until = AbortSignal.timeout(timerMs(deadline - Date.now()));
  const path = `/executions/${executionId}/logs/stream`;
  let view: ExecutionView | undefined;
  for await (const events of api.events(path, { after: options.log?.after ?? NO_LINES }, until)) {
    for (const event of events) options.log?.take(event);
    if (events.some(({ event }) => event === 'transition' || event === 'end')) {
      const answer = await poll(call, false);
      if (answer.final && (options.log === undefined || events.some(({ event }) => event === 'end'))) return answer;
      view = answer.view;
    }
    const progress = events.findLast(({ event }) => event === 'progress')?.data as Pick<ExecutionView, 'progress' | 'step'> | undefined;
    if (view && progress) await options.onView((view = { ...view, ...progress }), false);
  }
  return { waitMs: 0 };
}

export function isFinal({ status }: ExecutionView): boolean {
  return status === 'completed' || status === 'failed' || status === 'timeout' || status === 'cancelled';
}

/** Throws for any final status except completed, with its exit code. */
export function throwUnlessCompleted({ executionId, status, error }: ExecutionView): void {
  if (status === 'completed') return;
  const exitCode = status === 'cancelled' ? Exit.runCancelled : Exit.runFailed;
  const reason = error ? `: ${error.message}` : '';
  const unknown = error?.class === 'unknown_outcome';
  const next = unknown
    ? `check whether the work was done; if not: contenthub task retry ${executionId}`
    : `contenthub task logs ${executionId}`;
  throw new CliError(exitCode, error?.code ?? status, `The run ended ${status}${reason}`, next);
}

async function pause(ms: number, interrupted: AbortSignal, executionId: string): Promise<void> {
  try {
    await delay(timerMs(ms), undefined, { signal: interrupted });
  } catch {
    throw detached(executionId);
  }
}

/** An older server, a proxy that blocks streams, or five open streams already. */
function isNoStream(error: unknown): boolean {
  if (!(error instanceof CliError)) return false;
  return error.code === 'too_many_streams' || error.code === 'unexpected_answer' || error.problem?.status === 404;
}

/** During a restart, connections are refused, a proxy answers 502–504, or an answer is marked as retryable. */
function isOutage(error: unknown): error is CliError {
  if (!(error instanceof CliError)) return false;
  const status = error.problem?.status ?? 0;
  return isUnreachable(error) || status === 429 || (status >= 502 && status <= 504) || error.problem?.retryable === true;
}

function detached(executionId: string): CliError {
  const message = `Detached. The task keeps running: contenthub task status ${executionId} --follow`;
  return new CliError(Exit.interrupted, 'detached', message, null);
}

function stillPending(executionId: string): CliError {
  return new CliError(
    Exit.stillPending,
    'still_pending',
    'The task has not ended within --timeout; it continues',
    `contenthub task status ${executionId} --follow`,
  );
}
