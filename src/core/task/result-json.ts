import { type JsonValue, NotJsonError, toJsonOrThrow } from '../text/sanitize.ts';
import { TaskFailure } from './failure.ts';

/**
 * Turns the return value of a handler or a step into JSON. `what` is the subject of the error message. @throws
 * {TaskFailure} `invalid_output`, which is final.
 */
export function toResultJson(value: unknown, what = 'the result'): JsonValue {
  try {
    return toJsonOrThrow(value);
  } catch (error) {
    if (!(error instanceof NotJsonError)) throw error;
    throw new TaskFailure('invalid_output', `${what} cannot be stored as JSON: ${error.message}`, 'result_not_json');
  }
}
