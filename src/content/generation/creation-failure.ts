import { type FailureClass, TaskFailure } from '../../core/task/failure.ts';
import { type Outcome, retry } from '../../core/task/outcome.ts';
import { pollPauseMs } from '../../core/task/poll-pause.ts';
import { CreationError, type CreationErrorCode } from '../../creators/creation-error.ts';

/** Maps creator error codes to engine failure classes. */
const FAILURES: Readonly<Record<CreationErrorCode, FailureClass>> = {
  transient: 'transient',
  rate_limited: 'rate_limited',
  timeout: 'timeout',
  invalid_input: 'invalid_input',
  insufficient_material: 'invalid_input',
  budget_exceeded: 'invalid_input',
  rejected_content: 'rejected',
  incompatible: 'invalid_output',
  unknown_outcome: 'unknown_outcome',
  nothing_to_write: 'cancelled',
};

/** The failure of an attempt. Errors other than CreationError are returned unchanged. */
export function failureOf(error: unknown): unknown {
  if (!(error instanceof CreationError)) return error;
  return new TaskFailure(FAILURES[error.code], error.message, error.reason ?? error.code, error.retryAfterMs, { cause: error });
}

/** The failure of one poll. The work may still succeed, so a retryable error means that it is polled again. */
export function pollFailureOf(error: unknown, pollEveryMs: number): unknown {
  if (!(error instanceof CreationError) || !error.retryable) return failureOf(error);
  return new TaskFailure('transient', error.message, error.code, pollPauseMs(error.retryAfterMs, pollEveryMs), { cause: error });
}

/** External work that failed is submitted again by the next attempt, or ends the task. */
export function failedWork(error: CreationError): Outcome {
  if (error.retryable) return retry(error.message, error.retryAfterMs);
  throw failureOf(error);
}
