import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type DependentItem, orderByDependency } from './dependency-order.ts';

const item = (ref: string, ...dependsOn: string[]): DependentItem => ({ ref, dependsOn });

describe('orderByDependency', () => {
  it('puts each after what it waits for, whatever the order given', () => {
    expect(orderByDependency([item('c', 'b'), item('b', 'a', 'elsewhere'), item('a')])).toEqual({ ok: true, order: ['a', 'b', 'c'] });
  });

  it('names a cycle', () => {
    expect(orderByDependency([item('x'), item('a', 'b'), item('b', 'c'), item('c', 'a')])).toEqual({
      ok: false,
      cycle: ['a', 'b', 'c', 'a'],
    });
    expect(orderByDependency([item('a', 'a')])).toEqual({ ok: false, cycle: ['a', 'a'] });
  });

  it('bears a chain of 10,000', () => {
    const chain = Array.from({ length: 10_000 }, (_, i) => item(`${i}`, `${i + 1}`));
    expect(orderByDependency(chain)).toMatchObject({ ok: true });
  });

  it('for any graph: a valid order of all, or a true cycle', () => {
    const refs = ['a', 'b', 'c', 'd', 'e', 'f'];
    const graph = fc.tuple(...refs.map((ref) => fc.subarray(refs).map((dependsOn) => ({ ref, dependsOn }))));
    fc.assert(
      fc.property(graph, (items) => {
        const result = orderByDependency(items);
        const edges = new Map(items.map((entry) => [entry.ref, entry.dependsOn]));
        if (result.ok) {
          const at = new Map(result.order.map((ref, i) => [ref, i]));
          expect([...at.keys()].sort()).toEqual(refs);
          for (const entry of items) for (const d of entry.dependsOn) expect(at.get(d)).toBeLessThan(at.get(entry.ref) ?? -1);
        } else {
          expect(result.cycle.length).toBeGreaterThan(1);
          for (const [i, ref] of result.cycle.slice(1).entries()) expect(edges.get(result.cycle[i] ?? '')).toContain(ref);
        }
      }),
    );
  });
});
