import { TaskFailure } from '../core/task/failure.ts';
import { toResultJson } from '../core/task/result-json.ts';
import type { JsonValue } from '../core/text/sanitize.ts';

/** The maximum size of a result as JSON. Larger data belongs into a table or a file. */
const MAX_BYTES = 1_048_576;

/** The result as jsonb can store it. Throws `invalid_output`, which is final, because a retry would fail again. */
export function storableResult(result: unknown): JsonValue {
  const clean = toResultJson(result);
  const bytes = Buffer.byteLength(JSON.stringify(clean) ?? '');
  if (bytes > MAX_BYTES) {
    throw new TaskFailure(
      'invalid_output',
      `the result has ${bytes} bytes of JSON; at most ${MAX_BYTES} can be stored`,
      'result_too_large',
    );
  }
  return clean;
}
