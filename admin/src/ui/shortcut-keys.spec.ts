import { expect, it } from '@jest/globals';
import { candidatesOf, type KeyPress, nameOf, PAIR_MS } from './shortcut-keys.ts';

const press = (changes: Partial<KeyPress>): KeyPress => ({
  key: 'a',
  keyCode: 65,
  isComposing: false,
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  ...changes,
});
const NONE = { key: '', at: 0 };

it('names keys', () => {
  expect(
    [press({}), press({ key: 'K', metaKey: true }), press({ key: 'X', shiftKey: true }), press({ key: '?', shiftKey: true })].map(nameOf),
  ).toEqual(['a', 'mod+k', 'shift+x', '?']);
});

it('ignores an input method that composes, and Alt', () => {
  const ignored = [press({ isComposing: true }), press({ keyCode: 229 }), press({ key: 'Enter', keyCode: 229 }), press({ altKey: true })];
  expect(ignored.flatMap((one) => candidatesOf(one, NONE, 9_999))).toEqual([]);
});

it('reads two keys in a row, for a short time', () => {
  const before = { key: 'g', at: 5_000 };
  expect(candidatesOf(press({ key: 'e' }), before, 5_000 + PAIR_MS - 1)).toEqual(['g e']);
  expect(candidatesOf(press({ key: 'e' }), before, 5_000 + PAIR_MS)).toEqual(['e']);
  expect(candidatesOf(press({ key: 'k', ctrlKey: true }), before, 5_001)).toEqual(['mod+k']);
});
