import { parseDispatchGroup } from './dispatch-group.ts';
import { consume, hasCapacity, type LimitBudget } from './limit-budget.ts';

interface Waiting {
  readonly lane: string | null;
}

/**
 * Selects the first admissible tasks in the given order, `wanted` at most. Used where no dispatch strategy applies.
 * `capabilities` undefined means all.
 */
export function selectAdmissible<T extends Waiting>(
  waiting: readonly T[],
  { wanted, budgets, capabilities }: { wanted: number; budgets: readonly LimitBudget[]; capabilities: ReadonlySet<string> | undefined },
): T[] {
  const admitted: T[] = [];
  for (const one of waiting) {
    if (admitted.length >= wanted) break;
    const needs = parseDispatchGroup(one.lane);
    const limits = budgets.filter(({ key }) => needs.keys.includes(key));
    if (!limits.every(hasCapacity) || (capabilities && !needs.capabilities.every((name) => capabilities.has(name)))) continue;
    limits.forEach(consume);
    admitted.push(one);
  }
  return admitted;
}
