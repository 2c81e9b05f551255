import { useEffect, useRef } from 'react';
import { getPreferences } from '../app/preferences.ts';
import { candidatesOf, nameOf, type PressedBefore } from './shortcut-keys.ts';

const TYPED_INTO = /^(INPUT|TEXTAREA|SELECT)$/;
const NOT_TYPED_INTO = /^(checkbox|radio|button)$/;

function isTyping({ target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  return TYPED_INTO.test(target.tagName) && !NOT_TYPED_INTO.test((target as HTMLInputElement).type);
}

/** A dialog has the keyboard for itself. */
const dialogIsOpen = (): boolean => document.querySelector('[role="dialog"][aria-modal="true"]') !== null;

/**
 * The only way to bind a key: `{ a: …, '/': …, 'mod+k': …, 'g e': … }`. Keys do nothing while the reader types or composes, and single
 * keys can be switched off in the settings.
 */
export function useShortcuts(map: Record<string, (() => void) | undefined>): void {
  const current = useRef(map);
  useEffect(() => {
    current.current = map;
  });
  useEffect(() => {
    let before: PressedBefore = { key: '', at: 0 };
    const onKeyDown = (event: KeyboardEvent): void => {
      const candidates = candidatesOf(event, before, Date.now());
      const isPlain = !candidates[0]?.startsWith('mod+');
      if (isPlain && (isTyping(event) || dialogIsOpen() || (!getPreferences().shortcuts && event.key !== 'Escape'))) return;
      before = { key: nameOf(event), at: Date.now() };
      const run = candidates.map((name) => current.current[name]).find(Boolean);
      if (!run) return;
      event.preventDefault();
      run();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}
