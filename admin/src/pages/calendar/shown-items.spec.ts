import { expect, it } from '@jest/globals';
import type { Item } from './cells.ts';
import { shownItems } from './shown-items.ts';

const itemOf = (id: number, entry: object | null = {}): Item =>
  ({ id: String(id), entry: entry && { status: 'pending', overdue: false, waitsFor: null, ...entry } }) as unknown as Item;
const idsOf = (items: readonly Item[], kept: string[] = []): string =>
  shownItems(items, kept)
    .map(({ id }) => id)
    .join('');

it('shows each of five items, and four of more', () => {
  const items = [1, 2, 3, 4, 5, 6].map((id) => itemOf(id));
  expect(idsOf(items.slice(0, 5))).toBe('12345');
  expect(idsOf(items)).toBe('1234');
});

it('shows first what is selected or needs an editor, in the order of time', () => {
  const items = [1, 2, 3, 4].map((id) => itemOf(id));
  const late = [
    itemOf(5, { status: 'failed' }),
    itemOf(6),
    itemOf(7, { waitsFor: 'not_approved' }),
    itemOf(8),
    itemOf(9, { overdue: true }),
  ];
  expect(idsOf([...items, ...late])).toBe('1579');
  expect(idsOf([...items, ...late], ['8'])).toBe('5789');
});

it('shows posts before free slots', () => {
  const items = [itemOf(1, null), ...[2, 3, 4, 5, 6].map((id) => itemOf(id)), itemOf(7, null)];
  expect(idsOf(items)).toBe('2345');
});
