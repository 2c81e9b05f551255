import type { AccountScope } from '../core/actor/account-scope.ts';
import type { TaskStatus } from '../core/task/states.ts';
import { hasStatus } from './task-status.sql.ts';

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
  /** Ended at or after. */
  finishedSince?: Date;
  /** Ended before. */
  finishedUntil?: Date;
  batchId?: string;
  accountId?: string;
  /** Code of the last failure. */
  errorCode?: string;
  /** The first and the last id. */
  idRange?: readonly [first: string, last: string];
  /** Patterns of LIKE: the name and the subject, as one text, match every one in any case. */
  patterns?: readonly string[];
  /** Only tasks that a caller limited to accounts reaches. */
  scope?: AccountScope;
}

/** What a task is about: the param `topic`. Cut, because it is part of every list. */
export const SUBJECT = `left(t.params ->> 'topic', 300)`;

/** Equality for one value: an index that is sorted by the column and then by id has the tasks in the order of the lists. */
function isOneOf(column: string, parameter: string, values: readonly string[]): string {
  return values.length === 1 ? `${column} = (${parameter}::text[])[1]` : `${column} = ANY (${parameter}::text[])`;
}

type Condition<Value> = (parameter: string, value: Value) => string;
const CONDITIONS: { readonly [Name in keyof Omit<TaskCriteria, 'statuses'>]-?: Condition<Required<TaskCriteria>[Name]> } = {
  ids: (parameter) => `t.id = ANY (${parameter}::uuid[])`,
  names: (parameter, names) => isOneOf('t.name', parameter, names),
  queues: (parameter, queues) => isOneOf('t.queue', parameter, queues),
  since: (parameter) => `t.created_at >= ${parameter}::timestamptz`,
  until: (parameter) => `t.created_at < ${parameter}::timestamptz`,
  finishedSince: (parameter) => `t.terminal_at >= ${parameter}::timestamptz`,
  finishedUntil: (parameter) => `t.terminal_at < ${parameter}::timestamptz`,
  batchId: (parameter) => `t.parent_id = ${parameter}::uuid`,
  accountId: (parameter) => `t.account_id = ${parameter}::uuid`,
  errorCode: (parameter) => `(t.error IS NOT NULL AND t.error ->> 'code' = ${parameter}::text)`,
  idRange: (parameter) => `t.id BETWEEN (${parameter}::uuid[])[1] AND (${parameter}::uuid[])[2]`,
  patterns: (parameter) => `concat_ws(' ', t.name, ${SUBJECT}) ILIKE ALL (${parameter}::text[])`,
  scope: (parameter) => `(t.account_id = ANY (ARRAY(SELECT jsonb_array_elements_text(${parameter}::jsonb -> 'accountIds')::uuid))
    OR t.created_by = ${parameter}::jsonb ->> 'createdBy')`,
};

/**
 * SQL conditions on `tasks t` for the given members only, so that each combination can use its own index. Appends the values
 * to `values`; the text has only their `$n`.
 */
export function conditionsOf({ statuses, ...criteria }: TaskCriteria, values: unknown[]): string[] {
  const conditions = (Object.keys(CONDITIONS) as (keyof typeof CONDITIONS)[]).flatMap((name) => {
    const value = criteria[name];
    return value === undefined ? [] : [(CONDITIONS[name] as Condition<unknown>)(`$${values.push(value)}`, value)];
  });
  return statuses === undefined ? conditions : [...conditions, ofStatuses(statuses)];
}

function ofStatuses(statuses: readonly TaskStatus[]): string {
  return statuses.length === 0 ? 'false' : `(${statuses.map((status) => hasStatus(status, 't')).join(' OR ')})`;
}
