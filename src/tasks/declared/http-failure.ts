import { type FailureClass, TaskFailure } from '../../core/task/failure.ts';
import type { EgressAnswer } from '../../platform/egress/egress.client.ts';
import { type EgressCode, EgressError } from '../../platform/egress/egress-error.ts';
import { retryAfterMs } from '../../platform/egress/retry-after.ts';
import { isRetryableStatus } from '../../platform/egress/retryable-status.ts';

const CLASSES: Partial<Record<EgressCode, FailureClass>> = {
  timeout: 'timeout',
  unresolvable: 'transient',
  connection_failed: 'transient',
  too_large: 'invalid_output',
  unsupported_encoding: 'invalid_output',
  too_many_redirects: 'invalid_output',
};

/**
 * Converts an error of a request to the failure of a task. `label` begins the message; `hide` replaces secrets in it.
 * Drops the cause, which may contain one.
 */
export function requestFailure(error: unknown, label: string, hide = (text: string): string => text): unknown {
  const say = (reason: string): string => hide(`${label} ${reason}`);
  if (error instanceof TaskFailure) return new TaskFailure(error.failureClass, say(error.message), error.code, error.retryAfterMs);
  if (error instanceof EgressError) return new TaskFailure(CLASSES[error.code] ?? 'invalid_input', say(error.reason), error.code);
  return error;
}

/** @throws {TaskFailure} unless the status is 2xx. The message continues that of requestFailure. */
export function require2xx(answer: EgressAnswer, now: number): void {
  const { status } = answer;
  if (status >= 200 && status < 300) return;
  throw statusFailure(answer, now) ?? new TaskFailure('invalid_output', `answered ${status}, expected 2xx`, `http_${status}`);
}

/** The failure for a status of 400 or more; undefined for other answers. The message continues that of requestFailure. */
export function statusFailure({ status, headers }: EgressAnswer, now: number): TaskFailure | undefined {
  if (status < 400) return undefined;
  const [message, code] = [`answered ${status}`, `http_${status}`];
  const wait = retryAfterMs(headers['retry-after'], now);
  if (status === 429 || (status === 503 && wait !== null)) return new TaskFailure('rate_limited', message, code, wait);
  return new TaskFailure(isRetryableStatus(status) ? 'transient' : 'invalid_input', message, code);
}
