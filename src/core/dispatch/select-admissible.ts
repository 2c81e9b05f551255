import { type DispatchGroup, isCapable } from './dispatch-group.ts';
import { consume, hasCapacity, type LimitBudget } from './limit-budget.ts';

/**
 * Selects the first admissible tasks in the given order, `wanted` at most. Used where no dispatch strategy applies.
 * `capabilities` undefined means all.
 */
export function selectAdmissible<T extends Pick<DispatchGroup, 'keys' | 'capabilities'>>(
  waiting: readonly T[],
  { wanted, budgets, capabilities }: { wanted: number; budgets: readonly LimitBudget[]; capabilities: ReadonlySet<string> | undefined },
): T[] {
  const admitted: T[] = [];
  for (const one of waiting) {
    if (admitted.length >= wanted) break;
    const limits = budgets.filter(({ key }) => one.keys.includes(key));
    if (!limits.every(hasCapacity) || !isCapable(capabilities, one)) continue;
    limits.forEach(consume);
    admitted.push(one);
  }
  return admitted;
}
