import type { NewTask, Submitted } from '../../engine/task-store.ts';
import { type ProblemDetail, ProblemError } from '../../platform/http/problem.ts';

/** Cap on reported validation errors. */
export const MAX_REPORTED_ERRORS = 20;

const CODE = 'idempotency_key_reused';
const TITLE = 'This Idempotency-Key was used for another request.';

export function keyReused(title = TITLE, errors?: ProblemDetail[]): ProblemError {
  return ProblemError.unprocessable(CODE, title, { detail: 'Send the same body as before, or a new key.', errors });
}

/** True when the key was used by an earlier request with other content. */
export function isKeyConflict(stored: Submitted, task: NewTask): boolean {
  return stored.replayed && stored.requestHash !== task.requestHash;
}

/** Called in the transaction that stores the tasks; the error rolls it back. */
export function rejectReusedKeys(rows: readonly Submitted[], tasks: readonly NewTask[]): void {
  const reused = rows.flatMap((row, i) => (isKeyConflict(row, tasks[i] as NewTask) ? [{ row, i }] : []));
  if (reused.length === 0) return;
  const errors = reused.slice(0, MAX_REPORTED_ERRORS).map(({ row, i }) => ({
    pointer: `/${i}`,
    code: CODE,
    detail: `its key was used for another request, the execution ${row.id}`,
  }));
  throw keyReused(tasks.length === 1 ? TITLE : 'Idempotency keys were used for other requests; nothing was stored.', errors);
}
