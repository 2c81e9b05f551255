import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type DependentItem, orderByDependency } from './dependency-order.ts';

const item = (ref: string, ...dependsOn: string[]): DependentItem => ({ ref, dependsOn });

describe('orderByDependency', () => {
  it('puts each item after its dependencies, for any input order', () => {
    expect(orderByDependency([item('c', 'b'), item('b', 'a', 'elsewhere'), item('a')])).toEqual({ ok: true, order: ['a', 'b', 'c'] });
  });

  it('names a cycle', () => {
    expect(orderByDependency([item('x'), item('a', 'b'), item('b', 'c'), item('c', 'a')])).toEqual({
      ok: false,
      cycle: ['a', 'b', 'c', 'a'],
    });
    expect(orderByDependency([item('x', 'a'), item('a', 'b'), item('b', 'a')])).toEqual({ ok: false, cycle: ['a', 'b', 'a'] });
    expect(orderByDependency([item('a', 'a')])).toEqual({ ok: false, cycle: ['a', 'a'] });
  });

  it('takes no shared dependency for a cycle', () => {
    const items = [item('a', 'b', 'c'), item('c', 'b'), item('b')];
    expect(orderByDependency(items)).toEqual({ ok: true, order: ['b', 'c', 'a'] });
  });

  it('handles a chain of 10,000', () => {
    const chain = Array.from({ length: 10_000 }, (_, i) => item(`${i}`, `${i + 1}`));
    expect(orderByDependency(chain)).toMatchObject({ ok: true });
  });

  it('returns a valid order or a true cycle for any graph', () => {
    const refs = ['a', 'b', 'c', 'd', 'e', 'f'];
    const graph = fc.tuple(...refs.map((ref) => fc.subarray(refs).map((dependsOn) => ({ ref, dependsOn }))));
    fc.assert(fc.property(graph, (items) => expect(isTrue(items, orderByDependency(items))).toBe(true)));
  });
});

/** True for an order that holds every item once, each after its dependencies, and for a cycle of existing edges. */
function isTrue(items: readonly DependentItem[], result: ReturnType<typeof orderByDependency>): boolean {
  const edges = new Map(items.map(({ ref, dependsOn }) => [ref, dependsOn]));
  if (!result.ok) {
    const { cycle } = result;
    const closes = cycle.length > 1 && cycle[0] === cycle.at(-1);
    return closes && cycle.slice(1).every((ref, i) => edges.get(cycle[i] ?? '')?.includes(ref));
  }
  const { order } = result;
  const complete = order.length === items.length && new Set(order).size === items.length;
  return complete && items.every(({ ref, dependsOn }) => dependsOn.every((needed) => order.indexOf(needed) < order.indexOf(ref)));
}
