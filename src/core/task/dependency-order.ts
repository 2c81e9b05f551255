/** One task of a batch: its reference within the batch, and the references of its dependencies. */
export interface DependentItem {
  readonly ref: string;
  readonly dependsOn: readonly string[];
}

export type OrderResult =
  | { readonly ok: true; readonly order: readonly string[] }
  | { readonly ok: false; readonly cycle: readonly string[] };

/**
 * Returns an order in which each item follows its dependencies, or a cycle a > b > … > a. References to tasks outside
 * of the batch are ignored.
 */
export function orderByDependency(items: readonly DependentItem[]): OrderResult {
  const byRef = new Map(items.map((item) => [item.ref, item]));
  const done = new Set<string>();
  const order: string[] = [];
  for (const item of items) {
    const cycle = visit(item, byRef, done, order);
    if (cycle) return { ok: false, cycle };
  }
  return { ok: true, order };
}

/**
 * Depth first without recursion, so that a chain of 10,000 tasks does not overflow the stack. Returns a cycle if it
 * finds one.
 */
function visit(start: DependentItem, byRef: ReadonlyMap<string, DependentItem>, done: Set<string>, order: string[]): string[] | undefined {
  const path = [{ item: start, next: 0 }];
  const onPath = new Set([start.ref]);
  for (let top = path.at(-1); top; top = path.at(-1)) {
    const { ref, dependsOn } = top.item;
    const needed = done.has(ref) ? undefined : dependsOn[top.next++];
    if (needed === undefined) {
      path.pop();
      onPath.delete(ref);
      if (!done.has(ref)) order.push(ref);
      done.add(ref);
    } else if (onPath.has(needed)) {
      const refs = path.map(({ item }) => item.ref);
      return [...refs.slice(refs.indexOf(needed)), needed];
    } else {
      const item = byRef.get(needed);
      if (!item || done.has(needed)) continue;
      path.push({ item, next: 0 });
      onPath.add(needed);
    }
  }
  return undefined;
}
