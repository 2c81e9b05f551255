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
  for (const { ref } of items) {
    const cycle = visit(ref, byRef, done, order);
    if (cycle) return { ok: false, cycle };
  }
  return { ok: true, order };
}

/**
 * Depth first without recursion, so that a chain of 10,000 tasks does not overflow the stack. Returns a cycle if it
 * finds one.
 */
function visit(start: string, byRef: ReadonlyMap<string, DependentItem>, done: Set<string>, order: string[]): string[] | undefined {
  const path: { ref: string; next: number }[] = [{ ref: start, next: 0 }];
  const onPath = new Set([start]);
  while (path.length > 0) {
    const top = path.at(-1) as { ref: string; next: number };
    const needed = done.has(top.ref) ? undefined : byRef.get(top.ref)?.dependsOn[top.next++];
    if (needed === undefined) {
      path.pop();
      onPath.delete(top.ref);
      if (!done.has(top.ref)) order.push(top.ref);
      done.add(top.ref);
    } else if (onPath.has(needed)) {
      const refs = path.map(({ ref }) => ref);
      return [...refs.slice(refs.indexOf(needed)), needed];
    } else if (byRef.has(needed) && !done.has(needed)) {
      path.push({ ref: needed, next: 0 });
      onPath.add(needed);
    }
  }
  return undefined;
}
