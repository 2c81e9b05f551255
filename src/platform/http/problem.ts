/** One finding: an RFC 6901 pointer into the body, or `/name` of a query parameter, path parameter or header. */
export interface ProblemDetail {
  pointer: string;
  code: string;
  detail: string;
}

export interface ProblemOptions {
  /** The cause and the remedy, in whole sentences. */
  detail?: string;
  errors?: ProblemDetail[];
  /** The same request may succeed later without a change. */
  retryable?: boolean;
  headers?: Record<string, string>;
  cause?: unknown;
}

/** The JSON of an error answer (RFC 9457, application/problem+json). */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: string;
  traceId: string;
  retryable: boolean;
  errors: ProblemDetail[];
}

/**
 * An error answer, thrown from any code below a controller:
 * `throw ProblemError.notFound('unknown_task', 'There is no task named "x".', { detail: 'Did you mean "y"?' })`.
 * `code` is stable. `title` (a sentence) and `detail` are for readers.
 */
export class ProblemError extends Error {
  static readonly badRequest = of(400);
  static readonly forbidden = of(403);
  static readonly notFound = of(404);
  static readonly conflict = of(409);
  static readonly preconditionFailed = of(412);
  static readonly tooLarge = of(413);
  static readonly unsupportedMediaType = of(415);
  static readonly unprocessable = of(422);
  static readonly preconditionRequired = of(428);

  /** A 503 with Retry-After in seconds. */
  static unavailable(code: string, title: string, options: ProblemOptions & { retryAfter?: number } = {}): ProblemError {
    const { retryAfter = 5, headers, ...rest } = options;
    return new ProblemError(503, code, title, { retryable: true, ...rest, headers: { ...headers, 'retry-after': String(retryAfter) } });
  }

  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly errors: ProblemDetail[];
  readonly retryable: boolean;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, title: string, options: ProblemOptions = {}) {
    super(options.detail ? `${title} ${options.detail}` : title, { cause: options.cause });
    this.name = 'ProblemError';
    this.status = status;
    this.code = code;
    this.title = title;
    this.detail = options.detail ?? title;
    this.errors = options.errors ?? [];
    this.retryable = options.retryable ?? false;
    this.headers = options.headers ?? {};
  }

  body(instance: string, traceId: string): ProblemBody {
    const { status, code, title, detail, retryable, errors } = this;
    return { type: `urn:contenthub:problem:${code}`, title, status, detail, instance, code, traceId, retryable, errors };
  }
}

function of(status: number): (code: string, title: string, options?: ProblemOptions) => ProblemError {
  return (code, title, options) => new ProblemError(status, code, title, options);
}
