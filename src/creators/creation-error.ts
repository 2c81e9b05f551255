/** `nothing_to_write` is a normal end without a content: there is no material now, or its text exists already. */
export type CreationErrorCode =
  | 'transient'
  | 'rate_limited'
  | 'invalid_input'
  | 'insufficient_material'
  | 'rejected_content'
  | 'budget_exceeded'
  | 'timeout'
  | 'unknown_outcome'
  | 'incompatible'
  | 'nothing_to_write';

/** Codes after which the same request may succeed later. Not `unknown_outcome`: the work may have been done. */
const RETRYABLE: ReadonlySet<CreationErrorCode> = new Set(['transient', 'rate_limited', 'timeout']);

export interface CreationErrorOptions extends ErrorOptions {
  retryAfterMs?: number | null;
  reason?: string | null;
}

/** Why a creator produced no content. The message is for the editor: what was found and what to change. */
export class CreationError extends Error {
  override readonly name = 'CreationError';
  /** The earliest sensible retry in milliseconds from now; null when the backoff of the task decides. */
  readonly retryAfterMs: number | null;
  /** A code of the creator that says more than `code`, such as `column_missing`; null for none. */
  readonly reason: string | null;

  constructor(
    readonly code: CreationErrorCode,
    message: string,
    { retryAfterMs = null, reason = null, ...options }: CreationErrorOptions = {},
  ) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
    this.reason = reason;
  }

  /** The provider or the creator allows no request before `retryAfterMs`. The task is scheduled again for that time. */
  static rateLimited(message: string, retryAfterMs: number | null, options?: ErrorOptions): CreationError {
    return new CreationError('rate_limited', message, { ...options, retryAfterMs });
  }

  get retryable(): boolean {
    return RETRYABLE.has(this.code);
  }
}
