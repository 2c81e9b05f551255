import type { TaskRow } from '../../core/task/task.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import type { TaskDefinition } from '../definitions/task-definition.registry.ts';
import { validateParams } from '../definitions/validate-params.ts';

/** Validates the new params of a retry, which stays with the account of its task. @throws {ProblemError} 422 */
export function retryParams(definition: TaskDefinition, task: TaskRow, wanted: unknown): object {
  const params = validateParams(definition, wanted);
  if ((definition.accountOf?.(params as never) ?? null) === task.accountId) return params;
  throw ProblemError.unprocessable('account_changed', 'A retry cannot move an execution to another account.', {
    detail: 'Run it as a new task.',
    errors: [{ pointer: '/params', code: 'account_changed', detail: 'is for another account' }],
  });
}
