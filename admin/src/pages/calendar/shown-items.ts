import type { Item } from './cells.ts';

/** Cards of a cell before the rest is a number: more make a month of a busy newsroom six screens high, and take most of the time in which it opens. */
export const MOST_ITEMS = 4;

/** States that an editor has to act on. */
const needsAction = ({ entry }: Item): boolean =>
  entry !== null && (entry.status === 'failed' || entry.status === 'outcome_unknown' || entry.overdue || entry.waitsFor !== null);

/**
 * The items of a cell that has room for four, in their order: first those in `kept`, then those that need an editor, then posts, then free
 * slots. Five are shown too, because a button for one more takes the room of a card.
 */
export function shownItems(items: readonly Item[], kept: readonly (string | undefined)[]): readonly Item[] {
  if (items.length <= MOST_ITEMS + 1) return items;
  const rank = (item: Item): number => (kept.includes(item.id) ? 0 : needsAction(item) ? 1 : item.entry ? 2 : 3);
  const shown = new Set(items.toSorted((a, b) => rank(a) - rank(b)).slice(0, MOST_ITEMS));
  return items.filter((item) => shown.has(item));
}
