import type { AccountScope } from '../core/actor/account-scope.ts';
import type { TaskStatus } from '../core/task/states.ts';

/** Selects tasks: those that match every given member. */
export interface TaskCriteria {
  ids?: readonly string[];
  names?: readonly string[];
  queues?: readonly string[];
  statuses?: readonly TaskStatus[];
  /** Submitted at or after. */
  since?: Date;
  /** Submitted before. */
  until?: Date;
  batchId?: string;
  /** Code of the last failure. */
  errorCode?: string;
  /** Only tasks that a caller limited to accounts reaches. */
  scope?: AccountScope;
}

const CONDITIONS: { readonly [Name in keyof Required<TaskCriteria>]: (parameter: string) => string } = {
  ids: (parameter) => `t.id = ANY (${parameter}::uuid[])`,
  names: (parameter) => `t.name = ANY (${parameter}::text[])`,
  queues: (parameter) => `t.queue = ANY (${parameter}::text[])`,
  statuses: (parameter) => `t.status = ANY (${parameter}::text[])`,
  since: (parameter) => `t.created_at >= ${parameter}::timestamptz`,
  until: (parameter) => `t.created_at < ${parameter}::timestamptz`,
  batchId: (parameter) => `t.parent_id = ${parameter}::uuid`,
  errorCode: (parameter) => `t.error ->> 'code' = ${parameter}::text`,
  scope: (parameter) => `(t.account_id = ANY (ARRAY(SELECT jsonb_array_elements_text(${parameter}::jsonb -> 'accountIds')::uuid))
    OR t.created_by = ${parameter}::jsonb ->> 'createdBy')`,
};

/**
 * SQL conditions on `tasks t` for the given members only, so that each combination can use its own index. Appends the values
 * to `values`; the text has only their `$n`.
 */
export function conditionsOf(criteria: TaskCriteria, values: unknown[]): string[] {
  return (Object.keys(CONDITIONS) as (keyof TaskCriteria)[]).flatMap((name) => {
    const value = criteria[name];
    return value === undefined ? [] : [CONDITIONS[name](`$${values.push(value)}`)];
  });
}
