import { serialize } from 'node:v8';
import { TaskFailure } from '../../core/task/failure.ts';
import type { Outcome } from '../../core/task/outcome.ts';
import { toResultJson } from '../../core/task/result-json.ts';

/** What an effect may be given besides the stored result (1 MiB): an article with its pictures, not a disk. */
const MAX_BYTES = 16 * 1024 * 1024;

/** An outcome as it can be sent. One that is too large would cost the worker, and so its other tasks, the memory. */
export function portableOutcome(outcome: Outcome): Outcome {
  if (outcome.kind !== 'done') return { ...outcome };
  const result = cloneable(outcome.result);
  if (result.bytes > MAX_BYTES) {
    throw new TaskFailure('invalid_output', `the result takes ${result.bytes} bytes, more than ${MAX_BYTES}`, 'result_too_large');
  }
  return { kind: 'done', result: result.value };
}

/** Dates and maps travel; functions and the like do not, and become what they are in JSON. */
function cloneable(value: unknown): { value: unknown; bytes: number } {
  try {
    return { value, bytes: serialize(value).length };
  } catch {
    const plain: unknown = toResultJson(value);
    return { value: plain, bytes: serialize(plain).length };
  }
}
