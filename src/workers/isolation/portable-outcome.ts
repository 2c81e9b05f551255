import { serialize } from 'node:v8';
import { TaskFailure } from '../../core/task/failure.ts';
import type { Outcome } from '../../core/task/outcome.ts';
import { toResultJson } from '../../core/task/result-json.ts';

/** Limit of the result for its effects, besides the stored result (1 MiB): enough for an article with images. */
const MAX_BYTES = 16 * 1024 * 1024;

/** An outcome that can be sent. A larger one would use the worker's memory and affect its other tasks. */
export function portableOutcome(outcome: Outcome): Outcome {
  if (outcome.kind !== 'done') return { ...outcome };
  const result = cloneable(outcome.result);
  if (result.bytes > MAX_BYTES) {
    throw new TaskFailure('invalid_output', `the result has ${result.bytes} bytes, more than ${MAX_BYTES}`, 'result_too_large');
  }
  return { kind: 'done', result: result.value };
}

/** Dates and maps are kept; functions and similar values become what they are in JSON. */
function cloneable(value: unknown): { value: unknown; bytes: number } {
  try {
    return { value, bytes: serialize(value).length };
  } catch {
    const plain: unknown = toResultJson(value);
    return { value: plain, bytes: serialize(plain).length };
  }
}
