import { authorize } from '../../platform/auth/authorize.ts';
import type { Principal } from '../../platform/auth/principal.ts';
import { type ProblemDetail, ProblemError } from '../../platform/http/problem.ts';
import { MAX_REPORTED_ERRORS } from '../service/reused-keys.ts';
import type { TaskDefinition } from '../definitions/task-definition.registry.ts';
import type { BatchItem } from './batch.dto.ts';

/**
 * A caller without `tasks:submit` may submit tasks whose definition names a permission that it has, for its own accounts, and which
 * wait for nothing outside of the batch: the state of other tasks is not its own. @throws {ProblemError} 403, or 422 that names the accounts
 */
export function authorizeBatch(
  principal: Principal,
  items: readonly BatchItem[],
  find: (name: string) => TaskDefinition | undefined,
): void {
  if (principal.permissions.has('tasks:submit')) return;
  const refs = new Set(items.flatMap(({ ref }) => ref ?? []));
  const errors: ProblemDetail[] = [];
  for (const [i, { taskName, params = {}, dependsOn = [] }] of items.entries()) {
    const { submitPermission, accountOf } = find(taskName) ?? {};
    if (submitPermission === undefined || accountOf === undefined || !dependsOn.every((one) => refs.has(one))) {
      authorize(principal, 'tasks:submit');
      return;
    }
    authorize(principal, submitPermission);
    const account = accountOf(params as never);
    if (principal.accountIds !== null && !principal.accountIds.includes(account))
      errors.push({
        pointer: `/tasks/${i}/params/accountId`,
        code: 'account_not_found',
        detail: `There is no account "${String(account).slice(0, 100)}".`,
      });
  }
  if (errors.length === 0) return;
  const detail = 'The caller is limited to other accounts.';
  throw ProblemError.unprocessable('invalid_batch', 'Tasks of the batch are not valid; nothing was stored.', {
    detail,
    errors: errors.slice(0, MAX_REPORTED_ERRORS),
  });
}
