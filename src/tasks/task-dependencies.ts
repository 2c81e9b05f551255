import { isTerminal, type TaskStatus } from '../core/task/states.ts';
import type { SqlExecutor } from '../platform/database/pools.ts';
import { ProblemError } from '../platform/http/problem.ts';
import { INSERT_DEPENDENCIES, LOCK_DEPENDENCIES } from './task.sql.ts';

/** What becomes of a task when one it waits for fails, times out or is cancelled: it is cancelled, fails too, or runs anyway. */
export const DEPENDENCY_POLICIES = ['cancel', 'fail', 'run'] as const;
export type DependencyPolicy = (typeof DEPENDENCY_POLICIES)[number];

export interface Dependent {
  readonly id: string;
  readonly dependsOn: readonly string[];
  readonly onDependencyFailure: DependencyPolicy;
}

export interface OpenDependency {
  readonly taskId: string;
  readonly dependsOn: string;
  readonly onFailure: DependencyPolicy;
}

/**
 * Which of the tasks that `dependents` wait for are still open. Holds those tasks in place until the transaction ends, so
 * that none of them ends unseen. Throws 422 for one that does not exist, or has failed already.
 */
export async function findOpenDependencies(executor: SqlExecutor, dependents: readonly Dependent[]): Promise<OpenDependency[]> {
  const together = new Set(dependents.map(({ id }) => id));
  const elsewhere = [...new Set(dependents.flatMap(({ dependsOn }) => dependsOn))].filter((id) => !together.has(id));
  const rows = elsewhere.length === 0 ? [] : await executor.query<{ id: string; status: TaskStatus }>(LOCK_DEPENDENCIES, [elsewhere]);
  const statuses = new Map(rows.map(({ id, status }) => [id, status]));
  return dependents.flatMap(({ id: taskId, dependsOn, onDependencyFailure: onFailure }) =>
    [...new Set(dependsOn)]
      .filter((id) => together.has(id) || isOpen(id, statuses.get(id), onFailure))
      .map((id) => ({ taskId, dependsOn: id, onFailure })),
  );
}

export async function insertDependencies(executor: SqlExecutor, rows: readonly OpenDependency[]): Promise<void> {
  if (rows.length > 0) await executor.query(INSERT_DEPENDENCIES, [JSON.stringify(rows)]);
}

/** Why nothing can wait for this execution; undefined when something can. */
export function whyNotWaitFor(
  id: string,
  status: TaskStatus | undefined,
  policy: DependencyPolicy,
): { code: string; title: string; detail: string } | undefined {
  if (status === undefined) {
    return { code: 'dependency_not_found', title: `There is no execution "${id}" to wait for.`, detail: 'is no execution' };
  }
  if (!isTerminal(status) || status === 'completed' || policy === 'run') return undefined;
  const title = `The execution ${id} has ended ${status} already: what waits for it would never run.`;
  return { code: 'dependency_ended', title, detail: `ended ${status}` };
}

function isOpen(id: string, status: TaskStatus | undefined, policy: DependencyPolicy): boolean {
  const refusal = whyNotWaitFor(id, status, policy);
  if (refusal) {
    const { code, title, detail } = refusal;
    throw ProblemError.unprocessable(code, title, { errors: [{ pointer: '/dependsOn', code, detail }] });
  }
  return status !== undefined && !isTerminal(status);
}
