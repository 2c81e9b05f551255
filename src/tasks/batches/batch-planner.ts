import { newId } from '../../platform/ids/new-id.ts';
import { orderByDependency } from '../../core/task/dependency-order.ts';
import { type ProblemDetail, ProblemError } from '../../platform/http/problem.ts';
import { isUuid } from '../../platform/http/uuid.ts';
import { MAX_REPORTED_ERRORS } from '../service/reused-keys.ts';

export interface PlannedItem {
  readonly ref?: string;
  readonly dependsOn?: readonly string[];
}

export interface BatchPlan {
  /** The id of each item, in the order of the items. */
  readonly ids: readonly string[];
  /** The dependencies of each item, inside or outside of this batch. */
  readonly dependsOn: readonly (readonly string[])[];
  /** The dependencies that are not items of this batch. */
  readonly external: ReadonlySet<string>;
}

/**
 * Assigns ids so that each item has a greater id than its dependencies: a walk from the newest to the oldest then
 * meets a task before its dependencies. The order depends on the items alone, so a repeated request gets the same one.
 * `ids`: one per item, ascending; new ones by default. Throws 422 for a duplicate or unknown ref, and for a cycle.
 */
export function planBatch(items: readonly PlannedItem[], ids: readonly string[] = newIds(items.length)): BatchPlan {
  const keys = items.map(({ ref }, i) => (ref === undefined ? `#${i}` : `=${ref}`));
  const index = new Map(keys.map((key, i) => [key, i]));
  const errors = items
    .flatMap((item, i) => [...duplicateRef(item, i, index), ...unknownRefs(item, i, index)])
    .slice(0, MAX_REPORTED_ERRORS);
  if (errors.length > 0) throw invalidBatch('invalid_ref', 'The refs of the batch do not fit together.', errors);

  const result = orderByDependency(
    items.map(({ dependsOn = [] }, i) => ({ ref: keys[i] as string, dependsOn: dependsOn.map((ref) => `=${ref}`) })),
  );
  if (!result.ok) throw cyclic(result.cycle, index);
  const idOf = new Map(result.order.map((key, position) => [key, ids[position] as string]));
  const resolve = (name: string): string => idOf.get(`=${name}`) ?? name.toLowerCase();
  return {
    ids: keys.map((key) => idOf.get(key) as string),
    dependsOn: items.map(({ dependsOn = [] }) => dependsOn.map(resolve)),
    external: new Set(
      items.flatMap(({ dependsOn = [] }) => dependsOn.filter((name) => !index.has(`=${name}`)).map((id) => id.toLowerCase())),
    ),
  };
}

function newIds(count: number): string[] {
  return Array.from({ length: count }, () => newId()).sort();
}

function duplicateRef({ ref }: PlannedItem, i: number, index: ReadonlyMap<string, number>): ProblemDetail[] {
  if (ref === undefined || index.get(`=${ref}`) === i) return [];
  return [{ pointer: `/tasks/${i}/ref`, code: 'ref_taken', detail: `the ref ‘${ref}’ names two tasks` }];
}

function unknownRefs({ dependsOn = [] }: PlannedItem, i: number, index: ReadonlyMap<string, number>): ProblemDetail[] {
  return dependsOn.flatMap((name, k) => {
    if (index.has(`=${name}`) || isUuid(name)) return [];
    return [{ pointer: `/tasks/${i}/dependsOn/${k}`, code: 'unknown_ref', detail: `‘${name}’ is neither a ref of this batch nor an id` }];
  });
}

function cyclic(cycle: readonly string[], index: ReadonlyMap<string, number>): ProblemError {
  const path = cycle.map((key) => key.slice(1)).join(' > ');
  const pointer = `/tasks/${index.get(cycle[0] ?? '')}/dependsOn`;
  return invalidBatch('dependency_cycle', `These tasks wait for each other: ${path}.`, [
    { pointer, code: 'dependency_cycle', detail: path },
  ]);
}

function invalidBatch(code: string, title: string, errors: ProblemDetail[]): ProblemError {
  return ProblemError.unprocessable(code, title, {
    detail: errors.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; '),
    errors,
  });
}
