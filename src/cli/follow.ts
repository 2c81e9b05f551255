import { setTimeout as delay } from 'node:timers/promises';
import { type ApiClient, isUnreachable } from './api-client.ts';
import type { ExecutionView } from './api-types.ts';
import { CliError } from './cli-error.ts';
import { Exit } from './exit-code.ts';

const LEAST_WAIT_MS = 200;
const MOST_WAIT_MS = 2000;
const DEFAULT_WAIT_MS = 1000;
const REQUEST_TIMEOUT_MS = 10_000;
/** The last poll before the deadline gets a fair chance: a busy server is not an unreachable one. */
const LEAST_REQUEST_TIMEOUT_MS = 1000;

export interface FollowOptions {
  /** Undefined: as long as it takes. */
  readonly timeoutMs: number | undefined;
  /** Each state seen, the final one too. Its own requests may fail like the poll and are repeated with it. */
  readonly onView: (view: ExecutionView) => Promise<void> | void;
  readonly onLost: () => void;
}

/**
 * Polls until the execution ends, and through restarts of the server.
 * @throws CliError interrupted (the run goes on), stillPending or unreachable when the time is up, and what is no outage.
 */
export async function follow(api: ApiClient, executionId: string, { timeoutMs = Number.POSITIVE_INFINITY, onView, onLost }: FollowOptions) {
  const deadline = Date.now() + timeoutMs;
  for (let failures = 0; ; ) {
    let waitMs: number;
    let outage: CliError | undefined;
    try {
      const left = Math.max(LEAST_REQUEST_TIMEOUT_MS, deadline - Date.now());
      const { body, retryAfterMs } = await api.poll<ExecutionView>(`/executions/${executionId}`, Math.min(REQUEST_TIMEOUT_MS, left));
      await onView(body);
      if (isFinal(body)) return body;
      failures = 0;
      waitMs = retryAfterMs ?? DEFAULT_WAIT_MS;
    } catch (error) {
      if (api.interrupted.aborted) throw detached(executionId);
      if (!isOutage(error)) throw error;
      outage = error;
      onLost();
      waitMs = LEAST_WAIT_MS * 2 ** Math.min(failures++, 8);
    }
    const left = deadline - Date.now();
    if (left <= 0) throw outage ?? stillPending(executionId);
    await pause(Math.min(Math.max(waitMs, LEAST_WAIT_MS), MOST_WAIT_MS, left), api.interrupted, executionId);
  }
}

export function isFinal({ status }: ExecutionView): boolean {
  return status === 'completed' || status === 'failed' || status === 'timeout' || status === 'cancelled';
}

/** Anything else than completed, as the end of a command that waited for it. */
export function throwUnlessCompleted({ executionId, status, error }: ExecutionView): void {
  if (status === 'completed') return;
  const exitCode = status === 'cancelled' ? Exit.runCancelled : Exit.runFailed;
  const reason = error ? `: ${error.message}` : '';
  throw new CliError(exitCode, error?.code ?? status, `The run ended ${status}${reason}`, `contenthub task logs ${executionId}`);
}

async function pause(ms: number, interrupted: AbortSignal, executionId: string): Promise<void> {
  try {
    await delay(ms, undefined, { signal: interrupted });
  } catch {
    throw detached(executionId);
  }
}

/** A restart shows as a refused connection, a proxy's 502–504, or an answer that calls itself retryable. */
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
    'The task has not ended within --timeout; it goes on',
    `contenthub task status ${executionId} --follow`,
  );
}
