import { isTerminal, type TaskStatus } from '../core/task/states.ts';
import type { SqlExecutor } from '../platform/database/pools.ts';
import { ProblemError } from '../platform/http/problem.ts';
import { INSERT_DEPENDENCIES, LOCK_DEPENDENCIES } from './dependency.sql.ts';

/** When a dependency fails, times out or is cancelled, its dependent is cancelled, fails too, or runs anyway. */
export const DEPENDENCY_POLICIES = ['cancel', 'fail', 'run'] as const;
export type DependencyPolicy = (typeof DEPENDENCY_POLICIES)[number];

export interface Dependent {
  readonly id: string;
  readonly dependsOn: readonly string[];
  readonly onDependencyFailure: DependencyPolicy;
}

export interface Dependency {
  readonly taskId: string;
  readonly dependsOn: string;
  readonly onFailure: DependencyPolicy;
  /** The task has not ended. */
  readonly open: boolean;
  /** Undefined when there is no such task. */
  readonly status: TaskStatus | undefined;
}

/**
 * The dependencies of `dependents`, without those that have completed. Locks these tasks until the transaction ends, so that
 * none of them ends before the dependency is stored.
 */
export async function findDependencies(executor: SqlExecutor, dependents: readonly Dependent[]): Promise<Dependency[]> {
  const together = new Set(dependents.map(({ id }) => id));
  const elsewhere = [...new Set(dependents.flatMap(({ dependsOn }) => dependsOn))].filter((id) => !together.has(id));
  const rows = elsewhere.length === 0 ? [] : await executor.query<{ id: string; status: TaskStatus }>(LOCK_DEPENDENCIES, [elsewhere]);
  const statuses = new Map(rows.map(({ id, status }) => [id, status]));
  return dependents.flatMap(({ id: taskId, dependsOn, onDependencyFailure: onFailure }) =>
    [...new Set(dependsOn)]
      .map((id) => ({ taskId, dependsOn: id, onFailure, status: together.has(id) ? ('pending' as const) : statuses.get(id) }))
      .filter(({ status }) => status !== 'completed')
      .map((row) => ({ ...row, open: row.status !== undefined && !isTerminal(row.status) })),
  );
}

/** @throws {ProblemError} 422 for a dependency that does not exist, or has already failed. */
export function rejectImpossible(dependencies: readonly Dependency[]): void {
  for (const { dependsOn, status, onFailure } of dependencies) {
    const problem = dependencyProblem(dependsOn, status, onFailure);
    if (!problem) continue;
    const { code, title, detail } = problem;
    throw ProblemError.unprocessable(code, title, { errors: [{ pointer: '/dependsOn', code, detail }] });
  }
}

export async function insertDependencies(executor: SqlExecutor, rows: readonly Dependency[]): Promise<void> {
  if (rows.length > 0) await executor.query(INSERT_DEPENDENCIES, [JSON.stringify(rows)]);
}

/** Why a task cannot depend on this execution; undefined when it can. */
export function dependencyProblem(
  id: string,
  status: TaskStatus | undefined,
  policy: DependencyPolicy,
): { code: string; title: string; detail: string } | undefined {
  if (status === undefined) {
    return { code: 'dependency_not_found', title: `There is no execution "${id}" to wait for.`, detail: 'is no execution' };
  }
  if (!isTerminal(status) || status === 'completed' || policy === 'run') return undefined;
  const title = `The execution ${id} has already ended ${status}: a task that depends on it would never run.`;
  return { code: 'dependency_ended', title, detail: `ended ${status}` };
}
