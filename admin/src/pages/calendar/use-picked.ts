import { type KeyboardEvent, useCallback, useState } from 'react';
import { addDays } from '../../features/pool/days.ts';
import type { Calendar, Item } from './cells.ts';

/** A card or a content that is carried to a day, by mouse or by keys. */
export interface Carried {
  /** The entry, or the content without one. */
  readonly id: string;
  readonly accountId: string;
  readonly title: string;
  readonly item: Item | null;
}

export interface Picked extends Carried {
  /** Where it would be dropped. */
  readonly day: string;
}

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

interface Options {
  /** Without it cards are not picked up; the arrows move the focus all the same. */
  canPick: boolean;
  calendar: Calendar;
  days: readonly string[];
  /** Days from one row to the next where rows are weeks; 0 where rows are accounts. */
  rowDays: 0 | 7;
  drop: (carried: Carried, day: string) => void;
}

/** Space picks a card up, arrows carry it, Enter drops it, Escape leaves it where it was. */
export function usePicked({ canPick, calendar, days, rowDays, drop }: Options) {
  const [picked, setPicked] = useState<Picked | null>(null);
  const pick = useCallback((carried: Carried, day: string) => setPicked({ ...carried, day }), []);
  const cancel = useCallback(() => setPicked(null), []);

  const carry = (by: number): void => {
    if (!picked) return;
    const day = addDays(picked.day, by);
    if (days.includes(day)) setPicked({ ...picked, day });
  };

  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const by = STEPS[event.key] ?? (event.key === 'ArrowUp' ? -rowDays : event.key === 'ArrowDown' ? rowDays : undefined);
    if (picked) {
      if (by !== undefined) carry(by);
      else if (event.key === 'Enter' || event.key === ' ') {
        drop(picked, picked.day);
        cancel();
      } else if (event.key === 'Escape') cancel();
      else return;
    } else if (event.key === ' ' && canPick) {
      const item = calendar.find((event.target as HTMLElement).dataset.item ?? '');
      if (item?.entry?.status !== 'pending') return;
      pick({ id: item.id, accountId: item.account.id, title: item.entry.title, item }, item.day);
    } else if (event.key.startsWith('Arrow')) moveFocus(event.currentTarget, event.target as HTMLElement, event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return { picked, pick, cancel, onKeyDown };
}

/** Cards, and the button that shows the rest of a cell. */
const STOPS = '[data-item], [data-more]';

/** To the next card of the cell, or to the next cell that can have the focus. */
function moveFocus(grid: HTMLElement, from: HTMLElement, key: string): void {
  const cell = from.closest<HTMLElement>('[data-cell]');
  if (!cell) return;
  const isForward = key === 'ArrowRight' || key === 'ArrowDown';
  const inCell = [...cell.querySelectorAll<HTMLElement>(STOPS)];
  const index = inCell.indexOf(from);
  if (key === 'ArrowUp' || key === 'ArrowDown') {
    const sibling = inCell[index + (isForward ? 1 : -1)];
    if (index >= 0 && sibling) return sibling.focus();
  }
  const [row = 0, column = 0] = (cell.dataset.cell ?? '').split(' ').map(Number);
  const by = isForward ? 1 : -1;
  const target = key === 'ArrowUp' || key === 'ArrowDown' ? `${row + by} ${column}` : `${row} ${column + by}`;
  const next = grid.querySelector<HTMLElement>(`[data-cell="${target}"]`);
  if (!next) return;
  const items = [...next.querySelectorAll<HTMLElement>(STOPS)];
  (key === 'ArrowUp' ? (items.at(-1) ?? next) : (items[Math.min(Math.max(0, index), items.length - 1)] ?? next)).focus();
}
