import { TaskFailure } from '../core/task/failure.ts';
import { toResultJson } from '../core/task/result-json.ts';
import type { JsonValue } from '../core/text/sanitize.ts';

/** What a result may weigh as JSON; larger things belong into a table or file of their own. */
const MAX_BYTES = 1_048_576;

/** The result as jsonb can hold it. Throws `invalid_output`, which is final: a result that cannot be stored must not loop. */
export function storableResult(result: unknown): JsonValue {
  const clean = toResultJson(result);
  const bytes = Buffer.byteLength(JSON.stringify(clean) ?? '');
  if (bytes > MAX_BYTES) {
    throw new TaskFailure('invalid_output', `the result is ${bytes} bytes of JSON, at most ${MAX_BYTES} can be stored`, 'result_too_large');
  }
  return clean;
}
