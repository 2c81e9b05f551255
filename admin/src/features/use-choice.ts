import { useRef, useState } from 'react';
import type { Choice } from '../ui/data-table.tsx';

/** Chosen rows of a list that is shown in full. Shift chooses the range from the row that was chosen last. */
export function useChoice<T>(rows: readonly T[], idOf: (row: T) => string, nameOf: (row: T) => string) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string | null>(null);
  const order = rows.map(idOf);
  const chosen = rows.filter((row) => ids.has(idOf(row)));
  const toggle = (id: string, range: boolean): void => {
    const next = new Set(ids);
    const from = range && last.current !== null ? order.indexOf(last.current) : -1;
    const to = order.indexOf(id);
    const touched = from < 0 ? [id] : order.slice(Math.min(from, to), Math.max(from, to) + 1);
    const isAdded = !ids.has(id);
    for (const one of touched) {
      if (isAdded) next.add(one);
      else next.delete(one);
    }
    last.current = id;
    setIds(next);
  };
  const choice: Choice = {
    ids,
    toggle,
    toggleAll: () => setIds(chosen.length === rows.length ? new Set() : new Set(order)),
    nameOf: (id) => nameOf(rows[order.indexOf(id)] as T),
  };
  return { choice, chosen, clear: () => setIds(new Set()) };
}
