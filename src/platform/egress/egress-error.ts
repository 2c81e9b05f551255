import { isRetryableStatus } from './retryable-status.ts';

export type EgressCode =
  | 'invalid_url'
  | 'invalid_header'
  | 'forbidden_scheme'
  | 'forbidden_credentials'
  | 'forbidden_port'
  | 'forbidden_address'
  | 'forbidden_redirect'
  | 'unresolvable'
  | 'too_many_redirects'
  | 'bad_status'
  | 'unsupported_encoding'
  | 'too_large'
  | 'timeout'
  | 'aborted'
  | 'connection_failed';

/** Codes after which a retry may succeed without a change of the address or the settings. */
const RETRYABLE = new Set<EgressCode>(['unresolvable', 'timeout', 'connection_failed']);

/**
 * Why an outbound request was rejected or failed. The message names the address without its query, and never contains
 * the answer.
 */
export class EgressError extends Error {
  readonly code: EgressCode;
  /** The message without the address, whose path may contain a key. */
  readonly reason: string;
  /** HTTP status of the answer that was rejected. */
  readonly status: number | null;
  /** The connection was open, so the request may have reached the server. */
  readonly sent: boolean;
  readonly retryable: boolean;

  constructor(code: EgressCode, address: string, reason: string, options: { status?: number; sent?: boolean; cause?: unknown } = {}) {
    super(`${address} ${reason}`, { cause: options.cause });
    this.name = 'EgressError';
    this.code = code;
    this.reason = reason;
    this.status = options.status ?? null;
    this.sent = options.sent ?? this.status !== null;
    this.retryable = RETRYABLE.has(code) || isRetryableStatus(this.status ?? 0);
  }
}
