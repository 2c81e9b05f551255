import { HttpException } from '@nestjs/common';
import { STATUS_CODES } from 'node:http';
import { isUnavailable } from '../database/transient.ts';
import { ProblemError } from './problem.ts';

/** Maps any thrown value to a problem. The text of an unknown error is not sent to the client. */
export function toProblem(exception: unknown): ProblemError {
  if (exception instanceof ProblemError) return exception;
  if (exception instanceof HttpException) return fromHttpException(exception);
  const code = codeOf(exception);
  return fromFastify(code, exception) ?? fromDatabase(code, exception) ?? unknown(exception);
}

function unknown(exception: unknown): ProblemError {
  return new ProblemError(500, 'internal_error', 'An unexpected error occurred in the server.', {
    detail: 'The log of the server contains the details under this traceId.',
    cause: exception,
  });
}

function fromHttpException(exception: HttpException): ProblemError {
  const status = exception.getStatus();
  const inner = exception.cause;
  // Errors of Fastify arrive wrapped. Their text may quote the request.
  if (inner instanceof ProblemError) return inner;
  const known = fromFastify(codeOf(inner), inner);
  if (known) return known;
  if (status === 404 && /^Cannot [A-Z]+ /.test(exception.message))
    return ProblemError.notFound('route_not_found', 'There is no such route.', { detail: '/openapi.json lists all of them.' });
  const code = (STATUS_CODES[status] ?? 'error').toLowerCase().replaceAll(/[^a-z]+/g, '_');
  return new ProblemError(status, code, exception.message, { retryable: status === 429 || status === 503, cause: exception });
}

export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function fromFastify(code: string, error: unknown): ProblemError | null {
  switch (code) {
    case 'FST_ERR_BAD_URL':
      return ProblemError.badRequest('invalid_url', 'The path is not a URL path.', {
        detail: 'Each % must be followed by the hexadecimal digits of UTF-8.',
      });
    case 'FST_ERR_HANDLER_TIMEOUT':
      return ProblemError.unavailable('no_answer_in_time', 'The server did not answer the request in time.', {
        detail: 'It may still take effect. Repeat it with the same Idempotency-Key.',
        cause: error,
      });
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new ProblemError(414, 'path_too_long', 'A segment of the path is longer than any id.');
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return ProblemError.tooLarge('body_too_large', 'The body is larger than this route accepts.');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return ProblemError.unsupportedMediaType('unsupported_media_type', 'The body is not JSON.', {
        detail: 'Send JSON with Content-Type: application/json.',
        headers: { accept: 'application/json' },
      });
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return ProblemError.badRequest('invalid_content_length', 'The length of the body differs from Content-Length.');
    default: {
      if (!code.startsWith('FST_ERR_')) return null;
      const status = typeof error === 'object' && error !== null && 'statusCode' in error ? Number(error.statusCode) : 500;
      return status < 500 ? new ProblemError(status, 'invalid_request', 'The request is not valid HTTP for this route.') : null;
    }
  }
}

/** untranslatable character (NUL in jsonb), invalid text representation, invalid byte sequence */
const INVALID_TEXT = new Set(['22P05', '22P02', '22021']);

function fromDatabase(code: string, error: unknown): ProblemError | null {
  if (isUnavailable(error)) {
    return ProblemError.unavailable('database_unavailable', 'The database does not answer at the moment.', {
      detail: 'A change without a confirmation was not made. Try again after Retry-After.',
      cause: error,
    });
  }
  if (INVALID_TEXT.has(code))
    return ProblemError.unprocessable('invalid_text', 'A value contains text that cannot be stored, or has the wrong type.', {
      cause: error,
    });
  return null;
}
