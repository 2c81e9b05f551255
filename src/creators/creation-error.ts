export type CreationErrorCode =
  | 'transient'
  | 'rate_limited'
  | 'invalid_input'
  | 'insufficient_material'
  | 'rejected_content'
  | 'budget_exceeded'
  | 'timeout'
  | 'unknown_outcome'
  | 'incompatible';

/** Codes where the same request may succeed later. `unknown_outcome` is not one: the work may have been done. */
const RETRYABLE: ReadonlySet<CreationErrorCode> = new Set(['transient', 'rate_limited', 'timeout']);

/** Why a creator delivered nothing. The message is for the editor: what was found and what to change. */
export class CreationError extends Error {
  override readonly name = 'CreationError';

  constructor(
    readonly code: CreationErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  get retryable(): boolean {
    return RETRYABLE.has(this.code);
  }
}
