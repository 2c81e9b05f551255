import { parseDispatchGroup } from './dispatch-group.ts';
import { consume, hasCapacity, type LimitBudget } from './limit-budget.ts';

interface Waiting {
  readonly lane: string | null;
}

/** The first of these that may start, `wanted` at most; for tasks whose order is nobody's choice. `capabilities`: undefined for all. */
export function selectAdmissible<T extends Waiting>(
  waiting: readonly T[],
  { wanted, budgets, capabilities }: { wanted: number; budgets: readonly LimitBudget[]; capabilities: ReadonlySet<string> | undefined },
): T[] {
  const admitted: T[] = [];
  for (const one of waiting) {
    if (admitted.length >= wanted) break;
    const lane = parseDispatchGroup(one.lane);
    const limits = budgets.filter(({ key }) => lane.keys.includes(key));
    if (!limits.every(hasCapacity) || (capabilities && !lane.capabilities.every((name) => capabilities.has(name)))) continue;
    limits.forEach(consume);
    admitted.push(one);
  }
  return admitted;
}
