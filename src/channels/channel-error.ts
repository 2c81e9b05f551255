/** `not_sent`: nothing was published. `outcome_unknown`: the text may be published; `find` or a person settles it. */
export type ChannelErrorKind = 'not_sent' | 'outcome_unknown';

interface ChannelErrorOptions extends ErrorOptions {
  /** JSON pointer to the member of the configuration that caused it. */
  pointer?: string;
  retryAt?: Date;
}

/** Why a channel did not confirm a publication. The message is for the editor and contains no secret. */
export class ChannelError extends Error {
  override readonly name = 'ChannelError';
  readonly pointer: string | null;
  /** Not before this time; null when the caller chooses. */
  readonly retryAt: Date | null;

  constructor(
    readonly kind: ChannelErrorKind,
    readonly code: string,
    message: string,
    /** A retry without a change of the configuration or the text would fail again. */
    readonly permanent: boolean,
    { pointer, retryAt, ...options }: ChannelErrorOptions = {},
  ) {
    super(message, options);
    this.pointer = pointer ?? null;
    this.retryAt = retryAt ?? null;
  }
}

/** Nothing was published; the same request may succeed later. */
export function notSent(code: string, message: string, options?: ChannelErrorOptions): ChannelError {
  return new ChannelError('not_sent', code, message, false, options);
}

/** Nothing was published, and a retry without a change would fail again. */
export function rejected(code: string, message: string, options?: ChannelErrorOptions): ChannelError {
  return new ChannelError('not_sent', code, message, true, options);
}

export function outcomeUnknown(code: string, message: string, options?: ErrorOptions): ChannelError {
  return new ChannelError('outcome_unknown', code, message, false, options);
}
