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

/** Codes after which the same request may succeed later. Not `unknown_outcome`: the work may have been done. */
const RETRYABLE: ReadonlySet<CreationErrorCode> = new Set(['transient', 'rate_limited', 'timeout']);

/** Why a creator produced no content. The message is for the editor: what was found and what to change. */
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
